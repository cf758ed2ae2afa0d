// Statistics around one θ, and the root of their equations.
#include "fit/score_expansion.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

namespace trueup {

namespace {

constexpr int kMostMoves = 6;
constexpr double kStill = 0.1;  // of the error
// A tested moment that the fit itself fixes has next to no variance left; it is no test.
constexpr double kFixed = 0.05;

/// dθ̂ = −A⁻¹ S for the first P quantities, nothing for the others: (P, M).
std::vector<double> root_transformation(const SquareMatrix& inverted, std::size_t M) {
  std::vector<double> t(inverted.size * M, 0.0);
  for (std::size_t a = 0; a < inverted.size; ++a) {
    for (std::size_t b = 0; b < inverted.size; ++b) t[a * M + b] = -inverted(a, b);
  }
  return t;
}

/// S_g(θ̂) = S_g(θ) − A_g A⁻¹ S_t(θ) for each of the tested quantities g: (M − P, M).
std::vector<double> test_transformation(const SquareMatrix& inverted, const std::vector<double>& slope,
                                        std::size_t M) {
  const std::size_t P = inverted.size;
  std::vector<double> t((M - P) * M, 0.0);
  for (std::size_t g = P; g < M; ++g) {
    double* row = t.data() + (g - P) * M;
    for (std::size_t b = 0; b < P; ++b) {
      for (std::size_t a = 0; a < P; ++a) row[b] -= slope[g * P + a] * inverted(a, b);
    }
    row[g] = 1.0;
  }
  return t;
}

std::vector<MomentTest> moment_tests(const std::vector<std::string>& names, const MomentEquations::Root& root,
                                     const SquareMatrix& inverted, const SquareMatrix& covariance) {
  const std::size_t P = inverted.size, M = covariance.size;
  const SquareMatrix of_tests = transformed(test_transformation(inverted, root.slope, M), covariance);
  std::vector<MomentTest> tests;
  for (std::size_t g = P; g < M; ++g) {
    const double variance = of_tests(g - P, g - P);
    if (!(variance > kFixed * covariance(g, g))) continue;
    tests.push_back({names[g - P], root.rest[g], std::sqrt(variance)});
  }
  return tests;
}

/// The root that each training of w alone would give: one Newton step from the common one.
std::vector<std::vector<double>> single_roots(const MomentEquations& equations, const MeanRatio& ratio,
                                              const std::vector<double>& theta, const SquareMatrix& inverted,
                                              ThreadPool& pool) {
  std::vector<std::vector<double>> roots;
  if (ratio.trainings().size() < 2) return {theta};
  for (std::size_t m = 0; m < ratio.trainings().size(); ++m) {
    const MeanRatio one(ratio.trainings().subspan(m, 1));
    const MomentValues values = equations.at(one, theta, pool);
    const std::vector<double> step = inverted * std::span(values.value).first(theta.size());
    roots.push_back(theta);
    for (std::size_t p = 0; p < theta.size(); ++p) roots.back()[p] -= step[p];
  }
  return roots;
}

/// Covariances, tests and single roots; without them when the equations have no root.
void complete(const ScoreProblem& problem, const MomentEquations& equations,
              const MomentEquations::Root& root, ThreadPool& pool, ScoreSolution& solution) {
  const std::size_t P = root.theta.size(), M = root.rest.size();
  SquareMatrix slope(P);
  std::copy_n(root.slope.begin(), P * P, slope.values.begin());
  const auto inverted = inverse(slope);
  solution.found = root.found && inverted.has_value();
  if (!inverted) return;
  const auto covariances = equations.covariances(problem.ratio, root.theta, pool);
  const std::vector<double> t = root_transformation(*inverted, M);
  ErrorShares::for_each(solution.errors, covariances,
                        [&](SquareMatrix& to, const SquareMatrix& from) { to = transformed(t, from); });
  solution.influences = equations.influences(problem.ratio, root.theta, *inverted, pool);
  solution.tests = moment_tests(problem.samples.checked_names, root, *inverted, covariances.sum());
  solution.roots = single_roots(equations, problem.ratio, root.theta, *inverted, pool);
}

bool still(const ScoreSolution& solution, const std::vector<double>& centre) {
  for (std::size_t p = 0; p < centre.size(); ++p) {
    if (!(std::fabs(solution.theta[p] - centre[p]) <= kStill * std::sqrt(solution.variance(p)))) return false;
  }
  return true;
}

}  // namespace

ScoreSolution solve_with(const ScoreProblem& problem, const ScoreStatistics& statistics,
                         const SquareMatrix& information, const std::vector<double>& theta, ThreadPool& pool,
                         Monitor& monitor) {
  ScoreSolution solution{theta,       {}, ErrorShares(theta.size()), {},
                         information, {}, statistics.record,         statistics.trainings,
                         false};
  std::vector<double> centre = theta;
  for (int move = 0;; ++move) {
    check_interrupt(monitor, "fit");
    std::optional<GeneratorMean> generator;
    if (!statistics.phi.empty()) {
      generator.emplace(problem.source, centre, information, problem.ratio, statistics, pool);
    }
    const MomentEquations equations(problem.samples, statistics, generator ? &*generator : nullptr);
    const MomentEquations::Root root = equations.solve(problem.ratio, centre, pool);
    solution.theta = root.theta;
    complete(problem, equations, root, pool, solution);
    if (!generator || !solution.found || move == kMostMoves || still(solution, centre)) return solution;
    centre = root.theta;
  }
}

ScoreSolution solve_around(const ScoreProblem& problem, const std::vector<double>& theta, std::uint64_t seed,
                           ThreadPool& pool, Monitor& monitor) {
  const ExpansionPoint expansion = expand(problem.samples, problem.ratio, theta, pool);
  const ScoreStatistics statistics =
      learn_statistics(problem.samples, expansion, problem.options, seed, pool, monitor);
  return solve_with(problem, statistics, expansion.information, theta, pool, monitor);
}

double distance_between(const std::vector<double>& a, const std::vector<double>& b,
                        const SquareMatrix& information) {
  std::vector<double> d(a.size());
  for (std::size_t p = 0; p < a.size(); ++p) d[p] = a[p] - b[p];
  const std::vector<double> scaled = information * d;
  return std::sqrt(std::max(0.0, std::inner_product(d.begin(), d.end(), scaled.begin(), 0.0)));
}

}  // namespace trueup
