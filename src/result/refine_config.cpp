// Reading and writing the configuration of `trueup refine`.
#include "result/refine_config.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "result/column_map_config.hpp"

namespace trueup {
namespace {

const std::vector<std::string> kRules{"none", "rows", "key"};
const std::vector<std::string> kSchedules{"two-stage", "mmd", "mse"};
const std::vector<std::string> kTransforms{"identity", "log", "logit"};

/// [refine.column.NAME]: what is special about a column.
RefinerColumn read_column(ConfigTable& all, const std::string& name) {
  RefinerColumn column{.name = name};
  if (!all.has(name)) return column;
  ConfigTable table = all.table(name);
  column.transform = column_transform_from_string(table.choice("transform", kTransforms, "identity"));
  if (table.has("low")) column.low = static_cast<float>(table.number("low"));
  if (table.has("high")) column.high = static_cast<float>(table.number("high"));
  if (column.transform == ColumnTransform::log && !table.has("low")) column.low = 0.0f;
  if (column.transform == ColumnTransform::logit &&
      !(std::isfinite(column.low) && std::isfinite(column.high)))
    all.fail(name, "has a logit, which needs both 'low' and 'high'");
  if (!(column.low < column.high)) all.fail(name, "needs low < high");
  column.integer = table.boolean("integer", false);
  return column;
}

std::vector<RefinerColumn> read_named(ConfigTable& table, ConfigTable& details, const std::string& key) {
  std::vector<RefinerColumn> columns;
  for (const std::string& name : table.strings(key, {})) columns.push_back(read_column(details, name));
  return columns;
}

void refuse_strangers(const ConfigTable& details, const RefineSection& section) {
  for (const std::string& name : details.keys()) {
    const auto is_it = [&](const RefinerColumn& column) { return column.name == name; };
    const RefineOptions& o = section.options;
    if (std::none_of(o.columns.begin(), o.columns.end(), is_it) &&
        std::none_of(o.conditions.begin(), o.conditions.end(), is_it) &&
        std::none_of(section.hidden.begin(), section.hidden.end(), is_it)) {
      details.fail(name, "describes a column that is neither refined, nor a condition, nor hidden");
    }
  }
}

void read_kernel(ConfigTable table, RefineKernel& kernel) {
  kernel.bandwidths = table.numbers("bandwidths", {});
  kernel.scales = table.numbers("scales", kernel.scales);
  const auto bad = [](double v) { return !(v > 0.0); };
  if (std::any_of(kernel.bandwidths.begin(), kernel.bandwidths.end(), bad))
    table.fail("bandwidths", "must all be positive");
  if (kernel.scales.empty() || std::any_of(kernel.scales.begin(), kernel.scales.end(), bad))
    table.fail("scales", "needs positive numbers");
  kernel.with_conditions = table.boolean("conditions", kernel.with_conditions);
}

void read_constraint(ConfigTable table, ConstraintOptions& constraint) {
  constraint.multiplier = table.number("multiplier", constraint.multiplier);
  constraint.learning_rate = read_between(table, "learning_rate", constraint.learning_rate, 0.0, 10.0, true);
  constraint.damping = read_between(table, "damping", constraint.damping, 0.0, 1e9, true);
}

/// What trains well without being asked: see docs/guide/refine.md.
void set_defaults(RefineOptions& options) {
  options.training.batch_size = 2048;
  options.training.max_epochs = 40;
  options.training.patience = 40;
  options.training.adam.learning_rate = 1e-3;
  options.training.schedule = LearningRateSchedule::cosine;
  options.training.keep =
      KeptEpoch::last;  // validation's noise is larger than what the last epochs differ by
  options.kernel.scales = {1.0, 0.3, 0.1};
  options.first = options.training;
  options.first.max_epochs = options.first.patience = 20;
}

void add_columns(TomlText& toml, const std::vector<RefinerColumn>& columns) {
  for (const RefinerColumn& c : columns) {
    const bool bounded = std::isfinite(c.low) || std::isfinite(c.high);
    if (c.transform == ColumnTransform::identity && !bounded && !c.integer) continue;
    toml.section(fmt::format("refine.column.\"{}\"", c.name));
    toml.add("transform", to_string(c.transform));
    if (std::isfinite(c.low)) toml.add("low", static_cast<double>(c.low));
    if (std::isfinite(c.high)) toml.add("high", static_cast<double>(c.high));
    toml.add("integer", c.integer);
  }
}

}  // namespace

std::vector<std::string> column_names(const std::vector<RefinerColumn>& columns) {
  std::vector<std::string> names;
  for (const RefinerColumn& column : columns) names.push_back(column.name);
  return names;
}

RefineSection read_refine_section(ConfigTable table) {
  RefineSection section;
  RefineOptions& options = section.options;
  set_defaults(options);
  read_columns(table, "columns");
  ConfigTable details = table.table_or_empty("column");
  options.columns = read_named(table, details, "columns");
  options.conditions = read_named(table, details, "conditions");
  section.hidden = read_named(table, details, "hidden");
  refuse_strangers(details, section);
  options.schedule =
      refine_schedule_from_string(table.choice("schedule", kSchedules, to_string(options.schedule)));
  options.standardise = table.boolean("standardise", options.standardise);
  options.independent_batches = table.boolean("independent_batches", options.independent_batches);
  options.train_fraction = read_between(table, "train_fraction", options.train_fraction, 0.0, 1.0);
  section.test_fraction = read_between(table, "test_fraction", section.test_fraction, 0.0, 1.0);
  section.judged_batch = read_count(table, "judged_batch", section.judged_batch, 2);
  ConfigTable network = table.table_or_empty("network");
  options.width = read_count(network, "width", options.width);
  options.blocks = read_count(network, "blocks", options.blocks);
  read_kernel(table.table_or_empty("kernel"), options.kernel);
  read_constraint(table.table_or_empty("constraint"), options.constraint);
  read_training(table.table_or_empty("first"), options.first);
  read_training(table.table_or_empty("training"), options.training);
  return section;
}

void add_refine_section(TomlText& toml, const RefineSection& section) {
  const RefineOptions& options = section.options;
  toml.add("columns", column_names(options.columns));
  toml.add("conditions", column_names(options.conditions));
  toml.add("hidden", column_names(section.hidden));
  toml.add("schedule", to_string(options.schedule));
  toml.add("standardise", options.standardise);
  toml.add("independent_batches", options.independent_batches);
  toml.add("train_fraction", options.train_fraction);
  toml.add("test_fraction", section.test_fraction);
  toml.add("judged_batch", section.judged_batch);
  add_columns(toml, options.columns);
  add_columns(toml, options.conditions);
  add_columns(toml, section.hidden);
  toml.section("refine.network");
  toml.add("width", options.width);
  toml.add("blocks", options.blocks);
  toml.section("refine.kernel");
  toml.add("bandwidths", options.kernel.bandwidths);
  toml.add("scales", options.kernel.scales);
  toml.add("conditions", options.kernel.with_conditions);
  toml.section("refine.constraint");
  toml.add("multiplier", options.constraint.multiplier);
  toml.add("learning_rate", options.constraint.learning_rate);
  toml.add("damping", options.constraint.damping);
  toml.section("refine.first");
  add_training(toml, options.first);
  toml.section("refine.training");
  add_training(toml, options.training);
}

RefineJob read_refine_job(ConfigTable& root) {
  RefineJob job;
  ConfigTable fast = root.table("fast"), full = root.table("full");
  job.fast_table = fast.string("table");
  job.fast_columns = read_column_map(fast);
  job.full_table = full.string("table");
  job.full_columns = read_column_map(full);
  ConfigTable refine = root.table("refine");
  const std::string rule = refine.choice("pairs", kRules, refine.has("key") ? "key" : "none");
  job.pairs = static_cast<PairRule>(std::find(kRules.begin(), kRules.end(), rule) - kRules.begin());
  if (job.pairs == PairRule::key) {
    job.key = read_columns(refine, "key");
  } else if (refine.has("key")) {
    refine.fail("key", "has an effect only with pairs = \"key\"");
  }
  job.refine = read_refine_section(root.table("refine"));
  if (job.pairs == PairRule::none && needs_pairs(job.refine.options.schedule)) {
    refine.fail(
        "schedule",
        fmt::format("'{}' compares each fast event with its own full event: set pairs = \"rows\" when "
                    "row i of both tables is one event, key = [\"…\"] to match events by columns, or "
                    "schedule = \"mmd\", which needs no pairs",
                    to_string(job.refine.options.schedule)));
  }
  root.finish();
  return job;
}

std::string to_toml(const RefineJob& job, const std::string& first_comment) {
  TomlText toml(first_comment);
  toml.section("fast");
  toml.add("table", job.fast_table);
  add_column_map(toml, job.fast_columns);
  toml.section("full");
  toml.add("table", job.full_table);
  add_column_map(toml, job.full_columns);
  toml.section("refine");
  toml.add("pairs", kRules.at(static_cast<std::size_t>(job.pairs)));
  if (!job.key.empty()) toml.add("key", job.key);
  add_refine_section(toml, job.refine);
  return toml.text();
}

}  // namespace trueup
