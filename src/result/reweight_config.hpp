// The configuration of `trueup reweight`.
#pragma once

#include <map>
#include <string>

#include <trueup/column_map.hpp>

#include "result/config_sections.hpp"

namespace trueup {

struct ReweightJob {
  std::string nominal_table;
  ColumnMap nominal_columns;
  std::map<std::string, double> nominal_theta;  ///< empty: from the table's metadata
  std::string scanned_table;                    ///< or the target's, when there are no parameters
  ColumnMap scanned_columns;
  ReweightSection reweight;
};

/// Throws ConfigError, also for unknown keys. Paths are relative to the current directory.
ReweightJob read_reweight_job(ConfigTable& root);
/// The whole job with all defaults; reads back as the same job.
std::string to_toml(const ReweightJob& job, const std::string& first_comment);

}  // namespace trueup
