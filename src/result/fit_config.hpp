// The configuration of `trueup fit`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trueup/fit.hpp>

#include "result/config_sections.hpp"

namespace trueup {

struct FitJob {
  std::string data_table;
  std::map<std::string, double> truth;  ///< of the data, when known: printed beside the result, never used
  std::string simulation_table;
  std::map<std::string, double> nominal_theta;  ///< of the simulation; empty: from its metadata
  std::vector<std::string> models;              ///< trained weights; empty: train them from `scanned_table`
  std::string scanned_table;
  std::optional<ReweightSection> reweight;  ///< absent when models are given
  FitOptions fit;
  std::string generator_table;  ///< of method score; empty: not needed
};

/// [fit] alone.
FitOptions read_fit_section(ConfigTable table);

/// "auc", "loss", "dctr", "score"
std::string method_name(FitMethod method);

/// Throws ConfigError, also for unknown keys and for methods that this version does not have.
FitJob read_fit_job(ConfigTable& root);
/// The whole job with all defaults; reads back as the same job.
std::string to_toml(const FitJob& job, const std::string& first_comment);

}  // namespace trueup
