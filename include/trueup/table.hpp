// Table: named float columns of one length with units, optional event weights, and jagged groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <trueup/random.hpp>

namespace trueup {

/// One named column. Units are text as the field writes them: "GeV", "mm", "" for a pure number.
struct Column {
  std::string name;
  std::string unit;
  std::vector<float> values;
};

/// Members of variable number per row (constituents of a jet, jets of an event). Row r owns members
/// [offsets[r], offsets[r+1]) of every column; offsets has rows+1 entries and starts at 0.
struct JaggedGroup {
  std::string name;
  std::vector<std::uint64_t> offsets;
  std::vector<Column> columns;

  std::size_t rows() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::size_t members() const { return offsets.empty() ? 0 : offsets.back(); }
};

/// N events × F columns, stored by column. Names are not empty and unique, groups included; all columns, weights and
/// groups have N rows. Values and weights may be NaN or infinite, weights zero or negative: a table carries what it is
/// given, and who needs finite values calls require_finite. A table of 0 rows keeps its columns, units and groups, and
/// has no weights.
class Table {
 public:
  Table() = default;

  std::size_t rows() const noexcept { return rows_; }
  const std::vector<Column>& columns() const noexcept { return columns_; }
  std::vector<std::string> column_names() const;
  bool has(const std::string& name) const noexcept;

  /// Throws DataError with the nearest existing name when there is no such column.
  const Column& column(const std::string& name) const;
  std::span<const float> values(const std::string& name) const { return column(name).values; }
  std::span<float> mutable_values(const std::string& name);

  /// Adds a column; the first one sets the number of rows. Throws DataError on a wrong length or a name in use.
  void add_column(std::string name, std::vector<float> values, std::string unit = "");
  void remove_column(const std::string& name);

  /// Event weights; without them every event has weight 1.
  bool has_weights() const noexcept { return !weights_.empty(); }
  /// Empty span when the table has none.
  std::span<const float> weights() const noexcept { return weights_; }
  /// A copy of the weights, or N ones.
  std::vector<float> weights_or_ones() const;
  void set_weights(std::vector<float> weights);
  void clear_weights() { weights_.clear(); }

  const std::vector<JaggedGroup>& groups() const noexcept { return groups_; }
  const JaggedGroup& group(const std::string& name) const;
  bool has_group(const std::string& name) const noexcept;
  void add_group(JaggedGroup group);

  /// Free text that travels with the table: the card it was made from, its seed, the truth.
  const std::map<std::string, std::string>& metadata() const noexcept { return metadata_; }
  void set_metadata(const std::string& key, std::string value) { metadata_[key] = std::move(value); }

  /// The rows named, in that order (repeats allowed), with weights and groups.
  /// Throws DataError for a row that does not exist. Metadata are kept, here and below.
  Table select(std::span<const std::uint32_t> rows) const;
  /// Rows [first, last).
  Table slice(std::size_t first, std::size_t last) const;
  /// The rows for which keep is not 0; keep has N entries.
  Table filter(std::span<const std::uint8_t> keep) const;
  /// Rows in random order.
  Table shuffle(RandomStream& stream) const;
  /// Two disjoint random parts; the first has round(fraction·N) rows. fraction outside [0, 1], or NaN: ConfigError.
  std::pair<Table, Table> split(double fraction, RandomStream& stream) const;
  /// The rows of `other` after these; metadata stay those of this table. Columns (order included), units, weights and
  /// groups must agree: else DataError, and this table is unchanged. A part of 0 rows agrees with and without weights.
  /// A table that was never given anything becomes a copy of `other`.
  void append(const Table& other);

  /// Throws DataError naming `what`, the column, the first bad row (from 0) and the count when a value is NaN or
  /// infinite. Weights are not looked at: require_finite_weights does.
  void require_finite(const std::vector<std::string>& names, const std::string& what) const;
  void require_finite_weights(const std::string& what) const;
  /// Throws DataError when there are no rows.
  void require_rows(const std::string& what) const;

 private:
  void check_length(std::size_t n, const std::string& name);

  std::size_t rows_ = 0;
  bool has_shape_ = false;
  std::vector<Column> columns_;
  std::vector<float> weights_;
  std::vector<JaggedGroup> groups_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace trueup
