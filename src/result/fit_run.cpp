// Reading a fit's inputs, fitting, checking, and writing the run.
#include "result/fit_run.hpp"
#include "result/finish_run.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "result/agreement_run.hpp"
#include "result/likelihood_checks.hpp"
#include "result/score_checks.hpp"
#include "result/stopwatch.hpp"

namespace trueup {
namespace {

/// Models of one fit must weight in the same parameters.
void check_same_parameters(const std::vector<InputModel>& models) {
  const auto names = [](const Model& model) {
    std::vector<std::string> list;
    for (const ModelParameter& p : model.parameters) list.push_back(p.name);
    return list;
  };
  for (const InputModel& input : models) {
    if (names(input.model) == names(models.front().model)) continue;
    throw DataError(fmt::format("models '{}' and '{}' have different parameters: {} and {}",
                                models.front().record.path, input.record.path,
                                quoted_list(names(models.front().model)), quoted_list(names(input.model))));
  }
}

std::vector<std::string> parameter_names(const FitJob& job, const FitInputs& inputs) {
  if (job.reweight) return job.reweight->options.parameters;
  std::vector<std::string> names;
  for (const ModelParameter& p : inputs.models.front().model.parameters) names.push_back(p.name);
  return names;
}

/// The truth is for the reader. It is taken out of the data's metadata here, which then go.
void set_truth_aside(FitJob& job, FitInputs& inputs) {
  const std::vector<std::string> names = parameter_names(job, inputs);
  for (const auto& [name, value] : job.truth) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw ConfigError(fmt::format("'data.truth' names '{}', which is not among the parameters{}", name,
                                    did_you_mean(name, names)));
    }
  }
  for (const auto& [name, value] : truths_of(inputs.data.table)) {
    if (std::find(names.begin(), names.end(), name) != names.end()) inputs.truth[name] = value;
  }
  for (const auto& [name, value] : job.truth) inputs.truth[name] = value;
  inputs.data.table = bare_columns(inputs.data.table, inputs.data.table.column_names());
}

std::vector<std::string> unique(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) {
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
  }
  return result;
}

/// What a reader of the result should know of how it was made.
void add_notes(const FitJob& job, const FitResult& fit, const std::vector<Reweighter>& reweighters,
               Result& result) {
  const FitOptions& options = job.fit;
  if (options.method == FitMethod::loss && options.weights == LossWeights::raw) {
    result.notes.push_back(fmt::format(
        "Raw weights: the loss also changes with the sum of the weights, so its maximum moves with every "
        "error "
        "of the mean weight, which is {:.4f} here and 1 for exact weights (SRGN, App. B). Use weights = "
        "\"normalised\" for a measurement.",
        fit.mean_weight));
  }
  if (reweighters.size() < 2) {
    result.notes.push_back(
        "One training of w: its share of the error is not known and not in the interval; set "
        "reweight.trainings to 3 or more.");
  }
}

/// What methods score and likelihood say of themselves.
void add_score(const FitJob& job, const FitInputs& inputs, const FitResult& fit, Result& result) {
  const ScoreReport& score = *fit.score;
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const std::string& name = fit.parameters[p].name;
    result.metrics["error_data_" + name] = score.data[p];
    result.metrics["error_simulation_" + name] = score.simulation[p];
    result.metrics["error_generator_" + name] = score.generator[p];
    if (!inputs.background) continue;
    result.metrics["error_background_" + name] = score.background[p];
    result.metrics["error_background_share_" + name] = score.background_share[p];
  }
  result.metrics["expansions"] = static_cast<double>(score.expansions.size());
  result.metrics["pareto_shape"] = score.weights.front().pareto_shape;
  const std::vector<Check> checks = score_checks(fit);
  result.checks.insert(result.checks.end(), checks.begin(), checks.end());
  if (job.fit.score.moment == MomentForm::plain) {
    result.notes.push_back(
        "The plain moment: an error of the weights goes straight into the value, and is not in the interval "
        "but "
        "for its spread over trainings of w.");
  } else if (!inputs.generator) {
    result.notes.push_back(
        "The generator-level events are those that trained w; give others as fit.generator, with parameters "
        "scanned near the fitted value, for a smaller error.");
  }
}

