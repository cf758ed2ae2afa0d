// Refinement with a hidden feature: one refiner for each schedule.
#include "study/refine_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/random.hpp>
#include <trueup/simulate.hpp>

#include "result/refine_judge.hpp"
#include "study/detectors.hpp"
#include "study/rows.hpp"
#include "study/sample_cache.hpp"

namespace trueup {
namespace {

constexpr double kNoTruth = std::numeric_limits<double>::quiet_NaN();
constexpr double kThousand = 1000.0;  // rows are in the paper's units
constexpr double kAnyLimit = 1e9;
/// Rows of the test sample that the curves over epochs are made with.
constexpr std::size_t kHistoryRows = 20'480;

std::string row_name(const std::string& metric, const std::string& label) {
  return fmt::format("{}, {}", metric, label);
}

double limit(ConfigTable& table, const std::string& key) {
  return read_between(table, key, table.number(key), 0.0, kAnyLimit, true);
}

StudyConfig with_card(StudyConfig config, const std::string& text, const std::string& source) {
  config.deciding += resolved_card(text, source);
  return config;
}

const RowValues* find_row(const std::vector<RowValues>& rows, const std::string& name) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const RowValues& r) { return r.name == name; });
  return found == rows.end() || found->values.empty() ? nullptr : &*found;
}

/// Per column, as the paper's values are.
BatchedValue mse_per_column(const Agreement& found) {
  const double columns = static_cast<double>(found.columns.size());
  return {found.mse->value / columns, found.mse->spread / columns, found.mse->batches};
}

/// Means, as the paper quotes them.
double mean_of(const RowValues& row) {
  double sum = 0.0;
  for (const double v : row.values) sum += v;
  return sum / static_cast<double>(row.values.size());
}

std::string over_runs(const RowValues& row) {
  return row.values.size() == 1 ? "" : fmt::format(" on average over {} runs", row.values.size());
}

Check at_most(const RowValues& row, double most) {
  const double mean = mean_of(row);
  return {row.name, mean, fmt::format("at most {}", most), mean <= most,
          fmt::format("'{}' is {:.4g}{}.", row.name, mean, over_runs(row))};
}

Check at_least(const RowValues& row, double least) {
  const double mean = mean_of(row);
  return {row.name, mean, fmt::format("at least {}", least), mean >= least,
          fmt::format("'{}' is {:.4g}{}: the MMD alone does not know the hidden feature.", row.name, mean,
                      over_runs(row))};
}

}  // namespace

/// Events that train, and events that judge; row i of fast and full is one event.
struct RefineStudy::Events {
  Table fast, full, test_fast, test_full;
};

/// MMD and MSE on test events after each epoch.
struct RefineStudy::Trained {
  RefineSchedule schedule;
  RefinerModel model;
  FigureSeries mmd, omniscient, mse;
  std::size_t first_epochs = 0;
};

RefineStudy::Card RefineStudy::read_fast_card(const StudyFile& file, ConfigTable& root) {
  if (root.has("fast_detector")) return {};
  const std::filesystem::path path = file.info().file.parent_path() / root.string("fast_card");
  return {read_text(path), path.string()};
}

RefineStudy::RefineStudy(const StudyFile& file) : RefineStudy(file, file.open()) {}

RefineStudy::RefineStudy(const StudyFile& file, ConfigTable root)
    : RefineStudy(file, root, read_fast_card(file, root)) {}

RefineStudy::RefineStudy(const StudyFile& file, ConfigTable& root, Card fast)
    : Study(with_card(read_study_config(file, root), fast.text, fast.source)), fast_(std::move(fast)) {
  if (root.has("fast_detector")) {
    if (root.has("fast_card")) root.fail("fast_card", "and 'fast_detector' exclude one another");
    fast_detector_ = root.string("fast_detector");
  }
  for (const std::string& name : root.strings("schedules"))
    schedules_.push_back(refine_schedule_from_string(name));
  ConfigTable events = root.table("events");
  train_events_ = read_count(events, "train", 0, 100);
  test_events_ = read_count(events, "test", 0, 100);
  refine_ = read_refine_section(root.table("refine"));
  ConfigTable judge = root.table("judge");
  judging_.columns = refine_.options.columns;
  judging_.hidden = refine_.hidden;
  judging_.batch = read_count(judge, "batch", judging_.batch, 2);
  if (judge.boolean("conditions", false)) judging_.conditions = refine_.options.conditions;
  judging_.bandwidths = judge.numbers("bandwidths");
  judging_.pairs = true;
  points_ = read_count(judge, "points", points_);
  ConfigTable limits = root.table("limits");
  limits_ = {limit(limits, "omniscient"), limit(limits, "mse"),       limit(limits, "chi2"),
             limit(limits, "auc"),        limit(limits, "mmd_alone"), limit(limits, "mmd_alone_omniscient")};
  root.finish();
  const SimulationCard card = parse_simulation_card(config().card_text, config().card_source);
  check_settings(card);
  if (fast_detector_.empty()) {
    check_settings(parse_simulation_card(fast_.text, fast_.source));
  } else {
    require_detector(card, fast_detector_, config().card_source);
  }
}

