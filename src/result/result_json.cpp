// result.json: writing and reading the schema trueup.result/1.
#include <trueup/result.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <trueup/error.hpp>

#include "result/json_number.hpp"

namespace trueup {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "trueup.result/1";

std::optional<double> optional_number(const Json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  return number_from_json(json.at(key));
}

Json json_of(const ParameterResult& p) {
  Json json{{"value", json_number(p.value)},
            {"low", json_number(p.low)},
            {"high", json_number(p.high)},
            {"unit", p.unit}};
  if (p.truth) json["truth"] = json_number(*p.truth);
  return json;
}

Json json_of(const ResultRow& row) {
  Json json{{"name", row.name}};
  if (row.published) json["published"] = json_number(*row.published);
  if (row.published_error) json["published_error"] = json_number(*row.published_error);
  json["value"] = json_number(row.value);
  json["error"] = json_number(row.error);
  json["runs"] = row.runs;
  return json;
}

Json json_of(const Check& check) {
  return {{"name", check.name},
          {"value", json_number(check.value)},
          {"expected", check.expected},
          {"passed", check.passed},
          {"text", check.text}};
}

ParameterResult parameter_of(const std::string& name, const Json& json) {
  ParameterResult p;
  p.name = name;
  p.value = number_from_json(json.at("value"));
  p.low = number_from_json(json.at("low"));
  p.high = number_from_json(json.at("high"));
  p.unit = json.at("unit").get<std::string>();
  p.truth = optional_number(json, "truth");
  return p;
}

ResultRow row_of(const Json& json) {
  ResultRow row;
  row.name = json.at("name").get<std::string>();
  row.published = optional_number(json, "published");
  row.published_error = optional_number(json, "published_error");
  row.value = number_from_json(json.at("value"));
  row.error = number_from_json(json.at("error"));
  row.runs = json.at("runs").get<std::size_t>();
  return row;
}

Check check_of(const Json& json) {
  return {json.at("name").get<std::string>(), number_from_json(json.at("value")),
          json.at("expected").get<std::string>(), json.at("passed").get<bool>(),
          json.at("text").get<std::string>()};
}

Json json_of(const ContourResult& contour) {
  Json points = Json::array();
  for (const std::vector<double>& point : contour.points) {
    points.push_back({json_number(point.at(0)), json_number(point.at(1))});
  }
  return {{"parameters", contour.parameters}, {"probability", contour.probability}, {"points", points}};
}

ContourResult contour_of(const Json& json) {
  ContourResult contour{
      json.at("parameters").get<std::vector<std::string>>(), json.at("probability").get<double>(), {}};
  for (const Json& point : json.at("points")) {
    contour.points.push_back({number_from_json(point.at(0)), number_from_json(point.at(1))});
  }
  return contour;
}

void read_lists(const Json& json, Result& result) {
  for (const Json& input : json.at("inputs")) {
    result.inputs.push_back({input.at("path").get<std::string>(), input.at("sha256").get<std::string>(),
                             input.at("rows").get<std::size_t>()});
  }
  if (json.contains("parameters")) {
    for (const auto& [name, value] : json.at("parameters").items()) {
      result.parameters.push_back(parameter_of(name, value));
    }
  }
  for (const Json& one : json.value("contours", Json::array())) result.contours.push_back(contour_of(one));
  for (const auto& [name, value] : json.at("metrics").items()) result.metrics[name] = number_from_json(value);
  if (json.contains("rows")) {
    for (const Json& row : json.at("rows")) result.rows.push_back(row_of(row));
  }
  for (const auto& [name, value] : json.at("artifacts").items())
    result.artifacts[name] = value.get<std::string>();
  for (const Json& check : json.value("checks", Json::array())) result.checks.push_back(check_of(check));
  for (const Json& note : json.value("notes", Json::array())) result.notes.push_back(note.get<std::string>());
}

}  // namespace

std::string to_json(const Result& result) {
  Json json{{"schema", kSchema},
            {"command", result.command},
            {"version", result.version},
            {"seed", result.seed},
            {"threads", result.threads},
            {"wall_s", json_number(result.wall_s)},
            {"peak_rss_bytes", result.peak_rss_bytes}};
  json["inputs"] = Json::array();
  for (const InputRecord& input : result.inputs) {
    json["inputs"].push_back({{"path", input.path}, {"sha256", input.sha256}, {"rows", input.rows}});
  }
  json["method"] = result.method;
  if (!result.parameters.empty()) json["parameters"] = Json::object();
  for (const ParameterResult& p : result.parameters) json["parameters"][p.name] = json_of(p);
  if (!result.contours.empty()) json["contours"] = Json::array();
  for (const ContourResult& one : result.contours) json["contours"].push_back(json_of(one));
  json["metrics"] = Json::object();
  for (const auto& [name, value] : result.metrics) json["metrics"][name] = json_number(value);
  if (!result.rows.empty()) json["rows"] = Json::array();
  for (const ResultRow& row : result.rows) json["rows"].push_back(json_of(row));
  json["artifacts"] = Json::object();
  for (const auto& [what, file] : result.artifacts) json["artifacts"][what] = file;
  json["checks"] = Json::array();
  for (const Check& check : result.checks) json["checks"].push_back(json_of(check));
  json["notes"] = result.notes;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result result_from_json(const std::string& text, const std::string& source) {
  try {
    const Json json = Json::parse(text);
    const std::string schema = json.at("schema").get<std::string>();
    if (schema != kSchema) {
      throw DataError(fmt::format("{}: schema '{}'; this version reads '{}'", source, schema, kSchema));
    }
    Result result;
    result.command = json.at("command").get<std::string>();
    result.version = json.at("version").get<std::string>();
    result.seed = json.at("seed").get<std::uint64_t>();
    result.threads = json.at("threads").get<int>();
    result.wall_s = number_from_json(json.at("wall_s"));
    result.peak_rss_bytes = json.at("peak_rss_bytes").get<std::uint64_t>();
    result.method = json.value("method", "");
    read_lists(json, result);
    return result;
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{}: not a result of trueup: {}", source, error.what()));
  }
}

}  // namespace trueup
