// Choosing columns by name, and the place of the weights: the rules that all formats share.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <trueup/table.hpp>
#include <trueup/table_io.hpp>

namespace trueup::io {

/// Index into `present` of each column to read, in the order to read them; a column named "weight" is always among
/// them. `wanted` empty: all. Repeats in `wanted` count once. Throws DataError: a name that is not there, or that is
/// there twice; `file` names the place.
std::vector<std::size_t> choose_columns(const std::vector<std::string>& present,
                                        const std::vector<std::string>& wanted, const std::string& file);

/// Adds a column, or sets the weights when it is named so.
void add_column_or_weights(Table& table, Column column);
void add_entry_or_weights(TableInfo& info, std::string name, std::string unit);

/// The columns to write: those of the table, then its weights under their name. Throws DataError for what the format
/// cannot hold: groups, and weights beside a column of their name.
struct ColumnView {
  std::string name;
  std::string unit;
  std::span<const float> values;
};
std::vector<ColumnView> flat_columns(const Table& table, const std::string& format);

/// "'file': message" as DataError.
[[noreturn]] void bad_file(const std::filesystem::path& file, const std::string& message);

}  // namespace trueup::io
