// The configuration of `trueup fit`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trueup/column_map.hpp>
#include <trueup/fit.hpp>

#include "result/config_sections.hpp"

namespace trueup {

/// [background]
struct BackgroundSection {
  std::string table;  ///< empty: no background
  ColumnMap columns;
  double expected = 0.0;
  double error = 0.0;
  bool is_yield = false;  ///< of events (weights) in the data, instead of a share of them
};

struct FitJob {
  std::string data_table;
  ColumnMap data_columns;
  std::map<std::string, double> truth;  ///< of the data, when known: printed beside the result, never used
  std::string simulation_table;
  ColumnMap simulation_columns;
  std::map<std::string, double> nominal_theta;  ///< of the simulation; empty: from its metadata
  std::vector<std::string> models;              ///< trained weights; empty: train them from `scanned_table`
  std::string scanned_table;
  ColumnMap scanned_columns;
  std::optional<ReweightSection> reweight;  ///< absent when models are given
  FitOptions fit;
  std::vector<FitOptions> agreement;  ///< fits by other methods, to be compared with this one
  std::size_t agreement_events = 0;   ///< of data and simulation each, in these fits; 0: all
  BackgroundSection background;
  std::string generator_table;  ///< of methods score and likelihood; empty: not needed
  ColumnMap generator_columns;
};

/// [fit] alone. Method, observables, features and minimiser of `fallback` are taken where the section has none.
FitOptions read_fit_section(ConfigTable table, const FitOptions& fallback = {});

/// "auc", "loss", "dctr", "score", "likelihood"
std::string method_name(FitMethod method);
/// "scan", "praxis", "bobyqa", "gradient"
std::string minimiser_name(Minimiser minimiser);

/// Throws ConfigError, also for unknown keys.
FitJob read_fit_job(ConfigTable& root);
/// The whole job with all defaults; reads back as the same job.
std::string to_toml(const FitJob& job, const std::string& first_comment);

}  // namespace trueup
