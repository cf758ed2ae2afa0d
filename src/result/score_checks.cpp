// Quality checks of method score. Conditions are written so that NaN fails.
#include "result/score_checks.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "result/checks.hpp"

namespace trueup {
namespace {

constexpr double kSigmas = 5.0;
constexpr double kInstability = 0.5;  // of the error; cross-fitting with other folds moves θ̂ by a tenth
constexpr double kParetoShape = 0.7;  // Vehtari et al., arXiv:1507.02646

Check convergence_check(const ScoreReport& score) {
  const double distance = score.expansions.empty() ? NAN : score.expansions.back().distance;
  return {
      "expansion point", distance, "stays where it is", score.converged,
      fmt::format("The last expansion moved by {:.3g} of what one generator-level event tells{}.", distance,
                  score.converged ? ""
                                  : ": it has not come to rest; allow more expansions, and look at whether "
                                    "the observables depend on the parameters")};
}

Check stability_check(const ScoreReport& score) {
  const bool passed = score.instability <= kInstability;
  return {"stability against the expansion point", score.instability, "at most 0.5 errors", passed,
          fmt::format("Repetitions that expand around different points differ by {:.2f} errors{}.",
                      score.instability,
                      passed ? "" : ": the statistic is not learnt well; train longer, or on more events")};
}

Check moment_check(const MomentTest& test) {
  const bool passed = std::fabs(test.pull()) <= kSigmas;
  return {"moment, " + test.name, test.pull(), "within 5 errors", passed,
          fmt::format("At the fitted value the {} differs between data and simulation by {:.4f} +- {:.4f}{}.",
                      test.name, test.difference, test.error,
                      passed ? "" : ": the simulation does not describe the data, whatever the parameters")};
}

Check pareto_check(const WeightPoint& point, const std::string& where) {
  const bool passed = point.pareto_shape <= kParetoShape;
  return {"tail of the weights, " + where, point.pareto_shape, "Pareto shape at most 0.7", passed,
          fmt::format("The largest weights at {} have Pareto shape {:.2f}{}.", where, point.pareto_shape,
                      passed ? "" : ": a few events decide, and no error computed from them can be trusted")};
}

}  // namespace

bool weights_tails_pass(const ScoreReport& score) {
  return std::ranges::all_of(score.weights,
                             [](const WeightPoint& point) { return point.pareto_shape <= kParetoShape; });
}

std::vector<Check> score_checks(const FitResult& fit) {
  const ScoreReport& score = *fit.score;
  std::vector<std::string> names;
  for (const FittedParameter& p : fit.parameters) names.push_back(p.name);
  std::vector<Check> checks{convergence_check(score)};
  if (fit.repetitions.size() > 1) checks.push_back(stability_check(score));
  for (const MomentTest& test : score.tests) checks.push_back(moment_check(test));
  for (std::size_t i = 0; i < score.weights.size(); ++i) {
    const WeightPoint& point = score.weights[i];
    const std::string where = theta_text(names, point.theta);
    checks.push_back(pareto_check(point, where));
    if (i == 0) continue;  // every fit has those at θ̂
    const WeightSummary summary{"mean of ratios", point.mean, point.mean_error, point.effective_fraction,
                                0.0};
    std::vector<Check> beside = weight_checks({summary}, where);
    checks.insert(checks.end(), std::make_move_iterator(beside.begin()),
                  std::make_move_iterator(beside.end()));
  }
  return checks;
}

}  // namespace trueup
