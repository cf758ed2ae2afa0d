// `trueup info FILE`: what a table or a model holds.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/model.hpp>
#include <trueup/stats.hpp>
#include <trueup/table_io.hpp>

#include "cli/commands.hpp"

namespace trueup::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Range {
  double low = 0.0, high = 0.0, mean = 0.0;
  std::size_t not_finite = 0;
};

Range range_of(std::span<const float> values, std::span<const float> weights) {
  Range range;
  std::vector<float> finite, finite_weights;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    finite.push_back(values[i]);
    if (!weights.empty()) finite_weights.push_back(weights[i]);
  }
  range.not_finite = values.size() - finite.size();
  if (finite.empty()) return range;
  const auto [low, high] = std::minmax_element(finite.begin(), finite.end());
  range.low = *low;
  range.high = *high;
  range.mean = weighted_mean(finite, finite_weights).value;
  return range;
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
    const auto bad = c["not_finite"].get<std::size_t>();
    session.print(fmt::format("{:<{}} {:>6} {:>12.5g} {:>12.5g} {:>12.5g}{}", c["name"].get<std::string>(),
                              width, c["unit"].get<std::string>(), c["min"].get<double>(),
                              c["max"].get<double>(), c["mean"].get<double>(),
                              bad > 0 ? fmt::format("  {} NaN or infinite", bad) : ""));
  }
  if (info.contains("weights")) {
    session.print(fmt::format("weights: sum {:.6g}, effective sample size {:.6g}",
                              info["weights"]["sum"].get<double>(),
                              info["weights"]["effective_sample_size"].get<double>()));
  }
  for (const Json& group : info["groups"]) {
    session.print(fmt::format("group {}: {} members, {} columns", group["name"].get<std::string>(),
                              group["members"].get<std::size_t>(), group["columns"].size()));
  }
  for (const auto& [key, value] : info["metadata"].items()) {
    session.print(fmt::format("{}: {}", key, shortened(value.get<std::string>())));
  }
}

Json table_info(const std::string& path) {
  const Table table = read_table(path);
  Json info{{"schema", "trueup.info/1"},
            {"path", path},
            {"kind", "table"},
            {"rows", table.rows()},
            {"has_weights", table.has_weights()},
            {"columns", Json::array()},
            {"groups", Json::array()}};
  for (const Column& column : table.columns())
    info["columns"].push_back(column_json(column, table.weights()));
  for (const JaggedGroup& group : table.groups()) {
    Json columns = Json::array();
    for (const Column& column : group.columns) columns.push_back(column_json(column, {}));
    info["groups"].push_back({{"name", group.name}, {"members", group.members()}, {"columns", columns}});
  }
  if (table.has_weights()) {
    double sum = 0.0;
    for (const float w : table.weights()) sum += w;
    info["weights"] = {{"sum", sum}, {"effective_sample_size", effective_sample_size(table.weights())}};
  }
  info["metadata"] = Json(table.metadata());
  return info;
}

Json model_info(const std::string& path) {
  const Model model = load_model(path);
  Json inputs = Json::array(), parameters = Json::array();
  for (const ModelInput& input : model.inputs) inputs.push_back({{"name", input.name}, {"unit", input.unit}});
  for (const ModelParameter& p : model.parameters) {
    parameters.push_back(
        {{"name", p.name}, {"unit", p.unit}, {"nominal", p.nominal}, {"low", p.low}, {"high", p.high}});
  }
  return {{"schema", "trueup.info/1"},
          {"path", path},
          {"kind", model.kind == ModelKind::reweighter ? "reweighter" : "classifier"},
          {"inputs", inputs},
          {"parameters", parameters},
          {"hidden", model.network.spec().hidden},
          {"weights", model.network.parameters().size()},
          {"epochs", model.record.epochs.size()},
          {"best_epoch", model.record.best_epoch},
          {"validation_loss", model.record.best_validation_loss},
          {"metadata", Json(model.metadata)}};
}

void print_model(const Session& session, const Json& info) {
  session.print(fmt::format("{}: {}, {} weights, hidden layers {}", info["path"].get<std::string>(),
                            info["kind"].get<std::string>(), info["weights"].get<std::size_t>(),
                            info["hidden"].dump()));
  for (const Json& input : info["inputs"]) session.print("input " + input["name"].get<std::string>());
  for (const Json& p : info["parameters"]) {
    session.print(fmt::format("parameter {}: nominal {:.6g}, range {:.6g} to {:.6g}",
                              p["name"].get<std::string>(), p["nominal"].get<double>(),
                              p["low"].get<double>(), p["high"].get<double>()));
  }
  session.print(fmt::format("trained {} epochs, best {}, validation loss {:.6f}",
                            info["epochs"].get<std::size_t>(), info["best_epoch"].get<std::size_t>(),
                            info["validation_loss"].get<double>()));
}

int run(Session& session, const std::string& path) {
  check_readable(parse_table_path(path).path);
  const bool is_model = std::filesystem::path(path).extension() == ".onnx";
  const Json info = is_model ? model_info(path) : table_info(path);
  is_model ? print_model(session, info) : print_table(session, info);
  session.print_json(info.dump(2));
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
