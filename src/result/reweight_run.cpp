// Training weights, checking them, and writing the run.
#include "result/reweight_run.hpp"
#include "result/finish_run.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include <core/files.hpp>
#include <core/side_by_side.hpp>
#include <trueup/ensemble.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/table_io.hpp>
#include <trueup/weight_trainings.hpp>

#include "result/column_map_config.hpp"
#include "result/stopwatch.hpp"

namespace trueup {
namespace {

constexpr const char* kTrainingKey = "training_key";
constexpr const char* kTrainedAgain = "trained_again";

ReweightOptions options_of(const ReweightSection& section, std::uint64_t seed, std::size_t index) {
  ReweightOptions options = section.options;
  options.training.seed = derive_seed(seed, "reweighter", index);
  options.training.task = fmt::format("reweighting network {}", index + 1);
  return options;
}

/// A file may hold several tables: its checksum and the table's name, and where its columns come from.
std::string fingerprint(const InputTable& table) {
  const std::string file = table.record.sha256 + ":" + parse_table_path(table.record.path).name;
  if (table.map.empty()) return file;
  TomlText map("");
  add_column_map(map, table.map);
  return file + map.text();
}

/// Whatever decides the trained network, and nothing else: closure and the number of trainings do not.
std::string training_key(const ReweightSection& section, const InputTable& nominal, const InputTable& scanned,
                         std::uint64_t seed, std::size_t index) {
  ReweightSection deciding = section;
  deciding.closure = {};
  deciding.trainings = 1;
  TomlText text("");
  add_reweight_section(text, deciding);
  std::string all =
      fmt::format("{} {} {} {} {}", version(), seed, index, fingerprint(nominal), fingerprint(scanned));
  for (const double theta : section.options.nominal) all += fmt::format(" {}", theta);
  // The columns read may be fewer than the file's; their names are in the section's text.
  return sha256_of_bytes(all + "\n" + text.text());
}

std::optional<Model> finished_model(const std::filesystem::path& file, const std::string& key,
                                    Monitor& monitor) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    Model model = load_model(file);
    const auto found = model.metadata.find(kTrainingKey);
    if (found != model.metadata.end() && found->second == key) {
      monitor.message(LogLevel::info, fmt::format("{}: already trained, reused", file.filename().string()));
      return model;
    }
    monitor.message(LogLevel::info, fmt::format("{}: made from other inputs or options, training again",
                                                file.filename().string()));
  } catch (const Error& error) {
    monitor.message(LogLevel::warning, fmt::format("cannot resume from {}: {}", file.string(), error.what()));
  }
  return std::nullopt;
}

std::string summary(const std::string& task, const TrainRecord& record) {
  return fmt::format("{}: {} epochs, best {}, validation loss {:.6f}, {:.1f} s", task, record.epochs.size(),
                     record.best_epoch, record.best_validation_loss, record.seconds);
}

Model trained_model(const ReweightSection& section, const InputTable& nominal, const InputTable& scanned,
                    const RunSettings& settings, std::size_t index, const std::filesystem::path& checkpoint,
                    ThreadPool& pool, Monitor& monitor) {
  ReweightOptions options = options_of(section, settings.seed, index);
  options.training.checkpoint.path = checkpoint;
  Model model = train_reweighter(nominal.table, scanned.table, options, pool, monitor).model();
  monitor.message(LogLevel::info, summary(options.training.task, model.record));
  return model;
}

/// The model of the folder when it is found there, finished; else one that is trained and kept there.
Model kept_model(const ReweightSection& section, const InputTable& nominal, const InputTable& scanned,
                 const RunSettings& settings, std::size_t index, const RunFolder& run, ThreadPool& pool,
                 Monitor& monitor) {
  const std::filesystem::path file = run.file(RunFolder::model_name(index));
  const std::string key = training_key(section, nominal, scanned, settings.seed, index);
  if (settings.resume) {
    if (std::optional<Model> found = finished_model(file, key, monitor)) return std::move(*found);
  }
  Model model =
      trained_model(section, nominal, scanned, settings, index, run.checkpoint(index), pool, monitor);
  model.metadata[kTrainingKey] = key;
  save_model(model, file);
  return model;
}

/// Trainings that failed, done again from another start; those that a resumed run finds were judged before.
void repeat_failed(std::vector<Reweighter>& reweighters, const ReweightSection& section,
                   const InputTable& nominal, const InputTable& scanned, const RunSettings& settings,
                   const RunFolder* run, ThreadPool& pool, Monitor& monitor) {
  if (trained_again(reweighters) > 0) return;
  const std::uint64_t other_start = derive_seed(settings.seed, "reweighter again");
  const auto train_again = [&](std::size_t k) {
    return train_reweighter(nominal.table, scanned.table, options_of(section, other_start, k), pool, monitor);
  };
  for (const std::size_t k :
       retrain_failed(reweighters, nominal.table, scanned.table, settings.seed, train_again, pool, monitor)) {
    Model model = reweighters[k].model();
    model.metadata[kTrainedAgain] = "yes";
    if (run != nullptr) {
      model.metadata[kTrainingKey] = training_key(section, nominal, scanned, settings.seed, k);
      save_model(model, run->file(RunFolder::model_name(k)));
    }
    reweighters[k] = Reweighter(std::move(model));
  }
}

}  // namespace

void require_closure_events(const ReweightSection& section, const Table& nominal, const Table& scanned,
                            std::uint64_t seed) {
  require_closure_events(nominal, scanned, options_of(section, seed, 0), section.closure);
}

