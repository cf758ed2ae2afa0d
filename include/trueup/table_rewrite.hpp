// Changing columns of a table that need not fit in memory: block by block, from one HDF5 file to another.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup {

/// Rows [first, first + inputs[0].size()) of the columns that are read, and room for those that are written.
struct ColumnBlock {
  std::size_t first = 0;
  std::vector<std::span<const float>> inputs;
  std::vector<std::span<float>> outputs;
};

struct RewriteOptions {
  std::vector<std::string> read;  ///< columns handed to the work
  std::vector<std::string>
      written;  ///< columns of the table that get other values; all others are copied as they are
  std::size_t block_rows = 1 << 18;
  /// Entries that join the table's metadata, or replace those of their names.
  std::map<std::string, std::string> metadata = {};
};

/// Whether rewrite_table can do it: `from` is a table of our own layout in HDF5, `to` an HDF5 file without a table's name.
bool can_rewrite(const std::string& from, const std::string& to);

/// Writes the table with other values in some of its columns; memory grows with block_rows, not with the table. Weights,
/// groups, units, metadata and the order of the columns stay. Written to a temporary name and renamed. Returns the number
/// of rows. DataError for columns that the table lacks or a file that cannot be read, EnvironmentError when it cannot be
/// written, ConfigError where can_rewrite is false.
std::size_t rewrite_table(const std::string& from, const std::string& to, const RewriteOptions& options,
                          const std::function<void(const ColumnBlock&)>& work);

}  // namespace trueup
