// Reading sections that studies share with other commands.
#include "study/sections.hpp"

#include <fmt/format.h>

#include "result/fit_config.hpp"

namespace trueup {

std::string toml_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", name);
  return "[" + text + "]";
}

void refuse_keys(const StudyFile& file, const std::string& section, const std::vector<std::string>& keys) {
  ConfigTable root = file.open();
  ConfigTable table = root.table(section);
  for (const std::string& key : keys) {
    if (table.has(key)) table.fail(key, "is filled in by the study: remove it");
  }
}

ReweightSection read_study_reweight(const StudyFile& file, const StudyConfig& config,
                                    const std::vector<std::string>& features) {
  std::vector<std::string> overrides{"reweight.parameters=" + toml_list(parameter_names(config))};
  std::vector<std::string> ours{"parameters"};
  if (!features.empty()) {
    overrides.push_back("reweight.features=" + toml_list(features));
    ours.emplace_back("features");
  }
  refuse_keys(file, "reweight", ours);
  ConfigTable root = file.open(overrides);
  ReweightSection section = read_reweight_section(root.table("reweight"));
  root.table("reweight").finish();
  section.options.nominal = nominal_theta(config);
  return section;
}

FitOptions read_score_section(const StudyFile& file, const std::vector<std::string>& observables,
                              const std::string& method) {
  ConfigTable given = file.open();
  const std::string section = given.has(method) ? method : "score";
  std::vector<std::string> overrides{fmt::format("{}.method=\"{}\"", section, method),
                                     fmt::format("{}.observables={}", section, toml_list(observables))};
  if (given.has(section)) refuse_keys(file, section, {"method", "observables", "generator"});
  if (!given.has(section) || !given.table(section).has("repetitions")) {
    overrides.push_back(section + ".repetitions=1");
  }
  ConfigTable root = file.open(overrides);
  FitOptions options = read_fit_section(root.table(section));
  root.table(section).finish();
  return options;
}

}  // namespace trueup
