// The rows that a refiner learns from: fast columns as inputs, full ones as targets, in pairs or side by side.
#pragma once

#include <cstdint>
#include <vector>

#include <trueup/refiner.hpp>
#include <trueup/training_rows.hpp>

namespace trueup {

/// Inputs: refined columns, conditions. Targets: refined columns of the full table, then, when rows are no pairs or the full
/// table has weights of its own, its conditions that take part in the MMD, and its weight.
struct RefineRows {
  TrainingRows rows;
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> validation;

  RowsView training_rows() const { return {rows, training}; }
  RowsView validation_rows() const { return {rows, validation}; }
};

/// `model` has the columns with their scaling. Without pairs, each table is split on its own, and the rows of the smaller
/// one repeat until the larger one's are all used.
RefineRows refine_rows(const RefinerModel& model, const Table& fast, const Table& full, Pairing pairing,
                       const RefineOptions& options);

}  // namespace trueup