std::vector<std::string> RefineStudy::plan() const {
  return {fmt::format("{} repetitions, each training {} refiners on {} pairs of events", config().repetitions,
                      schedules_.size(), train_events_),
          fmt::format("judge each on {} pairs that train nothing", test_events_)};
}

Table RefineStudy::simulated(const std::string& card, const std::string& source, std::size_t events,
                             std::uint64_t seed, const RepetitionContext& context) const {
  return kept_sample(parse_simulation_card(card, source), {events, seed, context.pool.threads()},
                     context.monitor);
}

RefineStudy::Trained RefineStudy::train(RefineSchedule schedule, const Events& events,
                                        const RepetitionContext& context) const {
  RefineOptions options = refine_.options;
  options.schedule = schedule;
  options.seed = derive_seed(context.seed, "refiner");
  const std::string label = to_string(schedule);
  const std::size_t rows = std::min(kHistoryRows, events.test_fast.rows());
  const Table some_fast = events.test_fast.slice(0, rows), some_full = events.test_full.slice(0, rows);
  FigureSeries mmd{"MMD_b", "reweighted", "line", {}, {}},
      omniscient{"omniscient MMD_b", "target", "line", {}, {}}, mse{"MSE", "nominal", "line", {}, {}};
  const auto on_epoch = [&](std::size_t, const EpochRecord&, const RefinerModel& now) {
    if (!context.makes_figures()) return;
    const Agreement found = agreement(refine_table(now, some_fast, context.pool), some_full, judging_,
                                      context.pool, context.monitor);
    for (const auto& [series, value] :
         {std::pair{&mmd, found.mmd_biased.value}, std::pair{&omniscient, found.omniscient_biased.value},
          std::pair{&mse, mse_per_column(found).value}}) {
      series->x.push_back(static_cast<double>(series->x.size() + 1));
      series->y.push_back(std::log10(value));
    }
  };
  RefinerModel model = train_refiner(events.fast, events.full, Pairing::rows, options, context.pool,
                                     context.monitor, on_epoch);
  const std::size_t first = model.stages.size() > 1 ? model.stages[0].epochs.size() : 0;
  return {schedule, std::move(model), std::move(mmd), std::move(omniscient), std::move(mse), first};
}

void RefineStudy::judge(const std::string& label, const Table& sample, const Events& events,
                        const RepetitionContext& context, Repetition& repetition) const {
  const Agreement found = agreement(sample, events.test_full, judging_, context.pool, context.monitor);
  const std::vector<std::string> seen = column_names(refine_.options.columns);
  std::vector<std::string> told = seen;
  for (const std::string& name : column_names(refine_.options.conditions)) told.push_back(name);
  const auto apart = [&](const std::vector<std::string>& columns) {
    return told_apart(sample, events.test_full, columns, true, derive_seed(context.seed, "judge"),
                      context.pool, context.monitor)
        .auc;
  };
  const auto add = [&](const char* metric, double value) {
    repetition.estimates.push_back({row_name(metric, label), value, kNoTruth, true});
  };
  add("omniscient MMD_b x1000", kThousand * found.omniscient_biased.value);
  add("MMD_b x1000", kThousand * found.mmd_biased.value);
  add("MMD_u x1000", kThousand * found.mmd_unbiased.value);
  add("MSE x1000", kThousand * mse_per_column(found).value);
  add("chi2/ndof", found.chi2_per_ndof());
  add("AUC", apart(seen));
  add("AUC with conditions", apart(told));
  repetition.metrics[row_name("batch spread of omniscient MMD_b x1000", label)] =
      kThousand * found.omniscient_biased.spread;
  repetition.metrics[row_name("batch spread of MMD_b x1000", label)] = kThousand * found.mmd_biased.spread;
  repetition.metrics[row_name("batch spread of MSE x1000", label)] = kThousand * mse_per_column(found).spread;
}

