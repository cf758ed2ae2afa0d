// The fit: repetitions of the search for the minimum with all methods and minimisers, their mean and the interval.
#include <trueup/fit.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>

#include "fit/check_inputs.hpp"
#include "fit/classifier_objective.hpp"
#include "fit/estimates.hpp"
#include "fit/events.hpp"
#include "fit/interval.hpp"
#include "fit/likelihood_fit.hpp"
#include "fit/score_fit.hpp"
#include "fit/search.hpp"

namespace trueup {

namespace {

/// Lets the many small trainings of a fit be interrupted without each of them reporting its epochs.
class StopOnly : public Monitor {
 public:
  explicit StopOnly(const Monitor& monitor) : monitor_(monitor) {}
  void message(LogLevel, std::string_view) override {}
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  bool stop_requested() const override { return monitor_.stop_requested(); }

 private:
  const Monitor& monitor_;
};

void collect(const Minimum& minimum, std::size_t repetition, FitResult& result) {
  result.repetitions.push_back(minimum.theta);
  if (minimum.at_edge) result.rejected.push_back(repetition);
  result.scan.insert(result.scan.end(), minimum.points.begin(), minimum.points.end());
  result.classifier_trainings += minimum.trainings;
  result.classifiers_retrained += minimum.retrained;
  if (repetition == 0) result.classifier_record = minimum.record;
}

/// The lowest AUC of each repetition, averaged: near 0.5 when the model can describe the data.
void judge_minimum(const FitOptions& options, FitResult& result) {
  std::vector<ScanPoint> lowest(options.repetitions);
  for (ScanPoint& point : lowest) point.auc = std::numeric_limits<double>::infinity();
  for (const ScanPoint& point : result.scan) {
    if (point.auc < lowest[point.repetition].auc) lowest[point.repetition] = point;
  }
  result.auc_at_minimum = 0.0;
  for (const ScanPoint& point : lowest) {
    result.auc_at_minimum += point.auc / static_cast<double>(lowest.size());
    result.auc_null_spread += point.auc_null_spread / static_cast<double>(lowest.size());
  }
}

/// Repetitions with bootstrapped events, each with its own search: the spread of one is the error.
FitResult fit_by_repetitions(const Table& data, const Table& simulation,
                             const std::vector<Reweighter>& reweighters, const FitOptions& options,
                             ThreadPool& pool, Monitor& monitor) {
  const auto& parameters = reweighters.front().model().parameters;
  FitResult result;
  std::vector<double> start;
  StopOnly quiet(monitor);
  for (std::size_t r = 0; r < options.repetitions; ++r) {
    const Reweighter& reweighter = reweighters[r % reweighters.size()];
    const EventChoice choice{options.repetitions > 1, 0, derive_seed(options.seed, "repetition", r)};
    const ClassifierObjective objective(
        choose_events(data, simulation, {options.observables, options.members}, reweighter.model(), choice),
        reweighter, options, r, pool, quiet);
    const Minimum minimum = options.minimiser == Minimiser::scan
                                ? scan_minimum(objective, parameters, options, start, monitor)
                                : nlopt_minimum(objective, parameters, options, monitor);
    collect(minimum, r, result);
    if (options.minimiser == Minimiser::scan && options.method == FitMethod::auc && parameters.size() == 1) {
      result.curves.push_back(minimum.curve);
    }
    if (!minimum.at_edge) start = minimum.theta;
    monitor.progress("fit", r + 1, options.repetitions,
                     fmt::format("{} = {:.5g}", parameters.front().name, minimum.theta.front()));
    check_interrupt(monitor, "fit");
  }
  summarise_repetitions(parameters, result);
  judge_minimum(options, result);
  return result;
}

double mean_weight_at(const std::vector<FittedParameter>& parameters, const Reweighter& reweighter,
                      const Table& simulation, ThreadPool& pool) {
  std::vector<double> theta;
  for (const FittedParameter& p : parameters) theta.push_back(p.value);
  const Table bare = model_columns(simulation, reweighter.model());
  return weighted_mean(reweighter.weights(bare, theta, pool), simulation.weights()).value;
}

}  // namespace

FitResult fit_parameters(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                         const FitOptions& options, ThreadPool& pool, Monitor& monitor) {
  const auto& [data, simulation, generator, background] = samples;
  check_fit_inputs(data, simulation, reweighters, options);
  check_background(background, options);
  FitResult result;
  if (learns_statistics(options.method)) {
    StopOnly quiet(monitor);
    const auto fit = options.method == FitMethod::score ? fit_by_score : fit_by_likelihood;
    result = fit(samples, reweighters, options, pool, quiet);
  } else {
    const auto fit = options.method == FitMethod::dctr ? fit_dctr : fit_by_repetitions;
    result = options.method != FitMethod::dctr && options.minimiser == Minimiser::gradient
                 ? fit_by_gradient(samples, reweighters, options, pool, monitor)
                 : fit(data, simulation, reweighters, options, pool, monitor);
  }
  result.mean_weight = mean_weight_at(result.parameters, reweighters.front(), simulation, pool);
  return result;
}

FitResult fit_parameters(const Table& data, const Table& simulation, const GeneratorEvents& generator,
                         const std::vector<Reweighter>& reweighters, const FitOptions& options,
                         ThreadPool& pool, Monitor& monitor) {
  return fit_parameters({data, simulation, generator, Background{}}, reweighters, options, pool, monitor);
}

FitResult fit_parameters(const Table& data, const Table& simulation,
                         const std::vector<Reweighter>& reweighters, const FitOptions& options,
                         ThreadPool& pool, Monitor& monitor) {
  return fit_parameters(data, simulation, GeneratorEvents{}, reweighters, options, pool, monitor);
}

}  // namespace trueup