void add_likelihood(const FitResult& fit, Result& result) {
  const LikelihoodReport& report = *fit.likelihood;
  std::vector<std::string> names;
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const std::string& name = names.emplace_back(fit.parameters[p].name);
    result.metrics["uncorrected_" + name] = report.maximum[p];
    result.metrics["correction_" + name] = report.correction[p];
    result.metrics["error_correction_" + name] = report.correction_error[p];
    result.metrics["error_hessian_" + name] = report.hessian_error[p];
    if (p >= report.profiles.size()) continue;
    result.metrics["profile_low_" + name] = report.profiles[p].low;
    result.metrics["profile_high_" + name] = report.profiles[p].high;
  }
  result.metrics["mean_ratio"] = report.mean_ratio;
  for (const LikelihoodContour& contour : report.contours) {
    if (!contour.all.empty()) result.contours.push_back({names, contour.probability, contour.all});
  }
  const std::vector<Check> checks = likelihood_checks(fit);
  result.checks.insert(result.checks.end(), checks.begin(), checks.end());
}

GeneratorEvents generator_events(const FitJob& job, const FitInputs& inputs) {
  GeneratorEvents events;
  if (job.generator_table.empty()) return events;
  events.scanned = (inputs.generator ? *inputs.generator : inputs.scanned.value()).table;
  return events;
}

Background background_events(const FitInputs& inputs) {
  if (!inputs.background) return {};
  return {inputs.background->table, inputs.background_share, inputs.background_share_error};
}

/// A yield becomes a share of the data.
void load_background(const FitJob& job, FitInputs& inputs) {
  const BackgroundSection& section = job.background;
  if (section.table.empty()) return;
  inputs.background = load_input(section.table, job.fit.observables, "background");
  const std::vector<float> data = inputs.data.table.weights_or_ones();
  const double total = section.is_yield ? std::accumulate(data.begin(), data.end(), 0.0) : 1.0;
  if (!(section.expected < total)) {
    throw ConfigError(
        fmt::format("'background.yield' is {}, and the data's weights sum to {}: no signal is left",
                    section.expected, total));
  }
  inputs.background_share = section.expected / total;
  inputs.background_share_error = section.error / total;
}

std::vector<InputRecord> records_of(const FitInputs& inputs) {
  std::vector<InputRecord> records{inputs.data.record, inputs.simulation.record};
  if (inputs.scanned) records.push_back(inputs.scanned->record);
  if (inputs.generator) records.push_back(inputs.generator->record);
  if (inputs.background) records.push_back(inputs.background->record);
  for (const InputModel& input : inputs.models) records.push_back(input.record);
  return records;
}

/// Networks trained here, or copies of the ones given.
std::vector<Reweighter> obtain_weights(const FitJob& job, const FitInputs& inputs,
                                       const RunSettings& settings, const RunFolder& run, ThreadPool& pool,
                                       Monitor& monitor) {
  if (job.reweight) {
    return train_reweighters(*job.reweight, inputs.simulation, *inputs.scanned, settings, run, pool, monitor);
  }
  std::vector<Reweighter> reweighters;
  for (std::size_t k = 0; k < inputs.models.size(); ++k) {
    save_model(inputs.models[k].model, run.file(RunFolder::model_name(k)));
    reweighters.emplace_back(inputs.models[k].model);
  }
  return reweighters;
}

void add_parameters(const FitResult& fit, const FitInputs& inputs, Result& result) {
  for (const FittedParameter& p : fit.parameters) {
    const auto truth = inputs.truth.find(p.name);
    result.parameters.push_back({p.name, p.value, p.low, p.high, p.unit,
                                 truth == inputs.truth.end() ? std::nullopt : std::optional(truth->second)});
    if (!(p.statistical > 0.0)) continue;
    result.metrics["error_statistical_" + p.name] = p.statistical;
    result.metrics["error_weights_" + p.name] = p.weights;
    result.metrics["error_training_" + p.name] = p.training;
  }
  result.metrics["auc_at_minimum"] = fit.auc_at_minimum;
  result.metrics["auc_null_spread"] = fit.auc_null_spread;
  result.metrics["classifier_trainings"] = static_cast<double>(fit.classifier_trainings);
  result.metrics["classifiers_retrained"] = static_cast<double>(fit.classifiers_retrained);
  result.metrics["repetitions"] = static_cast<double>(fit.repetitions.size());
  result.metrics["repetitions_rejected"] = static_cast<double>(fit.rejected.size());
}

/// Checks of the fit and of the weights at the fitted value.
void add_checks(const FitResult& fit, const std::vector<WeightSummary>& weights, Result& result) {
  std::vector<std::string> names;
  std::vector<double> theta;
  for (const FittedParameter& p : fit.parameters) {
    names.push_back(p.name);
    theta.push_back(p.value);
  }
  for (const std::vector<Check>& some : {fit_checks(fit), weight_checks(weights, theta_text(names, theta))}) {
    result.checks.insert(result.checks.end(), some.begin(), some.end());
  }
  result.metrics["mean_weight"] = weights.front().mean;
  result.metrics["effective_fraction"] = weights.front().effective_fraction;
  result.metrics["largest_weight"] = weights.front().largest;
}

