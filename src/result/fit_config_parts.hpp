// What the files that read and write the configuration of `trueup fit` have in common.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "result/fit_config.hpp"

namespace trueup {

/// Of FitMethod, in its order.
const std::vector<std::string>& method_names();

/// ConfigError for a key that another key's value leaves without effect: a mistake worth telling.
void refuse_ineffective(const ConfigTable& table, std::initializer_list<const char*> keys,
                        const std::string& because);

/// Whether the fit needs generator-level events.
bool needs_generator(const FitOptions& fit);

/// How the fit searches; its networks and their training.
void add_fit_search(TomlText& toml, const FitOptions& fit);
void add_fit_networks(TomlText& toml, const std::string& section, const FitOptions& fit);

/// [agreement] into job.agreement, with a source of generator-level events where its methods need one.
void read_agreement(ConfigTable& root, FitJob& job);
void add_agreement_section(TomlText& toml, const FitJob& job);

/// [background], for the methods of the job.
BackgroundSection read_background(ConfigTable& root, const FitJob& job);
void add_background_section(TomlText& toml, const BackgroundSection& background);

}  // namespace trueup