ReweightInputs load_reweight_inputs(ReweightJob& job, std::uint64_t seed, const InputSource& source) {
  ReweightOptions& options = job.reweight.options;
  std::vector<std::string> columns = with_group(options.features, options.members.group);
  ReweightInputs inputs;
  inputs.nominal = load_input(job.nominal_table, columns, "nominal", source, job.nominal_columns);
  columns.insert(columns.end(), options.parameters.begin(), options.parameters.end());
  inputs.scanned = load_input(job.scanned_table, columns, options.parameters.empty() ? "target" : "scanned",
                              source, job.scanned_columns);
  options.nominal = nominal_theta(options.parameters, job.nominal_theta, inputs.nominal, "nominal.theta");
  require_closure_events(job.reweight, inputs.nominal.table, inputs.scanned.table, seed);
  return inputs;
}

std::vector<Reweighter> train_reweighters(const ReweightSection& section, const InputTable& nominal,
                                          const InputTable& scanned, const RunSettings& settings,
                                          const RunFolder* run, ThreadPool& pool, Monitor& monitor) {
  const ReweightOptions& shape = section.options;
  NetworkSpec spec{shape.features.size() + shape.parameters.size(), shape.hidden, 1, shape.activation};
  if (!shape.members.none()) spec.members = {shape.members.columns.size(), shape.members.hidden};
  const Network network(spec);
  const Turns turns = trained_side_by_side(network) ? Turns::side_by_side : Turns::one_after_another;
  std::vector<std::optional<Model>> models(section.trainings);
  run_tasks("reweighting networks", models.size(), turns, pool, monitor, [&](std::size_t k, Monitor& own) {
    models[k] = run == nullptr ? trained_model(section, nominal, scanned, settings, k, {}, pool, own)
                               : kept_model(section, nominal, scanned, settings, k, *run, pool, own);
  });
  if (run != nullptr) run->remove_checkpoints();
  std::vector<Reweighter> reweighters;
  for (std::optional<Model>& model : models) reweighters.emplace_back(std::move(*model));
  repeat_failed(reweighters, section, nominal, scanned, settings, run, pool, monitor);
  return reweighters;
}

std::size_t trained_again(const std::vector<Reweighter>& reweighters) {
  return static_cast<std::size_t>(std::ranges::count_if(reweighters, [](const Reweighter& reweighter) {
    return reweighter.model().metadata.contains(kTrainedAgain);
  }));
}

void add_closure(const Reweighter& reweighter, const ReweightSection& section, const Table& nominal,
                 const Table& scanned, const RunSettings& settings, Result& result, Plots& plots,
                 ThreadPool& pool, Monitor& monitor) {
  if (section.closure.points == 0) {
    result.notes.push_back("The weights' closure was not checked: reweight.closure.points = 0.");
    return;
  }
  const Stopwatch watch;
  const ReweightOptions options = options_of(section, settings.seed, 0);
  plots.closure = check_closure(reweighter, nominal, scanned, options, section.closure, pool, monitor);
  double worst_auc = 0.0, least_effective = 1.0;
  for (const ClosurePoint& point : plots.closure) {
    worst_auc = std::max(worst_auc, point.auc);
    least_effective = std::min(least_effective, point.effective_fraction);
  }
  result.metrics["closure_auc_largest"] = worst_auc;
  result.metrics["closure_effective_fraction_smallest"] = least_effective;
  const std::vector<Check> checks = closure_checks(plots.closure, section.options.parameters);
  result.checks.insert(result.checks.end(), checks.begin(), checks.end());
  const std::vector<DistributionPlot> shown =
      closure_distributions(reweighter, nominal, scanned, plots.closure, section.closure.window, pool);
  plots.distributions.insert(plots.distributions.end(), shown.begin(), shown.end());
  result.metrics["seconds_closure"] = watch.seconds();
}

void add_learning_curves(const std::vector<Reweighter>& reweighters, Result& result, Plots& plots) {
  double seconds = 0.0;
  for (std::size_t k = 0; k < reweighters.size(); ++k) {
    const TrainRecord& record = reweighters[k].model().record;
    seconds += record.seconds;
    plots.learning_curves.push_back({fmt::format("reweighting network {}", k + 1), record});
    const std::string name = k == 0 ? "model" : fmt::format("model_{}", k + 1);
    result.artifacts[name] = RunFolder::model_name(k);
  }
  result.metrics["reweighters_retrained"] = static_cast<double>(trained_again(reweighters));
  result.metrics["reweight_validation_loss"] = reweighters.front().model().record.best_validation_loss;
  result.metrics["seconds_reweight_training"] = seconds;
}

ReweightOutcome train_and_judge(const ReweightJob& job, const ReweightInputs& inputs,
                                const RunSettings& settings, const RunFolder* run, ThreadPool& pool,
                                Monitor& monitor) {
  Result result;
  Plots plots;
  result.command = settings.command;
  result.seed = settings.seed;
  result.threads = pool.threads();
  result.method = "classifier";
  result.inputs = {inputs.nominal.record, inputs.scanned.record};
  std::vector<Reweighter> reweighters =
      train_reweighters(job.reweight, inputs.nominal, inputs.scanned, settings, run, pool, monitor);
  add_learning_curves(reweighters, result, plots);
  add_closure(reweighters.front(), job.reweight, inputs.nominal.table, inputs.scanned.table, settings, result,
              plots, pool, monitor);
  check_interrupt(monitor, settings.command);
  return {std::move(reweighters), std::move(result), std::move(plots)};
}

Result run_reweight(const ReweightJob& job, const ReweightInputs& inputs, const RunSettings& settings,
                    const RunFolder& run, ThreadPool& pool, Monitor& monitor) {
  const Stopwatch watch;
  ReweightOutcome outcome = train_and_judge(job, inputs, settings, &run, pool, monitor);
  finish_run(run, outcome.plots, watch, outcome.result);
  return outcome.result;
}

}  // namespace trueup
