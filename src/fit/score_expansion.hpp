// One expansion of a score fit: statistics learnt around one θ, the root of their equations, and its covariance.
#pragma once

#include <vector>

#include "fit/moment_equations.hpp"

namespace trueup {

/// The root with all that follows from it.
struct ScoreSolution {
  std::vector<double> theta;
  std::vector<std::vector<double>> roots;  ///< of each training of w alone, in first order
  SquareMatrix data;                       ///< covariances of θ̂ (P × P) from each finite sample
  SquareMatrix simulation;
  SquareMatrix generator;
  SquareMatrix information;  ///< of one generator-level event, where the statistics were learnt
  std::vector<MomentTest> tests;
  TrainRecord record;
  std::size_t trainings = 0;
  bool found = false;

  double variance(std::size_t p) const { return data(p, p) + simulation(p, p) + generator(p, p); }
};

/// What an expansion works with.
struct ScoreProblem {
  const ScoreSamples& samples;
  const MeanRatio& ratio;
  const GeneratorEvents& source;
  const FitOptions& options;
};

/// Learns the statistics around θ and solves their equations. Generator-level events are chosen, or generated, around the
/// root until it stays within a tenth of its error.
ScoreSolution solve_around(const ScoreProblem& problem, const std::vector<double>& theta, std::uint64_t seed,
                           ThreadPool& pool, Monitor& monitor);

/// sqrt(Δᵀ I Δ)
double distance_between(const std::vector<double>& a, const std::vector<double>& b,
                        const SquareMatrix& information);

}  // namespace trueup
