// `trueup info FILE`: what a table or a model holds.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>
#include <trueup/refiner_model.hpp>
#include <trueup/stats.hpp>
#include <trueup/table_io.hpp>

#include "cli/commands.hpp"
#include "cli/info_model.hpp"

namespace trueup::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Range {
  double low = kNone, high = kNone, mean = kNone;
  std::size_t not_finite = 0;
};

/// Of any table, however bad: this is the command that people look at it with. Rows whose value or weight is not
/// finite do not count, and there is no mean when the weights do not sum to something positive.
Range range_of(std::span<const float> values, std::span<const float> weights) {
  Range range;
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = values[i], w = weights.empty() ? 1.0 : weights[i];
    if (!std::isfinite(x)) {
      ++range.not_finite;
      continue;
    }
    range.low = std::fmin(range.low, x);
    range.high = std::fmax(range.high, x);
    if (!std::isfinite(w)) continue;
    sum += w * x;
    total += w;
  }
  if (total > 0.0) range.mean = sum / total;
  return range;
}

Json weights_json(std::span<const float> weights) {
  std::vector<float> finite;
  std::copy_if(weights.begin(), weights.end(), std::back_inserter(finite),
               [](float w) { return std::isfinite(w); });
  return {{"sum", std::accumulate(finite.begin(), finite.end(), 0.0)},
          {"effective_sample_size", effective_sample_size(finite)},
          {"not_finite", weights.size() - finite.size()}};
}

std::string not_finite_text(const Json& entry) {
  const auto bad = entry["not_finite"].get<std::size_t>();
  return bad > 0 ? fmt::format("  {} NaN or infinite", bad) : "";
}

/// Long entries, such as the card, are cut for people.
std::string shortened(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.size() <= 60 ? text : text.substr(0, 60) + " …";
}

Json column_json(const Column& column, std::span<const float> weights) {
  const Range r = range_of(column.values, weights);
  return {{"name", column.name}, {"unit", column.unit}, {"min", r.low},
          {"max", r.high},       {"mean", r.mean},      {"not_finite", r.not_finite}};
}

void print_table(const Session& session, const Json& info) {
  session.print(fmt::format("{}: table, {} rows, {}", info["path"].get<std::string>(),
                            info["rows"].get<std::size_t>(),
                            info["has_weights"].get<bool>() ? "with weights" : "no weights"));
  std::size_t width = 6;
  for (const Json& c : info["columns"]) width = std::max(width, c["name"].get<std::string>().size());
  session.print(
      fmt::format("{:<{}} {:>6} {:>12} {:>12} {:>12}", "column", width, "unit", "min", "max", "mean"));
  for (const Json& c : info["columns"]) {
    session.print(fmt::format("{:<{}} {:>6} {:>12.5g} {:>12.5g} {:>12.5g}{}", c["name"].get<std::string>(),
                              width, c["unit"].get<std::string>(), c["min"].get<double>(),
                              c["max"].get<double>(), c["mean"].get<double>(), not_finite_text(c)));
  }
  if (info.contains("weights")) {
    session.print(fmt::format(
        "weights: sum {:.6g}, effective sample size {:.6g}{}", info["weights"]["sum"].get<double>(),
        info["weights"]["effective_sample_size"].get<double>(), not_finite_text(info["weights"])));
  }
  for (const Json& group : info["groups"]) {
    std::vector<std::string> names;
    for (const Json& column : group["columns"]) names.push_back(column["name"].get<std::string>());
    session.print(fmt::format("group {}: {} members, {} columns: {}", group["name"].get<std::string>(),
                              group["members"].get<std::size_t>(), names.size(), fmt::join(names, " ")));
  }
  for (const Json& unread : info.value("unread", Json::array())) {
    session.print(fmt::format("not read: {}, {}", unread["name"].get<std::string>(),
                              unread["reason"].get<std::string>()));
  }
  for (const auto& [key, value] : info["metadata"].items()) {
    session.print(fmt::format("{}: {}", key, shortened(value.get<std::string>())));
  }
}

Json group_json(const JaggedGroup& group) {
  Json columns = Json::array();
  for (const Column& column : group.columns) columns.push_back(column_json(column, {}));
  return {{"name", group.name}, {"members", group.members()}, {"columns", columns}};
}

/// Adds what a table has to what is known of it.
void describe_table(Json& info, const Table& table) {
  info["rows"] = table.rows();
  info["has_weights"] = table.has_weights();
  for (const Column& column : table.columns())
    info["columns"].push_back(column_json(column, table.weights()));
  for (const JaggedGroup& group : table.groups()) info["groups"].push_back(group_json(group));
  if (table.has_weights()) info["weights"] = weights_json(table.weights());
}

/// Trees may have more than fits in memory: group by group. What cannot be read is named.
void describe_tree(Json& info, const std::string& path) {
  const TableInfo head = read_table_info(path);
  std::vector<std::string> columns;
  for (const TableInfo::Entry& column : head.columns) columns.push_back(column.name);
  if (!columns.empty()) describe_table(info, read_table(path, columns));
  for (const TableInfo::Group& group : head.groups) {
    const Table table = read_table(path, {group.name});
    if (info["columns"].empty()) info["rows"] = table.rows();
    info["groups"].push_back(group_json(table.groups().front()));
  }
  info["unread"] = Json::array();
  for (const TableInfo::Unread& unread : head.unread)
    info["unread"].push_back({{"name", unread.name}, {"reason", unread.reason}});
  info["metadata"] = Json(head.metadata);
}

Json table_info(const std::string& path) {
  Json info{{"schema", "trueup.info/1"}, {"path", path},
            {"kind", "table"},           {"rows", 0},
            {"has_weights", false},      {"columns", Json::array()},
            {"groups", Json::array()}};
  if (io::detect_format(parse_table_path(path).path) == TableFormat::root) {
    describe_tree(info, path);
  } else {
    const Table table = read_table(path);
    describe_table(info, table);
    info["metadata"] = Json(table.metadata());
  }
  return info;
}

/// What a file holds, with how to print it.
struct Description {
  Json info;
  void (*print)(const Session&, const Json&);
};

Description describe(const std::string& path) {
  if (std::filesystem::path(path).extension() != ".onnx") return {table_info(path), print_table};
  if (is_refiner(path)) return {refiner_info(path), print_refiner};
  return {model_info(path), print_model};
}

int run(Session& session, const std::string& path) {
  check_readable(parse_table_path(path).path);
  const auto [info, print] = describe(path);
  print(session, info);
  session.print_json(info.dump(2, ' ', false, Json::error_handler_t::replace));
  return kDone;
}

}  // namespace

Command add_info(CLI::App& app) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("info", "what a table or a model holds");
  command->add_option("FILE", *path, "table, or model.onnx")->required();
  return {command, [path](Session& session) { return run(session, *path); }};
}

}  // namespace trueup::cli
