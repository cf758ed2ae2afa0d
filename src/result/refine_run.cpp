// Training a refiner, judging it, and writing the run.
#include "result/refine_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "result/finish_run.hpp"
#include "result/refine_figures.hpp"
#include "result/refine_judge.hpp"
#include "result/stopwatch.hpp"

namespace trueup {
namespace {

constexpr const char* kModelFile = "model.onnx";

bool are_pairs(const RefineJob& job) {
  return job.pairs != PairRule::none;
}

/// Rows that train (and stop), and rows that judge.
struct Parts {
  Table training;
  Table test;
};

/// A table's rows in random order, cut in two; pairs are cut alike by the same index.
Parts split_off_test(const Table& table, double test_fraction, std::uint64_t seed, std::uint64_t index) {
  RandomStream stream(seed, "refine test", index);
  const auto test = static_cast<std::size_t>(std::llround(test_fraction * static_cast<double>(table.rows())));
  if (test < 2 || test >= table.rows()) {
    throw DataError(
        fmt::format("{} rows are too few to keep {:.3g} of them for the judgement; at least 2 are needed",
                    table.rows(), test_fraction));
  }
  const std::vector<std::uint32_t> order = random_permutation(table.rows(), stream);
  const std::span<const std::uint32_t> all(order);
  return {table.select(all.subspan(test)), table.select(all.first(test))};
}

/// The columns of `wanted` that a table has; those that it lacks are the other table's business.
std::vector<std::string> present(const std::vector<std::string>& columns,
                                 const std::vector<std::string>& wanted) {
  std::vector<std::string> found;
  for (const std::string& name : columns) {
    if (std::find(wanted.begin(), wanted.end(), name) != wanted.end()) found.push_back(name);
  }
  return found;
}

AgreementOptions judging_options(const RefineJob& job, const Table& fast, const Table& full) {
  const RefineSection& section = job.refine;
  AgreementOptions judging;
  judging.columns = section.options.columns;
  if (section.options.kernel.with_conditions) judging.conditions = section.options.conditions;
  judging.hidden = section.hidden;
  judging.batch = section.judged_batch;
  judging.pairs = are_pairs(job);
  judging.bandwidths = refine_bandwidths(fast, full, section.options);
  if (section.hidden.empty()) return judging;
  RefineOptions hidden = section.options;
  hidden.columns = section.hidden, hidden.conditions = {}, hidden.kernel.bandwidths = {};
  const std::vector<double> more = refine_bandwidths(fast, full, hidden);
  judging.bandwidths.insert(judging.bandwidths.end(), more.begin(), more.end());
  return judging;
}

void add_figures(const RefineJob& job, const RefinedSamples& samples, Plots& plots) {
  std::vector<std::string> all = column_names(job.refine.options.columns);
  for (const std::string& name : all)
    plots.figures.push_back(refined_column_figure("", "Refined column " + name, name, samples));
  for (const auto* columns : {&job.refine.options.conditions, &job.refine.hidden}) {
    for (const RefinerColumn& column : *columns) {
      if (samples.full.has(column.name)) all.push_back(column.name);
    }
  }
  if (all.size() > 1) plots.figures.push_back(correlation_figure("", all, samples));
}

void add_learning(const RefinerModel& model, Result& result, Plots& plots) {
  double seconds = 0.0;
  for (std::size_t s = 0; s < model.stages.size(); ++s) {
    seconds += model.stages[s].seconds;
    const bool several = model.stages.size() > 1;
    plots.learning_curves.push_back(
        {several ? fmt::format("refiner, stage {}", s + 1) : "refiner", model.stages[s]});
  }
  result.metrics["seconds_training"] = seconds;
}

RefinerModel trained(const RefineJob& job, const Table& fast, const Table& full, const RunSettings& settings,
                     const RunFolder* run, ThreadPool& pool, Monitor& monitor) {
  RefineOptions options = job.refine.options;
  options.seed = derive_seed(settings.seed, "refiner");
  if (run != nullptr) {
    options.first.checkpoint.path = run->checkpoint(0);
    options.training.checkpoint.path = run->checkpoint(1);
  }
  const Pairing pairing = are_pairs(job) ? Pairing::rows : Pairing::none;
  RefinerModel model = train_refiner(fast, full, pairing, options, pool, monitor);
  model.metadata["schedule"] = to_string(options.schedule);
  if (run != nullptr) {
    save_refiner(model, run->file(kModelFile));
    run->remove_checkpoints();
  }
  return model;
}

/// By the refined columns alone, which decides, and by them with the conditions: whether the relation to those is right, too.
TwoSampleResult add_auc(const RefineJob& job, const Table& refined, const Table& full,
                        const RunSettings& settings, Result& result, ThreadPool& pool, Monitor& monitor) {
  const auto apart = [&](const std::vector<std::string>& columns) {
    return told_apart(refined, full, columns, are_pairs(job), derive_seed(settings.seed, "judge"), pool,
                      monitor);
  };
  std::vector<std::string> seen = column_names(job.refine.options.columns);
  const TwoSampleResult alone = apart(seen);
  result.metrics["auc_refined"] = alone.auc;
  result.metrics["auc_null_spread"] = alone.null_spread;
  for (const std::string& name : column_names(job.refine.options.conditions)) {
    if (full.has(name)) seen.push_back(name);
  }
  if (seen.size() > job.refine.options.columns.size())
    result.metrics["auc_refined_with_conditions"] = apart(seen).auc;
  return alone;
}

/// As many rows as a judging classifier takes, wherever they stand in the table.
Table judged_rows(const Table& table, std::uint64_t seed, std::uint64_t index) {
  RandomStream stream(seed, "judged conditions", index);
  const std::vector<std::uint32_t> order = random_permutation(table.rows(), stream);
  return table.select(std::span(order).first(std::min(order.size(), kMostJudged)));
}

/// Refining moves columns, never the events' conditions: what tells those of fast from those of full stays. Nothing of it is
/// trained by the refiner, so all rows can judge.
void add_conditions_auc(const RefineJob& job, const RefineInputs& inputs, const RunSettings& settings,
                        Result& result, ThreadPool& pool, Monitor& monitor) {
  const std::vector<std::string> conditions = column_names(job.refine.options.conditions);
  if (are_pairs(job) || conditions.empty()) return;
  const TwoSampleResult apart = told_apart(
      judged_rows(inputs.fast.table, settings.seed, 0), judged_rows(inputs.full.table, settings.seed, 1),
      conditions, false, derive_seed(settings.seed, "judge conditions"), pool, monitor);
  result.metrics["auc_conditions"] = apart.auc;
  result.checks.push_back(conditions_check(apart));
}

void add_pair_notes(const RefineJob& job, const RefineInputs& inputs, Result& result) {
  if (job.pairs != PairRule::key) return;
  const PairReport& pairs = inputs.pairs;
  result.metrics["pairs"] = static_cast<double>(pairs.matched);
  result.notes.push_back(fmt::format(
      "{} pairs by key; {} rows of the fast table and {} of the full one have no partner and were left out.",
      pairs.matched, pairs.fast_alone, pairs.full_alone));
}

}  // namespace

RefineInputs load_refine_inputs(const RefineJob& job, const InputSource& source) {
  const RefineOptions& options = job.refine.options;
  std::vector<std::string> fast = column_names(options.columns), full = fast, shared;
  for (const std::string& name : column_names(options.conditions))
    fast.push_back(name), shared.push_back(name);
  for (const std::string& name : column_names(job.refine.hidden)) fast.push_back(name), full.push_back(name);
  fast.insert(fast.end(), job.key.begin(), job.key.end());
  full.insert(full.end(), job.key.begin(), job.key.end());
  // Pairs share their conditions: the full table need not have them.
  if (are_pairs(job)) {
    std::vector<std::string> known = source.column_names(job.full_table);
    for (const auto& [name, from] : job.full_columns) known.push_back(name);
    shared = present(known, shared);
  }
  full.insert(full.end(), shared.begin(), shared.end());
  RefineInputs inputs{load_input(job.fast_table, fast, "fast", source, job.fast_columns),
                      load_input(job.full_table, full, "full", source, job.full_columns),
                      {}};
  if (job.pairs == PairRule::key) {
    MatchedPairs matched = match_pairs(inputs.fast.table, inputs.full.table, job.key);
    inputs.fast.table = std::move(matched.fast), inputs.full.table = std::move(matched.full);
    inputs.pairs = matched.report;
  }
  if (are_pairs(job))
    require_pairs(inputs.fast.table, inputs.full.table, shared, column_names(options.columns));
  return inputs;
}

RefineOutcome refine_and_judge(const RefineJob& job, const RefineInputs& inputs, const RunSettings& settings,
                               const RunFolder* run, ThreadPool& pool, Monitor& monitor) {
  Result result;
  Plots plots;
  result.command = settings.command;
  result.seed = settings.seed;
  result.threads = pool.threads();
  result.method = to_string(job.refine.options.schedule);
  result.inputs = {inputs.fast.record, inputs.full.record};
  add_pair_notes(job, inputs, result);
  const double fraction = job.refine.test_fraction;
  const Parts fast = split_off_test(inputs.fast.table, fraction, settings.seed, 0);
  const Parts full = split_off_test(inputs.full.table, fraction, settings.seed, are_pairs(job) ? 0 : 1);
  RefinerModel model = trained(job, fast.training, full.training, settings, run, pool, monitor);
  add_learning(model, result, plots);

  const Table refined = refine_table(model, fast.test, pool);
  const AgreementOptions judging = judging_options(job, fast.training, full.training);
  const Agreement before = agreement(fast.test, full.test, judging, pool, monitor);
  const Agreement after = agreement(refined, full.test, judging, pool, monitor);
  add_metrics(before, "fast", result.metrics);
  add_metrics(after, "refined", result.metrics);
  const TwoSampleResult apart = add_auc(job, refined, full.test, settings, result, pool, monitor);
  result.checks = refinement_checks(before, after, apart);
  add_conditions_auc(job, inputs, settings, result, pool, monitor);
  add_figures(job, {fast.test, refined, full.test}, plots);
  result.artifacts["model"] = kModelFile;
  return {std::move(model), std::move(result), std::move(plots)};
}

Result run_refine(const RefineJob& job, const RefineInputs& inputs, const RunSettings& settings,
                  const RunFolder& run, ThreadPool& pool, Monitor& monitor) {
  const Stopwatch watch;
  RefineOutcome outcome = refine_and_judge(job, inputs, settings, &run, pool, monitor);
  finish_run(run, outcome.plots, watch, outcome.result);
  return outcome.result;
}

}  // namespace trueup
