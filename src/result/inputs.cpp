// Reading and checking input tables and models.
#include "result/inputs.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

/// Values of θ are the same when they differ by less than this fraction of the range.
constexpr double kSameTheta = 1e-6;

void require_positive_sum(std::span<const float> weights, const std::string& name) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!weights.empty() && !(sum > 0.0)) {
    throw DataError(fmt::format("{}: the event weights sum to {}; their sum must be positive", name, sum));
  }
}

void require_parameters(const std::map<std::string, double>& configured,
                        const std::vector<std::string>& parameters, const std::string& key) {
  for (const auto& [name, value] : configured) {
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end()) {
      throw ConfigError(fmt::format("'{}' names '{}', which is not among the parameters{}", key, name,
                                    did_you_mean(name, parameters)));
    }
  }
}

class InputFiles final : public InputSource {
 public:
  InputTable table(const std::string& path, const std::vector<std::string>& columns,
                   const ColumnMap& map) const override {
    const std::filesystem::path file = parse_table_path(path).path;
    check_readable(file);
    InputTable input{read_table(path, columns, map), {path, sha256_of_file(file), 0}, map};
    input.record.rows = input.table.rows();
    return input;
  }

  std::vector<std::string> column_names(const std::string& path) const override {
    std::vector<std::string> names;
    for (const TableInfo::Entry& entry : read_table_info(path).columns) names.push_back(entry.name);
    return names;
  }

  InputModel model(const std::string& path) const override {
    check_readable(path);
    return {load_model(path), {path, sha256_of_file(path), 0}};
  }

  EventFunction events(const std::string&) const override { return {}; }
};

}  // namespace

const InputSource& input_files() {
  static const InputFiles files;
  return files;
}

InputTable load_input(const std::string& path, std::vector<std::string> columns, const std::string& what,
                      const InputSource& source, const ColumnMap& map) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  InputTable input = source.table(path, columns, map);
  const std::string name = fmt::format("{} table '{}'", what, path);
  input.table.require_rows(name);
  std::erase_if(columns, [&](const std::string& c) { return input.table.has_group(c); });
  input.table.require_finite(columns, name);
  input.table.require_finite_weights(name);
  require_positive_sum(input.table.weights(), name);
  return input;
}

std::vector<std::string> with_group(std::vector<std::string> columns, const std::string& group) {
  if (!group.empty()) columns.push_back(group);
  return columns;
}

InputModel load_reweighter_model(const std::string& path, const InputSource& source) {
  InputModel input = source.model(path);
  if (input.model.kind != ModelKind::reweighter) {
    throw DataError(
        fmt::format("model '{}' is a classifier; expected weights, as 'trueup reweight' makes them", path));
  }
  return input;
}

Table bare_columns(const Table& table, const std::vector<std::string>& columns, bool keep_weights) {
  Table bare;
  for (const std::string& name : columns) {
    if (table.has_group(name)) {
      bare.add_group(table.group(name));
      continue;
    }
    const Column& column = table.column(name);
    bare.add_column(column.name, column.values, column.unit);
  }
  if (keep_weights && table.has_weights()) bare.set_weights(table.weights_or_ones());
  return bare;
}

std::map<std::string, double> truths_of(const Table& table) {
  const std::string prefix = "truth.";
  std::map<std::string, double> truths;
  for (const auto& [key, text] : table.metadata()) {
    double value = 0.0;
    if (!key.starts_with(prefix)) continue;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size())
      truths[key.substr(prefix.size())] = value;
  }
  return truths;
}

void require_nominal(const InputModel& model, const InputTable& table,
                     const std::map<std::string, double>& configured, const std::string& key) {
  std::vector<std::string> names;
  for (const ModelParameter& p : model.model.parameters) names.push_back(p.name);
  require_parameters(configured, names, key);
  const std::map<std::string, double> made_with = truths_of(table.table);
  for (const ModelParameter& p : model.model.parameters) {
    const auto given = configured.find(p.name), known = made_with.find(p.name);
    const bool by_hand = given != configured.end();
    if (!by_hand && known == made_with.end()) continue;
    const double theta = by_hand ? given->second : known->second;
    if (std::fabs(theta - p.nominal) <= kSameTheta * (p.high - p.low)) continue;
    const std::string message = fmt::format(
        "table '{}' was made with {} = {}{}, but the weights of '{}' are for a table made with {}",
        table.record.path, p.name, theta, by_hand ? " ('" + key + "')" : "", model.record.path, p.nominal);
    if (by_hand) throw ConfigError(message);
    throw DataError(message);
  }
}

std::vector<double> nominal_theta(const std::vector<std::string>& parameters,
                                  const std::map<std::string, double>& configured, const InputTable& nominal,
                                  const std::string& key) {
  require_parameters(configured, parameters, key);
  const std::map<std::string, double> made_with = truths_of(nominal.table);
  std::vector<double> theta;
  for (const std::string& name : parameters) {
    const auto given = configured.find(name);
    const auto known = made_with.find(name);
    if (given == configured.end() && known == made_with.end()) {
      throw ConfigError(
          fmt::format("'{}' must say which {} the table '{}' was made with, since the table's metadata do "
                      "not: {} = {{ {} = … }}",
                      key, name, nominal.record.path, key, name));
    }
    theta.push_back(given != configured.end() ? given->second : known->second);
  }
  return theta;
}

}  // namespace trueup