Result begin_result(const FitJob& job, const FitInputs& inputs, const RunSettings& settings,
                    const ThreadPool& pool) {
  Result result;
  result.command = settings.command;
  result.seed = settings.seed;
  result.threads = pool.threads();
  result.method = method_name(job.fit.method);
  result.inputs = records_of(inputs);
  return result;
}

}  // namespace

FitInputs load_fit_inputs(FitJob& job, std::uint64_t seed) {
  FitInputs inputs;
  std::vector<std::string> features;
  if (job.reweight) features = job.reweight->options.features;
  for (const std::string& path : job.models) {
    inputs.models.push_back(load_reweighter_model(path));
    const std::vector<std::string> names = inputs.models.back().model.column_names();
    features.insert(features.end(), names.begin(), names.end());
  }
  if (!job.reweight) check_same_parameters(inputs.models);
  // DCTR asks the classifier of the weights, so it sees what that was trained on.
  if (job.fit.method == FitMethod::dctr && job.fit.observables.empty())
    job.fit.observables = unique(features);
  check_fit_options(job.fit, unique(features), parameter_names(job, inputs).size());
  for (const FitOptions& other : job.agreement) {
    check_fit_options(other, unique(features), parameter_names(job, inputs).size());
  }
  inputs.data = load_input(job.data_table, job.fit.observables, "data");
  std::vector<std::string> columns = job.fit.observables;
  columns.insert(columns.end(), features.begin(), features.end());
  inputs.simulation = load_input(job.simulation_table, columns, "simulation");
  if (job.reweight) {
    ReweightOptions& options = job.reweight->options;
    features.insert(features.end(), options.parameters.begin(), options.parameters.end());
    inputs.scanned = load_input(job.scanned_table, features, "scanned");
    options.nominal =
        nominal_theta(options.parameters, job.nominal_theta, inputs.simulation, "simulation.theta");
  }
  if (!job.generator_table.empty() && job.generator_table != job.scanned_table) {
    std::vector<std::string> needed = features;
    for (const std::string& name : parameter_names(job, inputs)) needed.push_back(name);
    inputs.generator = load_input(job.generator_table, unique(needed), "generator events");
  }
  load_background(job, inputs);
  for (const InputModel& model : inputs.models)
    require_nominal(model, inputs.simulation, job.nominal_theta, "simulation.theta");
  set_truth_aside(job, inputs);
  if (job.reweight)
    require_closure_events(*job.reweight, inputs.simulation.table, inputs.scanned->table, seed);
  return inputs;
}

Result run_fit(const FitJob& job, const FitInputs& inputs, const RunSettings& settings, const RunFolder& run,
               ThreadPool& pool, Monitor& monitor) {
  const Stopwatch watch;
  Result result = begin_result(job, inputs, settings, pool);
  Plots plots;
  const std::vector<Reweighter> reweighters = obtain_weights(job, inputs, settings, run, pool, monitor);
  add_learning_curves(reweighters, result, plots);
  if (job.reweight) {
    add_closure(reweighters.front(), *job.reweight, inputs.simulation.table, inputs.scanned->table, settings,
                result, plots, pool, monitor);
  } else {
    result.notes.push_back(
        "The weights come from models made earlier; their closure is in the run that made them.");
  }
  const Stopwatch fit_watch;
  FitOptions options = job.fit;
  options.seed = derive_seed(settings.seed, "fit");
  options.training.task = "classifier";
  const GeneratorEvents generator = generator_events(job, inputs);
  const Background background = background_events(inputs);
  const FitSamples samples{inputs.data.table, inputs.simulation.table, generator, background};
  const FitResult fit = fit_parameters(samples, reweighters, options, pool, monitor);
  result.metrics["seconds_fit"] = fit_watch.seconds();
  const std::vector<OtherFit> others =
      fit_by_others(samples, reweighters, job.agreement, options.seed, pool, monitor);
  add_parameters(fit, inputs, result);
  add_notes(job, fit, reweighters, result);
  if (fit.score) add_score(job, inputs, fit, result);
  if (fit.likelihood) add_likelihood(fit, result);
  std::vector<double> theta;
  for (const FittedParameter& p : fit.parameters) theta.push_back(p.value);
  add_checks(fit, summarise_weights(reweighters, inputs.simulation.table, theta, pool), result);
  add_agreement(job.fit.method, fit, others, result);
  add_fit_plots(job, inputs, fit, reweighters, plots, pool);
  check_interrupt(monitor, settings.command);
  finish_run(run, plots, watch, result);
  return result;
}

}  // namespace trueup
