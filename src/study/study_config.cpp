// Reading what all studies' files have in common.
#include "study/study_config.hpp"

#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

#include "result/config_sections.hpp"

namespace trueup {
namespace {

/// The keys that a scale changes, as overrides. Reading them marks all scales as known.
std::vector<std::string> scale_overrides(ConfigTable& root, const std::string& wanted) {
  std::vector<std::string> overrides;
  ConfigTable scales = root.table("scales");
  for (const std::string& name : kStudyScales) {
    ConfigTable scale = scales.table(name);
    for (const std::string& key : scale.keys()) {
      const std::string value = scale.scalar_text(key);
      if (name == wanted) overrides.push_back(key + "=" + value);
    }
  }
  return overrides;
}

StudyParameter read_parameter(ConfigTable table, const std::string& name) {
  StudyParameter p;
  p.name = name;
  p.setting = table.string("setting");
  p.unit = table.string("unit", "");
  const std::vector<double> range = table.numbers("range");
  if (range.size() != 2 || !(range[0] < range[1])) table.fail("range", "needs [low, high] with low < high");
  p.low = range[0];
  p.high = range[1];
  p.nominal = read_between(table, "nominal", table.number("nominal"), p.low, p.high, true);
  p.truth = read_between(table, "truth", table.number("truth"), p.low, p.high, true);
  p.shown = read_between(table, "shown", p.truth, p.low, p.high, true);
  return p;
}

std::vector<StudyParameter> read_parameters(ConfigTable all, ConfigTable& root) {
  std::vector<StudyParameter> parameters;
  for (const std::string& name : all.keys()) parameters.push_back(read_parameter(all.table(name), name));
  if (parameters.empty()) root.fail("parameters", "names no parameter");
  return parameters;
}

/// The configuration with what changes no repetition taken out: how many there are, and what is asked of them.
std::string deciding_text(const StudyFile& file) {
  std::vector<std::string> neutral{"repetitions=1"};
  ConfigTable root = file.open();
  for (const std::string& key : root.table_or_empty("limits").keys())
    neutral.push_back("limits." + key + "=0");
  return file.open(neutral).to_toml();
}

std::map<std::string, PublishedNumber> read_published(ConfigTable all) {
  std::map<std::string, PublishedNumber> published;
  for (const std::string& row : all.keys()) {
    ConfigTable table = all.table(row);
    PublishedNumber number{table.number("value")};
    if (table.has("error")) number.error = table.number("error");
    if (table.has("events")) number.events = read_between(table, "events", table.number("events"), 1.0, 1e12);
    published[row] = number;
  }
  return published;
}

}  // namespace

StudyFile::StudyFile(StudyInfo info, std::string scale, const std::vector<std::string>& overrides)
    : info_(std::move(info)), scale_(std::move(scale)) {
  ConfigTable root = ConfigTable::from_file(info_.file);
  overrides_ = scale_overrides(root, scale_);
  overrides_.insert(overrides_.end(), overrides.begin(), overrides.end());
}

ConfigTable StudyFile::open(const std::vector<std::string>& more) const {
  std::vector<std::string> all = overrides_;
  all.insert(all.end(), more.begin(), more.end());
  return ConfigTable::from_file(info_.file, all);
}

StudyConfig read_study_config(const StudyFile& file, ConfigTable& root) {
  StudyConfig config;
  config.info = file.info();
  config.scale = file.scale();
  config.toml = root.to_toml();
  scale_overrides(root, file.scale());
  root.string("title");
  root.string("source");
  config.kind = root.string("kind");
  config.repetitions = read_count(root, "repetitions", 1);
  const std::filesystem::path card = file.info().file.parent_path() / root.string("card");
  config.card_text = read_text(card);
  config.card_source = card.string();
  if (config.kind != kRefineKind) {
    config.parameters = read_parameters(root.table("parameters"), root);
    ConfigTable events = root.table("events");
    config.events.data = read_count(events, "data", 0, 100);
    config.events.simulation = read_count(events, "simulation", 0, 100);
    config.events.scanned = read_count(events, "scanned", 0, 100);
    config.events.generator = read_count(events, "generator", 0, 0);
  }
  config.deciding = deciding_text(file) + resolved_card(config.card_text, config.card_source);
  config.published = read_published(root.table_or_empty("published"));
  ConfigTable figures = root.table_or_empty("figures");
  for (const std::string& what : figures.keys()) config.figures[what] = figures.string(what);
  return config;
}

std::string resolved_card(const std::string& text, const std::string& source) {
  return ConfigTable::from_string(text, source).to_toml();
}

std::vector<std::string> parameter_names(const StudyConfig& config) {
  std::vector<std::string> names;
  for (const StudyParameter& p : config.parameters) names.push_back(p.name);
  return names;
}

namespace {

std::vector<double> theta_of(const StudyConfig& config, double StudyParameter::*member) {
  std::vector<double> theta;
  for (const StudyParameter& p : config.parameters) theta.push_back(p.*member);
  return theta;
}

}  // namespace

std::vector<double> nominal_theta(const StudyConfig& config) {
  return theta_of(config, &StudyParameter::nominal);
}
std::vector<double> true_theta(const StudyConfig& config) {
  return theta_of(config, &StudyParameter::truth);
}
std::vector<double> shown_theta(const StudyConfig& config) {
  return theta_of(config, &StudyParameter::shown);
}

std::string StudyConfig::figure(const std::string& what) const {
  const auto found = figures.find(what);
  return found == figures.end() ? "" : found->second;
}

}  // namespace trueup
