// The fit by DCTR: for each reweighter the minimum of its own objective.
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "fit/classifier_objective.hpp"
#include "fit/dctr_objective.hpp"
#include "fit/estimates.hpp"
#include "fit/newton.hpp"

namespace trueup {

namespace {

// The objective has no training noise: the search may go on to what the events tell, and a thousandth beyond.
constexpr double kTolerance = 1e-6;
constexpr double kCurvatureError = 0.3;
// Differences for the second derivative, in parts of the range: a ReLU network's gradient is piecewise constant in θ.
constexpr double kDifferencePart = 0.01;

/// How well a classifier tells data from simulation at the fitted value, which DCTR itself does not say.
void judge(const Table& data, const Table& simulation, const Reweighter& reweighter,
           const FitOptions& options, const std::vector<double>& theta, ThreadPool& pool, Monitor& monitor,
           FitResult& result) {
  const ClassifierObjective objective(
      choose_events(data, simulation, {options.observables, options.members}, reweighter.model(), {}),
      reweighter, options, 0, pool, monitor);
  const Evaluation evaluation = objective.evaluate(theta);
  result.auc_at_minimum = evaluation.point.auc;
  result.auc_null_spread = evaluation.point.auc_null_spread;
  result.classifier_record = evaluation.record;
  result.classifier_trainings = evaluation.trainings;
  result.classifiers_retrained = evaluation.retrained;
}

}  // namespace

FitResult fit_dctr(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                   const FitOptions& options, ThreadPool& pool, Monitor& monitor) {
  const auto& parameters = reweighters.front().model().parameters;
  const std::size_t P = parameters.size();
  FitResult result;
  std::vector<double> mean(P, 0.0), variance(P, 0.0), start, steps;
  for (const ModelParameter& p : parameters) {
    start.push_back(p.nominal);
    steps.push_back(kDifferencePart * (p.high - p.low));
  }
  for (std::size_t m = 0; m < reweighters.size(); ++m) {
    const DctrObjective objective(data, simulation, reweighters[m], m, pool);
    NewtonOptions newton{options.max_evaluations, kTolerance, 0.4, kCurvatureError, false};
    NewtonResult found = newton_minimum(objective, parameters, start, newton);
    if (found.at_edge) result.rejected.push_back(m);
    const SquareMatrix covariance = objective.covariance(found.theta, steps);
    for (std::size_t p = 0; p < P; ++p) {
      mean[p] += found.theta[p] / static_cast<double>(reweighters.size());
      variance[p] += covariance(p, p) / static_cast<double>(reweighters.size());
    }
    result.repetitions.push_back(found.theta);
    for (Evaluation& evaluation : found.evaluations) result.scan.push_back(std::move(evaluation.point));
    monitor.progress("fit", m + 1, reweighters.size(),
                     fmt::format("{} = {:.5g}", parameters.front().name, found.theta.front()));
    check_interrupt(monitor, "fit");
  }
  if (!result.rejected.empty() && reweighters.size() > 1) {
    fail_at_edge(parameters, result.rejected.size(), reweighters.size());
  }
  for (double& v : variance) v = std::sqrt(v);
  if (result.rejected.empty()) {
    summarise_shares(parameters, mean, {variance, result.repetitions, {}}, result);
  } else {
    take_single(parameters, mean, result);
  }
  judge(data, simulation, reweighters.front(), options, mean, pool, monitor, result);
  return result;
}

}  // namespace trueup
