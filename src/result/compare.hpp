// How alike two tables are: a classifier's AUC, distances per column, correlations, effective sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>

namespace trueup {

struct CompareOptions {
  std::vector<std::string> columns;
  std::vector<std::size_t> hidden = {64, 64};
  std::size_t max_epochs = 40;
  std::size_t patience = 5;
  /// The classifier sees at most this many rows of each table, drawn at random.
  std::size_t max_rows = 200'000;
  std::uint64_t seed = 1;
};

struct ColumnComparison {
  std::string name;
  std::string unit;
  double mean_a = 0.0;
  double mean_b = 0.0;
  double chi2_per_ndof = 0.0;
  double ks = 0.0;
  double wasserstein = 0.0;  ///< in the column's unit
};

struct CorrelationComparison {
  std::string first;
  std::string second;
  double a = 0.0;
  double b = 0.0;
};

struct Comparison {
  double auc = 0.5;
  double auc_null_spread = 0.0;
  double effective_a = 0.0;  ///< effective sample sizes of the whole tables
  double effective_b = 0.0;
  std::vector<ColumnComparison> columns;
  std::vector<CorrelationComparison> correlations;
};

/// Throws DataError for a column that is missing, not finite, or a table whose weights sum to 0 or less.
Comparison compare_tables(const Table& a, const Table& b, const CompareOptions& options, ThreadPool& pool,
                          Monitor& monitor);

}  // namespace trueup
