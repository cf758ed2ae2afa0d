// A table's rows as a model's network takes them: standardised columns, θ, and members of a group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/model.hpp>

namespace trueup {

/// θ in a row's own units: for each parameter one number for all rows, or one for each row (N).
struct ThetaColumns {
  std::vector<std::span<const float>> columns;
  bool by_row = false;
};

/// Lays out rows of network inputs (N, columns + parameters) and their members (members, columns). A view: model, table
/// and θ must outlive it.
class ModelRows {
 public:
  /// Throws DataError: a column or the group is missing, or holds a value that is not finite.
  ModelRows(const Model& model, const Table& table, ThetaColumns theta);

  std::size_t width() const noexcept { return columns_.size() + theta_.columns.size(); }
  std::size_t member_width() const noexcept { return member_columns_.size(); }
  /// Members of rows [first, last).
  std::size_t members(std::size_t first, std::size_t last) const;

  /// Fills inputs (count, width) of the rows from `first`.
  void fill(std::span<float> inputs, std::size_t first, std::size_t count) const;
  /// Fills values (members(first, first + count), member_width).
  void fill_members(std::span<float> values, std::size_t first, std::size_t count) const;

 private:
  const Model& model_;
  ThetaColumns theta_;
  std::vector<std::span<const float>> columns_;
  std::vector<std::span<const float>> member_columns_;
  std::span<const std::uint64_t> offsets_;
};

}  // namespace trueup
