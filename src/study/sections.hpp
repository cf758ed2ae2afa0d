// Sections that studies share with other commands, with what the study fills in itself.
#pragma once

#include <string>
#include <vector>

#include <trueup/fit.hpp>

#include "result/config_sections.hpp"
#include "study/study_config.hpp"

namespace trueup {

/// A TOML list of strings.
std::string toml_list(const std::vector<std::string>& names);

/// ConfigError when the section has one of the keys that the study fills in.
void refuse_keys(const StudyFile& file, const std::string& section, const std::vector<std::string>& keys);

/// [reweight] as `trueup reweight` has it, for the study's parameters. `features`, when not empty, take the place of the
/// file's, which then must not have any.
ReweightSection read_study_reweight(const StudyFile& file, const StudyConfig& config,
                                    const std::vector<std::string>& features = {});

/// [score] as [fit] of `trueup fit` is for method "score", with these observables; without the section, its defaults. One
/// repetition, unless the section says otherwise. Method "likelihood" reads [likelihood], or [score] when there is none.
FitOptions read_score_section(const StudyFile& file, const std::vector<std::string>& observables,
                              const std::string& method = "score");

}  // namespace trueup
