// Adding weights to a table.
#include "result/apply_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/column_map.hpp>
#include <trueup/error.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/stats.hpp>
#include <trueup/table_io.hpp>

#include "result/stopwatch.hpp"

namespace trueup {
namespace {

std::vector<double> ordered_theta(const Model& model, const std::map<std::string, double>& theta) {
  std::vector<std::string> names;
  for (const ModelParameter& p : model.parameters) names.push_back(p.name);
  for (const auto& [name, value] : theta) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw ConfigError(fmt::format("--theta: the model has no parameter '{}'; it has {}{}", name,
                                    quoted_list(names), did_you_mean(name, names)));
    }
  }
  std::vector<double> values;
  for (const ModelParameter& p : model.parameters) {
    const auto given = theta.find(p.name);
    if (given == theta.end()) {
      throw ConfigError(
          fmt::format("--theta {}=… is missing: the model's weights depend on '{}', from {} to {}", p.name,
                      p.name, p.low, p.high));
    }
    if (!within_range(p, given->second)) {
      throw ConfigError(fmt::format("--theta {}={}: outside the model's range, {} to {}", p.name,
                                    given->second, p.low, p.high));
    }
    values.push_back(given->second);
  }
  return values;
}

/// All columns, and those of members of groups that the model needs. Those that the model needs, and the weights, must be finite.
InputTable whole_table(const std::string& path, const std::vector<std::string>& needed) {
  const std::filesystem::path file = parse_table_path(path).path;
  check_readable(file);
  InputTable input{read_table(path, {}, members_among(needed)), {path, "", 0}};
  const std::string name = fmt::format("table '{}'", path);
  input.table.require_rows(name);
  input.table.require_finite(needed, name);
  input.table.require_finite_weights(name);
  input.record.sha256 = sha256_of_file(file);
  input.record.rows = input.table.rows();
  return input;
}

}  // namespace

ApplyInputs load_apply_inputs(const std::string& model, const std::string& table,
                              const std::map<std::string, double>& theta) {
  InputModel loaded = load_reweighter_model(model);
  std::vector<double> values = ordered_theta(loaded.model, theta);
  InputTable input = whole_table(table, loaded.model.column_names());
  require_nominal(loaded, input);
  return {std::move(loaded), std::move(input), std::move(values)};
}

Result run_apply(ApplyInputs inputs, const std::string& out, ThreadPool& pool) {
  const Stopwatch watch;
  Table& table = inputs.table.table;
  Result result;
  result.command = "apply";
  result.threads = pool.threads();
  result.method = "weights";
  result.inputs = {inputs.model.record, inputs.table.record};
  std::string where;
  for (std::size_t p = 0; p < inputs.theta.size(); ++p) {
    const std::string& name = inputs.model.model.parameters[p].name;
    where += fmt::format("{}{}={}", p == 0 ? "" : ",", name, inputs.theta[p]);
    // With its weights the table stands for this θ: no longer for the one that it was made with.
    table.set_metadata("truth." + name, fmt::format("{}", inputs.theta[p]));
  }
  const std::vector<float> before = table.weights_or_ones();
  const Reweighter reweighter(std::move(inputs.model.model));
  std::vector<float> weights = reweighter.weights(table, inputs.theta, pool);
  double sum_before = 0.0, sum_after = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum_before += before[i];
    sum_after += weights[i];
  }
  result.metrics["mean_weight"] = sum_after / sum_before;
  result.metrics["effective_sample_size"] = effective_sample_size(weights);
  result.metrics["rows"] = static_cast<double>(table.rows());
  table.set_weights(std::move(weights));
  table.set_metadata("weights", inputs.model.record.path + (where.empty() ? "" : " at " + where));
  write_table(table, out);
  result.artifacts["table"] = out;
  result.wall_s = watch.seconds();
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

}  // namespace trueup
