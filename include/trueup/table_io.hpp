// Reading and writing tables: HDF5 (native), CSV, NumPy. The format is told from content, then from the suffix.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup {

enum class TableFormat { hdf5, csv, npy, npz };

/// `PATH` or `PATH:NAME`; NAME is the group or tree within the file.
struct TablePath {
  std::filesystem::path path;
  std::string name;
};

TablePath parse_table_path(const std::string& text);

/// What a file holds, without its values.
struct TableInfo {
  TableFormat format;
  std::size_t rows = 0;
  struct Entry {
    std::string name;
    std::string unit;
  };
  std::vector<Entry> columns;
  bool has_weights = false;
  struct Group {
    std::string name;
    std::size_t members = 0;
    std::vector<Entry> columns;
  };
  std::vector<Group> groups;
  std::map<std::string, std::string> metadata;
};

/// Throws DataError: missing or unreadable file, not a table, a column that is not numeric, columns of unequal length.
/// `columns` empty: all; otherwise just these and the weights (a missing one: DataError with the nearest name).
Table read_table(const std::string& path, const std::vector<std::string>& columns = {});
TableInfo read_table_info(const std::string& path);

/// Written to a temporary name beside the target and renamed, so a reader never sees half a file. The suffix decides:
/// .h5 .hdf5 .csv .npy .npz; others: ConfigError. Cannot write: EnvironmentError.
void write_table(const Table& table, const std::string& path);

/// Throws EnvironmentError now, before hours of work, if `path` could not be written later.
void require_writable(const std::filesystem::path& path);

}  // namespace trueup
