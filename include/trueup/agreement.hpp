// How well a sample agrees with the full simulation: what a refinement is judged by.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/refiner_model.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>

namespace trueup {

struct AgreementOptions {
  std::vector<RefinerColumn> columns;     ///< refined: in χ², MSE, and both MMDs; by name and transform
  std::vector<RefinerColumn> conditions;  ///< in both MMDs
  std::vector<RefinerColumn> hidden;      ///< in the omniscient MMD
  /// Of columns, conditions, hidden, in units of the transformed columns.
  std::vector<double> bandwidths;
  std::size_t batch = 2048;  ///< rows of one value of an MMD, and of the MSE
  std::size_t bins = 50;     ///< between the 0.1 % and 99.9 % quantiles of the full sample
  bool pairs = false;        ///< row i of both belongs together
};

/// Mean and standard deviation over batches of consecutive rows, as Fast Perfekt's Tables 1 and 2 have them; the spread of a
/// single batch is NaN.
struct BatchedValue {
  double value = 0.0;
  double spread = 0.0;
  std::size_t batches = 0;
};

struct ColumnAgreement {
  std::string name;
  double chi2_per_ndof = 0.0;
  double ks = 0.0;
  double wasserstein = 0.0;  ///< in the column's unit
};

struct Agreement {
  BatchedValue mmd_biased;
  BatchedValue mmd_unbiased;
  BatchedValue omniscient_biased;   ///< as mmd_biased when nothing is hidden
  std::optional<BatchedValue> mse;  ///< of pairs: sum over the columns, in units of the transformed columns
  std::vector<ColumnAgreement> columns;

  /// Mean over the columns (Fast Perfekt, Table 2).
  double chi2_per_ndof() const;
};

/// MMD² of `sample` from `full`, with the weights of both. E[MMD_b] is above 0 also for equal distributions: about
/// 2 (1 − E k)/batch for independent rows, less for pairs whose values are alike. Conditions that `full` lacks are those of
/// `sample` when rows are pairs. Rows that do not fill a batch are left out of the MMDs and the MSE; fewer rows than one
/// batch are one batch. Throws DataError for missing columns, ConfigError for the wrong number of bandwidths.
Agreement agreement(const Table& sample, const Table& full, const AgreementOptions& options, ThreadPool& pool,
                    Monitor& monitor = silent_monitor());

}  // namespace trueup
