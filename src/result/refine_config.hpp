// The configuration of `trueup refine`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trueup/column_map.hpp>
#include <trueup/refiner.hpp>

#include "result/config_sections.hpp"

namespace trueup {

/// How rows of the two tables belong together.
enum class PairRule { none, rows, key };

/// [refine] with its sub-tables.
struct RefineSection {
  RefineOptions options;
  std::vector<RefinerColumn> hidden;  ///< judged only
  double test_fraction = 0.2;         ///< of the rows, which train nothing and judge
  std::size_t judged_batch = 2048;    ///< rows of one value of an MMD in the result
};

struct RefineJob {
  std::string fast_table;
  ColumnMap fast_columns;
  std::string full_table;
  ColumnMap full_columns;
  PairRule pairs = PairRule::none;
  std::vector<std::string> key;
  RefineSection refine;
};

/// The names alone.
std::vector<std::string> column_names(const std::vector<RefinerColumn>& columns);

RefineSection read_refine_section(ConfigTable table);
/// Into the section [refine], which the caller has begun.
void add_refine_section(TomlText& toml, const RefineSection& section);

/// Throws ConfigError, also for unknown keys. Paths are relative to the current directory.
RefineJob read_refine_job(ConfigTable& root);
/// The whole job with all defaults; reads back as the same job.
std::string to_toml(const RefineJob& job, const std::string& first_comment);

}  // namespace trueup
