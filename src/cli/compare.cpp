// `trueup compare A B`: how alike two tables are.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

#include "cli/commands.hpp"
#include "result/compare.hpp"
#include "result/compare_json.hpp"
#include "result/stopwatch.hpp"

namespace trueup::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string a;
  std::string b;
  std::vector<std::string> columns;
  std::vector<std::string> hidden;
  bool pairs = false;
  std::string weights;
};

std::vector<std::string> names_of(const TableInfo& info) {
  std::vector<std::string> names;
  for (const TableInfo::Entry& entry : info.columns) names.push_back(entry.name);
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void require_no_repeats(const std::vector<std::string>& names) {
  for (auto at = names.begin(); at != names.end(); ++at) {
    if (std::find(names.begin(), at, *at) != at)
      throw ConfigError(fmt::format("--columns names '{}' twice", *at));
  }
}

void require_apart(const CompareOptions& compare) {
  for (const std::string& name : compare.hidden_columns) {
    if (contains(compare.columns, name))
      throw ConfigError(fmt::format(
          "--hidden: '{}' is among the columns that are compared; choose those with --columns", name));
  }
}

/// Columns that both tables have, in the order of the first.
std::vector<std::string> common_columns(const Options& options) {
  const std::vector<std::string> a = names_of(read_table_info(options.a)),
                                 b = names_of(read_table_info(options.b));
  if (!options.weights.empty() && !contains(a, options.weights) && !contains(b, options.weights)) {
    throw DataError(fmt::format("--weights: neither table has a column '{}'{}", options.weights,
                                did_you_mean(options.weights, a)));
  }
  if (!options.columns.empty()) {
    require_no_repeats(options.columns);
    return options.columns;
  }
  std::vector<std::string> common;
  for (const std::string& name : a) {
    if (contains(b, name) && name != options.weights && !contains(options.hidden, name))
      common.push_back(name);
  }
  if (common.empty())
    throw DataError(fmt::format("'{}' and '{}' have no column in common", options.a, options.b));
  return common;
}

/// The columns, and as weights the column asked for where the table has it, else the table's own.
Table read_sample(const std::string& path, const std::vector<std::string>& columns,
                  const std::string& weights) {
  std::vector<std::string> wanted = columns;
  const bool own = weights.empty() || !contains(names_of(read_table_info(path)), weights);
  if (!own && !contains(wanted, weights)) wanted.push_back(weights);
  Table table = read_table(path, wanted);
  table.require_rows(fmt::format("table '{}'", path));
  table.require_finite(wanted, fmt::format("table '{}'", path));
  if (!own) {
    const std::span<const float> values = table.values(weights);
    table.set_weights({values.begin(), values.end()});
  }
  return table;
}

Json input_json(const std::string& path, const Table& table) {
  return {{"path", path}, {"sha256", sha256_of_file(parse_table_path(path).path)}, {"rows", table.rows()}};
}

void print_mmd(const Session& session, const char* name, const std::optional<MmdComparison>& mmd) {
  if (!mmd) return;
  session.print(fmt::format("{}, {} rows: unbiased {:.3g} +- {:.1g}, biased {:.3g} +- {:.1g}", name,
                            mmd->rows, mmd->unbiased, mmd->unbiased_error, mmd->biased, mmd->biased_error));
}

void print_comparison(const Session& session, const Comparison& c) {
  session.print(fmt::format("classifier AUC {:.4f}; equal samples: 0.5 +- {:.4f}", c.auc, c.auc_null_spread));
  session.print(fmt::format("effective sample sizes {:.0f} and {:.0f}", c.effective_a, c.effective_b));
  print_mmd(session, "MMD", c.mmd);
  print_mmd(session, "omniscient MMD", c.omniscient);
  std::size_t width = 6;
  for (const ColumnComparison& column : c.columns) width = std::max(width, column.name.size());
  session.print(fmt::format("{:<{}} {:>10} {:>8} {:>12} {:>12} {:>12}", "column", width, "chi2/ndof", "KS",
                            "Wasserstein", "mean A", "mean B"));
  for (const ColumnComparison& column : c.columns) {
    const std::string chi2 =
        std::isnan(column.chi2_per_ndof) ? "-" : fmt::format("{:.2f}", column.chi2_per_ndof);
    session.print(fmt::format("{:<{}} {:>10} {:>8.4f} {:>12.4g} {:>12.5g} {:>12.5g}", column.name, width,
                              chi2, column.ks, column.wasserstein, column.mean_a, column.mean_b));
  }
  for (std::size_t i = 0; i < c.mse.size(); ++i)
    session.print(fmt::format("mean squared distance of pairs, {}: {:.4g}", c.columns[i].name, c.mse[i]));
  const auto worst = std::max_element(
      c.correlations.begin(), c.correlations.end(),
      [](const auto& x, const auto& y) { return std::fabs(x.a - x.b) < std::fabs(y.a - y.b); });
  if (worst == c.correlations.end()) return;
  session.print(fmt::format("largest change of a correlation: {} with {}, {:.3f} and {:.3f}", worst->first,
                            worst->second, worst->a, worst->b));
}

int run(Session& session, const Options& options) {
  const Stopwatch watch;
  CompareOptions compare;
  compare.columns = common_columns(options);
  compare.seed = session.options().seed;
  compare.hidden_columns = options.hidden;
  compare.pairs = options.pairs;
  require_apart(compare);
  std::vector<std::string> read = compare.columns;
  read.insert(read.end(), compare.hidden_columns.begin(), compare.hidden_columns.end());
  const Table a = read_sample(options.a, read, options.weights);
  const Table b = read_sample(options.b, read, options.weights);
  if (session.options().dry_run) {
    return session.print_plan(
        {fmt::format("compare {} columns of {} and {} rows", compare.columns.size(), a.rows(), b.rows())});
  }
  const Comparison found = compare_tables(a, b, compare, session.pool(), session.monitor());
  print_comparison(session, found);
  Json json{{"schema", "trueup.comparison/1"},
            {"command", "compare"},
            {"version", version()},
            {"seed", session.options().seed},
            {"threads", session.pool().threads()},
            {"wall_s", watch.seconds()},
            {"inputs", {input_json(options.a, a), input_json(options.b, b)}}};
  json.update(json_of(found));
  session.print_json(json.dump(2, ' ', false, Json::error_handler_t::replace));
  return kDone;
}

}  // namespace

Command add_compare(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("compare", "how alike two tables are");
  command->add_option("A", options->a, "table")->required();
  command->add_option("B", options->b, "table")->required();
  command->add_option("--columns", options->columns, "columns to compare [all that both have]")
      ->type_name("NAME,…")
      ->delimiter(',');
  command->add_option("--hidden", options->hidden, "columns that join the others in the omniscient MMD alone")
      ->type_name("NAME,…")
      ->delimiter(',');
  command->add_flag("--pairs", options->pairs,
                    "row i of A and B is one event: mean squared distances as well");
  command
      ->add_option("--weights", options->weights,
                   "column to use as weights, where a table has it [its own weights]")
      ->type_name("NAME");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
