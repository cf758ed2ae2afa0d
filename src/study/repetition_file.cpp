// Repetitions as JSON: schema trueup.repetition/1.
#include "study/repetition_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <trueup/error.hpp>

#include "result/json_number.hpp"

namespace trueup {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "trueup.repetition/1";

Json json_of(const Repetition& repetition, const std::string& key) {
  Json json{{"schema", kSchema}, {"key", key}, {"estimates", Json::array()}};
  for (const Estimate& e : repetition.estimates) {
    json["estimates"].push_back(
        {{"row", e.row}, {"value", e.value}, {"truth", e.truth}, {"usable", e.usable}});
  }
  json["metrics"] = repetition.metrics;
  json["figures"] = Json::array();
  for (const Figure& figure : repetition.figures) json["figures"].push_back(figure_json(figure));
  return json;
}

Repetition repetition_of(const Json& json) {
  Repetition repetition;
  for (const Json& e : json.at("estimates")) {
    repetition.estimates.push_back({e.at("row").get<std::string>(), number_from_json(e.at("value")),
                                    number_from_json(e.at("truth")), e.at("usable").get<bool>()});
  }
  for (const auto& [name, value] : json.at("metrics").items())
    repetition.metrics[name] = number_from_json(value);
  for (const Json& figure : json.at("figures")) repetition.figures.push_back(figure_from_json(figure));
  return repetition;
}

}  // namespace

void save_repetition(const Repetition& repetition, const std::string& key,
                     const std::filesystem::path& file) {
  write_text_atomically(file,
                        json_of(repetition, key).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<Repetition> load_repetition(const std::filesystem::path& file, const std::string& key,
                                          Monitor& monitor) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  try {
    const Json json = Json::parse(read_text(file));
    if (json.at("schema") == kSchema && json.at("key") == key) return repetition_of(json);
    monitor.message(LogLevel::info, fmt::format("{}: made with other settings, repeated", file.string()));
  } catch (const Json::exception& wrong) {
    monitor.message(LogLevel::warning, fmt::format("cannot resume from {}: {}", file.string(), wrong.what()));
  } catch (const Error& wrong) {
    monitor.message(LogLevel::warning, fmt::format("cannot resume from {}: {}", file.string(), wrong.what()));
  }
  return std::nullopt;
}

}  // namespace trueup