void RefineStudy::add_figures(const Trained& trained, const RefinedSamples& samples,
                              Repetition& repetition) const {
  const std::string label = to_string(trained.schedule), column = judging_.columns.front().name;
  repetition.figures.push_back(
      refined_column_figure(config().figure("column"), "Schedule " + label + ", " + column, column, samples));
  if (!judging_.hidden.empty()) {
    const std::string hidden = judging_.hidden.front().name;
    repetition.figures.push_back(scatter_figure(config().figure("scatter"), "Schedule " + label + ", scatter",
                                                column, hidden, samples, points_));
  }
  FigurePanel panel{"log10", 1.0, {trained.mse, trained.omniscient, trained.mmd}};
  if (trained.first_epochs > 0)
    panel.marks = {{"second stage", "truth", static_cast<double>(trained.first_epochs) + 0.5, true}};
  repetition.figures.push_back({config().figure("history"),
                                "Schedule " + label + ", training",
                                fmt::format("After each epoch, on {} pairs that trained nothing.",
                                            std::min(kHistoryRows, test_events_)),
                                "epoch",
                                {std::move(panel)}});
}

std::pair<Table, Table> RefineStudy::pairs(std::size_t events, std::uint64_t seed,
                                           const RepetitionContext& context) const {
  Table full = simulated(config().card_text, config().card_source, events, seed, context);
  if (!fast_detector_.empty()) return {seen_by(full, fast_detector_), seen_by(full, "det")};
  return {simulated(fast_.text, fast_.source, events, seed, context), std::move(full)};
}

Repetition RefineStudy::repeat(const RepetitionContext& context) const {
  auto [fast, full] = pairs(train_events_, derive_seed(context.seed, "train"), context);
  auto [test_fast, test_full] = pairs(test_events_, derive_seed(context.seed, "test"), context);
  const Events events{std::move(fast), std::move(full), std::move(test_fast), std::move(test_full)};
  Repetition repetition;
  judge("fast", events.test_fast, events, context, repetition);
  for (const RefineSchedule schedule : schedules_) {
    const Trained trained = train(schedule, events, context);
    const std::string label = to_string(schedule);
    double seconds = 0.0;
    for (const TrainRecord& record : trained.model.stages) seconds += record.seconds;
    repetition.metrics["seconds_training, " + label] = seconds;
    repetition.metrics["epochs, " + label] =
        static_cast<double>(trained.first_epochs + trained.model.stages.back().epochs.size());
    const Table refined = refine_table(trained.model, events.test_fast, context.pool);
    judge(label, refined, events, context, repetition);
    if (context.makes_figures())
      add_figures(trained, {events.test_fast, refined, events.test_full}, repetition);
    if (context.makes_figures() && schedule == RefineSchedule::two_stage) {
      std::vector<std::string> all = events.test_full.column_names();
      repetition.figures.push_back(
          correlation_figure("", all, {events.test_fast, refined, events.test_full}));
    }
  }
  return repetition;
}

StudySummary RefineStudy::summarise(const std::vector<Repetition>& repetitions) const {
  StudySummary summary;
  const std::vector<RowValues> rows = rows_of(repetitions);
  const auto most = [&](const char* metric, const char* label, double value) {
    if (const RowValues* row = find_row(rows, row_name(metric, label)))
      summary.checks.push_back(at_most(*row, value));
  };
  most("omniscient MMD_b x1000", "two-stage", limits_.omniscient);
  most("MSE x1000", "two-stage", limits_.mse);
  most("chi2/ndof", "two-stage", limits_.chi2);
  most("AUC", "two-stage", limits_.auc);
  most("MMD_b x1000", "mmd", limits_.mmd_alone);
  if (const RowValues* row = find_row(rows, row_name("omniscient MMD_b x1000", "mmd")))
    summary.checks.push_back(at_least(*row, limits_.mmd_alone_omniscient));
  summary.notes.push_back(fmt::format(
      "MMD_b is of batches of {} rows; of equal samples it falls with the size of a batch, so that values of "
      "other batches are no comparison.",
      judging_.batch));
  return summary;
}

std::unique_ptr<Study> load_refine_study(const StudyFile& file) {
  return std::make_unique<RefineStudy>(file);
}

}  // namespace trueup
