// A table as Python has it: arrays of any type, which become columns of floats when they are needed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trueup/result.hpp>
#include <trueup/table.hpp>

#include "python/arrays.hpp"

namespace trueup::python {

/// Arrays are held, not copied: each column that is taken is copied once, the others never.
class TableSource {
 public:
  /// `label` names the table in messages and records: the argument that it was, or its file.
  explicit TableSource(std::string label) : label_(std::move(label)) {}

  const std::string& label() const noexcept { return label_; }
  /// Throws DataError when the number of rows is not that of the other columns.
  void add_column(std::string name, AnyArray values, std::string unit);
  void set_weights(AnyArray weights);
  /// A jagged group: offsets (N + 1), then its columns.
  void add_group(std::string name, std::vector<std::uint64_t> offsets);
  void add_group_column(std::string name, AnyArray values, std::string unit);
  void set_metadata(const std::string& key, std::string value) { metadata_[key] = std::move(value); }

  std::vector<std::string> column_names() const;
  std::size_t rows() const noexcept { return rows_.value_or(0); }

  /// The columns named (all, with all groups, when none), a group by its name, and the weights, as 32-bit floats.
  /// DataError for one that is missing or of a type without numbers. Needs no GIL.
  Table take(const std::vector<std::string>& columns) const;

 private:
  struct Source {
    std::string name;
    std::string unit;
    AnyArray values;
  };
  struct Group {
    std::string name;
    std::vector<std::uint64_t> offsets;
    std::vector<Source> columns;
  };

  void check_rows(std::size_t rows, const std::string& what);
  Column column_of(const Source& source) const;
  void take_one(Table& table, const std::string& name) const;
  void take_group(Table& table, const Group& group) const;

  std::string label_;
  std::optional<std::size_t> rows_;
  std::vector<Source> columns_;
  std::vector<Group> groups_;
  std::optional<AnyArray> weights_;
  std::map<std::string, std::string> metadata_;
};

/// Rows, and a checksum over names, values and weights.
InputRecord record_of(const Table& table, const std::string& label);

}  // namespace trueup::python
