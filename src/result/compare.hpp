// How alike two tables are: a classifier's AUC, distances per column, correlations, effective sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
  /// Columns that join the others in the omniscient MMD alone (Fast Perfekt Sec. 2.2).
  std::vector<std::string> hidden_columns;
  bool pairs = false;  ///< row i of both tables is one event: their mean squared distance has a meaning
  /// MMDs see at most this many rows of each table, distance correlations this many.
  std::size_t max_mmd_rows = 20'000;
  std::size_t max_distance_rows = 2000;
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

/// Pearson correlations, and distance correlations (NaN for negative weights, for which there are none).
struct CorrelationComparison {
  std::string first;
  std::string second;
  double a = 0.0;
  double b = 0.0;
  double distance_a = 0.0;
  double distance_b = 0.0;
};

/// MMD² with bandwidths by the median rule between the two tables. Errors are those of one value, from bootstrap samples of
/// as many rows.
struct MmdComparison {
  std::size_t rows = 0;  ///< of each table
  double biased = 0.0;
  double biased_error = 0.0;
  double unbiased = 0.0;
  double unbiased_error = 0.0;
};

struct Comparison {
  double auc = 0.5;
  double auc_null_spread = 0.0;
  double effective_a = 0.0;  ///< effective sample sizes of the whole tables
  double effective_b = 0.0;
  std::vector<ColumnComparison> columns;
  std::vector<CorrelationComparison> correlations;
  /// None where more than half of a column's pairs are equal, so that the median rule gives no bandwidth.
  std::optional<MmdComparison> mmd;
  std::optional<MmdComparison> omniscient;  ///< with the hidden columns
  /// Of pairs: mean squared distance of each column, in its unit squared, in the order of the columns.
  std::vector<double> mse;
};

/// Throws DataError for a column that is missing, not finite, a table whose weights sum to 0 or less, or pairs of tables with
/// different numbers of rows.
Comparison compare_tables(const Table& a, const Table& b, const CompareOptions& options, ThreadPool& pool,
                          Monitor& monitor);

}  // namespace trueup
