// Samples, weights and fits of one repetition.
#include "study/fit_repetition.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/fit_agreement.hpp>
#include <trueup/random.hpp>
#include <trueup/weight_trainings.hpp>

#include "result/stopwatch.hpp"
#include "study/error_per_event.hpp"
#include "study/rows.hpp"

namespace trueup {

FitRepetition::FitRepetition(const StudyConfig& config, const ReweightSection& reweight, bool same,
                             const RepetitionContext& repetition)
    : context(repetition),
      same_samples(same),
      samples(config, repetition.pool.threads(), repetition.monitor),
      simulation(samples.at(nominal_theta(config), config.events.simulation, sample_seed("simulation"))) {
  const Table scanned = samples.scanned(config.events.scanned, sample_seed("scanned"));
  generator_ = samples.generator_events(scanned, seed("generator events"));
  train_weights(reweight, scanned);
}

std::uint64_t FitRepetition::seed(const std::string& purpose, std::size_t index) const {
  return derive_seed(context.seed, purpose, index);
}

std::uint64_t FitRepetition::sample_seed(const std::string& purpose) const {
  return same_samples ? derive_seed(context.study_seed, purpose) : seed(purpose);
}

void FitRepetition::train_weights(const ReweightSection& reweight, const Table& scanned) {
  const Stopwatch watch;
  const auto train = [&](const std::string& purpose, std::size_t k) {
    ReweightOptions options = reweight.options;
    options.training.seed = seed(purpose, k);
    options.training.task = "weights";
    return train_reweighter(simulation, scanned, options, context.pool, context.monitor);
  };
  for (std::size_t k = 0; k < reweight.trainings; ++k) reweighters.push_back(train("reweighter", k));
  const auto again = [&](std::size_t k) { return train("reweighter again", k); };
  const std::vector<std::size_t> retrained =
      retrain_failed(reweighters, simulation, scanned, seed("judge"), again, context.pool, context.monitor);
  found.metrics["weights_retrained"] = static_cast<double>(retrained.size());
  found.metrics["seconds_weights"] = watch.seconds();
}

std::optional<FitResult> FitRepetition::fit(const FitVariant& variant, const Table& data,
                                            std::uint64_t own_seed) {
  const Stopwatch watch;
  FitOptions options = variant.options;
  options.seed = own_seed;
  options.training.task = "classifier";
  std::optional<FitResult> result;
  try {
    result =
        fit_parameters(data, simulation, generator_, reweighters, options, context.pool, context.monitor);
  } catch (const DataError& error) {
    context.monitor.message(LogLevel::warning, error.what());
  }
  seconds_last_fit_ = watch.seconds();
  seconds_fits_ += seconds_last_fit_;
  ++fits_;
  return result;
}

void FitRepetition::add_score_metrics(const FitVariant& variant, const FitResult& fit) {
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const FittedParameter& fitted = fit.parameters[p];
    const std::string row = variant.row(fitted.name);
    const auto add = [&](const char* what, double value) {
      found.metrics[fmt::format("{}, {}", what, row)] = value;
    };
    found.metrics[stated_error(row)] = 0.5 * (fitted.high - fitted.low);
    add("error of data", fit.score->data[p]);
    add("error of simulation", fit.score->simulation[p]);
    add("error of generator events", fit.score->generator[p]);
    add("error of trainings of w", fitted.weights);
    add("error of trainings of networks", fitted.training);
    if (!fit.likelihood) continue;
    add("correction", fit.likelihood->correction[p]);
    add("correction's error", fit.likelihood->correction_error[p]);
    add("hessian's error", fit.likelihood->hessian_error[p]);
  }
  found.metrics[fmt::format("seconds, {}, {}", variant.level, variant.label)] = seconds_last_fit_;
}

void FitRepetition::add_value(const std::string& row, const FitVariant& variant,
                              const std::optional<FitResult>& fit, std::size_t parameter, double truth,
                              double offset) {
  constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
  const bool usable = fit && fit->rejected.empty();
  const double value = fit ? fit->parameters.at(parameter).value - offset : kNoValue;
  found.estimates.push_back({row, value, truth - offset, usable});
  if (variant.states_error()) {
    const double pull = usable ? pull_of(fit->parameters.at(parameter), truth) : kNoValue;
    found.estimates.push_back({kPull + row, pull, 0.0, std::isfinite(pull)});
  }
  if (fit && !fit->uncorrected.empty()) {
    const double uncorrected = fit->uncorrected.at(parameter) - offset;
    found.estimates.push_back({row + kUncorrected, uncorrected, truth - offset, usable});
  }
}

void FitRepetition::add_difference(const FitVariant& variant, const FitResult& fit, const FitOfLevel& other) {
  if (variant.level != other.variant.level || !(fit.score || other.fit.score)) return;
  for (const MethodDifference& difference : method_differences(fit, other.fit)) {
    const std::string row = fmt::format("{} - {}, {}, {}", variant.label, other.variant.label,
                                        difference.parameter, variant.level);
    const double pull = difference.pull();
    found.estimates.push_back({row, difference.difference, 0.0, true});
    found.estimates.push_back({kPull + row, pull, 0.0, std::isfinite(pull)});
  }
}

}  // namespace trueup
