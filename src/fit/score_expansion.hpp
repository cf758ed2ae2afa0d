// One expansion of a score fit: statistics learnt around one θ, the root of their equations, and its covariance.
#pragma once

#include <vector>

#include "fit/moment_equations.hpp"

namespace trueup {

/// The root with all that follows from it.
struct ScoreSolution {
  std::vector<double> theta;
  std::vector<std::vector<double>> roots;  ///< of each training of w alone, in first order
  ErrorShares errors;                      ///< covariances of θ̂ (P × P)
  MomentEquations::Influences influences;
  SquareMatrix information;  ///< of one generator-level event, where the statistics were learnt
  std::vector<MomentTest> tests;
  TrainRecord record;
  std::size_t trainings = 0;
  bool found = false;

  double variance(std::size_t p) const { return errors.sum()(p, p); }
};

/// What an expansion works with.
struct ScoreProblem {
  const ScoreSamples& samples;
  const MeanRatio& ratio;
  const GeneratorEvents& source;
  const FitOptions& options;
};

/// Solves the equations of given statistics from θ on. Generator-level events are chosen, or generated, around the root
/// until it stays within a tenth of its error. `information` is that of one generator-level event.
ScoreSolution solve_with(const ScoreProblem& problem, const ScoreStatistics& statistics,
                         const SquareMatrix& information, const std::vector<double>& theta, ThreadPool& pool,
                         Monitor& monitor);

/// Learns the statistics around θ, and solves their equations.
ScoreSolution solve_around(const ScoreProblem& problem, const std::vector<double>& theta, std::uint64_t seed,
                           ThreadPool& pool, Monitor& monitor);

/// sqrt(Δᵀ I Δ)
double distance_between(const std::vector<double>& a, const std::vector<double>& b,
                        const SquareMatrix& information);

}  // namespace trueup
