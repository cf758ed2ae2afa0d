// The fit by gradient: near the minimum by Newton steps on a part of the events, then the crossing on all of them.
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "fit/crossing.hpp"
#include "fit/estimates.hpp"
#include "fit/newton.hpp"

namespace trueup {

namespace {

// Enough to come within a fraction of one event's resolution in θ, which is all that the crossing needs.
constexpr std::size_t kApproachEvents = 40'000;

void collect(std::vector<Evaluation> evaluations, bool fine, FitResult& result) {
  for (Evaluation& evaluation : evaluations) {
    evaluation.point.fine = fine;
    result.classifier_trainings += evaluation.trainings;
    result.classifiers_retrained += evaluation.retrained;
    result.scan.push_back(std::move(evaluation.point));
  }
}

std::vector<double> nominal_of(const std::vector<ModelParameter>& parameters) {
  std::vector<double> nominal;
  for (const ModelParameter& p : parameters) nominal.push_back(p.nominal);
  return nominal;
}

std::vector<double> approach(const Table& data, const Table& simulation, const Reweighter& reweighter,
                             const FitOptions& options, ThreadPool& pool, Monitor& monitor,
                             FitResult& result) {
  const auto& parameters = reweighter.model().parameters;
  const EventChoice choice{false, kApproachEvents, derive_seed(options.seed, "approach")};
  const ClassifierObjective objective(
      choose_events(data, simulation, {options.observables, options.members}, reweighter.model(), choice),
      reweighter, options, 0, pool, monitor);
  NewtonOptions newton;
  newton.most_evaluations = options.max_evaluations;
  NewtonResult found = newton_minimum(objective, parameters, nominal_of(parameters), newton);
  collect(std::move(found.evaluations), false, result);
  return found.theta;
}

/// What the repetitions leave: means over them.
struct Sum {
  std::vector<double> theta;
  std::vector<double> variance;
  std::vector<std::vector<double>> roots;  // of each reweighter

  void add(const CrossingResult& crossing, double share) {
    const std::size_t P = crossing.theta.size();
    theta.resize(P, 0.0);
    variance.resize(P, 0.0);
    roots.resize(crossing.roots.size(), std::vector<double>(P, 0.0));
    for (std::size_t p = 0; p < P; ++p) {
      theta[p] += share * crossing.theta[p];
      variance[p] += share * crossing.covariance(p, p);
      for (std::size_t m = 0; m < roots.size(); ++m) roots[m][p] += share * crossing.roots[m][p];
    }
  }
};

}  // namespace

FitResult fit_by_gradient(const Table& data, const Table& simulation,
                          const std::vector<Reweighter>& reweighters, const FitOptions& options,
                          ThreadPool& pool, Monitor& monitor) {
  const auto& parameters = reweighters.front().model().parameters;
  FitResult result;
  std::vector<double> centre =
      approach(data, simulation, reweighters.front(), options, pool, monitor, result);
  const double share = 1.0 / static_cast<double>(options.repetitions);
  Sum sum;
  result.auc_at_minimum = 0.0;
  for (std::size_t r = 0; r < options.repetitions; ++r) {
    const std::size_t trained_with = r % reweighters.size();
    const Reweighter& reweighter = reweighters[trained_with];
    const ClassifierObjective objective(
        choose_events(data, simulation, {options.observables, options.members}, reweighter.model(), {}),
        reweighter, options, r, pool, monitor);
    CrossingResult crossing =
        find_crossing(objective, options.method, trained_with, reweighters, centre, pool);
    if (crossing.at_edge) result.rejected.push_back(r);
    const Evaluation& middle = crossing.evaluations.front();
    result.auc_at_minimum += share * middle.point.auc;
    result.auc_null_spread += share * middle.point.auc_null_spread;
    if (r == 0) result.classifier_record = middle.record;
    result.repetitions.push_back(crossing.theta);
    sum.add(crossing, share);
    centre = crossing.theta;
    collect(std::move(crossing.evaluations), true, result);
    monitor.progress("fit", r + 1, options.repetitions,
                     fmt::format("{} = {:.5g}", parameters.front().name, centre.front()));
    check_interrupt(monitor, "fit");
  }
  if (!result.rejected.empty()) {
    if (options.repetitions > 1) fail_at_edge(parameters, result.rejected.size(), options.repetitions);
    take_single(parameters, sum.theta, result);
    return result;
  }
  for (double& v : sum.variance) v = std::sqrt(v);
  summarise_shares(parameters, sum.theta, {sum.variance, sum.roots, result.repetitions}, result);
  return result;
}

}  // namespace trueup
