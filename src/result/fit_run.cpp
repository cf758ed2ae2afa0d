// Reading a fit's inputs, fitting, checking, and writing the run.
#include "result/fit_run.hpp"
#include "result/finish_run.hpp"

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
  for (std::size_t p = 0; p < fit.uncorrected.size(); ++p) {
    result.metrics["uncorrected_" + fit.parameters[p].name] = fit.uncorrected[p];
  }
  result.metrics["pareto_shape"] = score.weights.front().pareto_shape;
  const std::vector<Check> checks = score_checks(fit);
  result.checks.insert(result.checks.end(), checks.begin(), checks.end());
  if (job.fit.score.moment == MomentForm::plain) {
    result.notes.push_back(
        "The plain moment: an error of the weights goes straight into the value, and is not in the interval "
        "but "
        "for its spread over trainings of w.");
  } else if (!inputs.generator && !inputs.generate) {
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
  events.at = inputs.generate;
  if (events.at) return events;
  events.scanned = (inputs.generator ? *inputs.generator : inputs.scanned.value()).table;
  return events;
}

Background background_events(const FitInputs& inputs) {
  if (!inputs.background) return {};
  return {inputs.background->table, inputs.background_share, inputs.background_share_error};
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
    return train_reweighters(*job.reweight, inputs.simulation, *inputs.scanned, settings, &run, pool,
                             monitor);
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

FitOutcome fit_and_judge(const FitJob& job, const FitInputs& inputs,
                         const std::vector<Reweighter>& reweighters, const RunSettings& settings,
                         ThreadPool& pool, Monitor& monitor) {
  Result result = begin_result(job, inputs, settings, pool);
  Plots plots;
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
  FitResult fit = fit_parameters(samples, reweighters, options, pool, monitor);
  result.metrics["seconds_fit"] = fit_watch.seconds();
  const ComparedFits compared =
      compare_fits(samples, reweighters, options, job.agreement, job.agreement_events, pool, monitor);
  add_parameters(fit, inputs, result);
  add_notes(job, fit, reweighters, result);
  if (fit.score) add_score(job, inputs, fit, result);
  if (fit.likelihood) add_likelihood(fit, result);
  std::vector<double> theta;
  for (const FittedParameter& p : fit.parameters) theta.push_back(p.value);
  add_checks(fit, summarise_weights(reweighters, inputs.simulation.table, theta, pool), result);
  add_agreement(job.fit.method, compared.main.value_or(fit), compared.others, result);
  if (!compared.note.empty()) result.notes.push_back(compared.note);
  add_fit_plots(job, inputs, fit, reweighters, plots, pool);
  check_interrupt(monitor, settings.command);
  return {std::move(fit), std::move(result), std::move(plots)};
}

Result run_fit(const FitJob& job, const FitInputs& inputs, const RunSettings& settings, const RunFolder& run,
               ThreadPool& pool, Monitor& monitor) {
  const Stopwatch watch;
  const std::vector<Reweighter> reweighters = obtain_weights(job, inputs, settings, run, pool, monitor);
  FitOutcome outcome = fit_and_judge(job, inputs, reweighters, settings, pool, monitor);
  finish_run(run, outcome.plots, watch, outcome.result);
  return outcome.result;
}

}  // namespace trueup
