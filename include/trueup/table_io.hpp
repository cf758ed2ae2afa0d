// Reading and writing tables: HDF5 (native), CSV, NumPy, ROOT. The format is told from content, then from the suffix.
//
// What a format carries:
//   .h5 .hdf5  everything. Also read: any file with 1-D numeric datasets of one length, or one 2-D or compound dataset.
//   .csv       columns with units ("pt [GeV]" in the header line), weights, metadata (comment lines "#@ key: value").
//   .npy       columns and weights as a structured array. Also read: a 2-D array (columns c0, c1, …) or a 1-D one (c0).
//   .npz       columns and weights, one 1-D array each.
//   .root      everything, where this build has ROOT, in a tree "events". Also read: the numbers of any tree as columns, its
//              arrays and objects as groups.
// CSV, NumPy and ROOT keep the weights in a column named "weight", and a column of that name is read as the weights. CSV and
// NumPy have no place for jagged groups: writing a table with groups there is an error. All numbers become 32-bit floats:
// integers beyond 2^24 lose digits, floats beyond 3.4e38 become infinite. NaN and infinities come through unchanged.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup {

enum class TableFormat { hdf5, csv, npy, npz, root };

/// `PATH` or `PATH:NAME`; NAME is the group or tree within the file.
struct TablePath {
  std::filesystem::path path;
  std::string name;
};

/// Colons may be part of PATH: the text is split at the last colon before which a file of that name exists or a known
/// suffix stands; an existing file of the whole name is never split. Empty PATH or NAME: ConfigError.
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
  /// What is in the file but cannot be read, and why.
  struct Unread {
    std::string name;
    std::string reason;
  };
  std::vector<Unread> unread = {};
};

/// Throws DataError: missing or unreadable file, not a table, a column that is not numeric, columns of unequal length.
/// `columns` empty: all, with all groups; otherwise just these and the weights, in the order asked for (a missing one:
/// DataError with the nearest name). A group may be asked for by its name. Other columns are not read from disk where the
/// format allows (HDF5, .npz, ROOT), and are not looked at otherwise. NAME is for HDF5, a group or a dataset (without it
/// the root, or the only table in the file), and for ROOT, a tree (without it the only one). A ROOT file in a build
/// without ROOT: EnvironmentError.
Table read_table(const std::string& path, const std::vector<std::string>& columns = {});
TableInfo read_table_info(const std::string& path);

/// Written to a temporary name beside the target and renamed, so a reader never sees half a file. The suffix decides:
/// .h5 .hdf5 .csv .npy .npz .root; others: ConfigError. Cannot write: EnvironmentError. `PATH.h5:NAME` adds a table to a file
/// of several, or replaces it there; without NAME the file holds just this table.
void write_table(const Table& table, const std::string& path);

/// Throws EnvironmentError now, before hours of work, if `path` could not be written later. Leaves no file, touches none.
void require_writable(const std::filesystem::path& path);

}  // namespace trueup
