// Where in an HDF5 file a table stands, in our own layout or in that of other programs.
//
// Our layout, in the root or in a named group:
//     attributes      trueup_schema = "table/1", rows (uint64)
//     columns/NAME    float32[rows], attribute unit; in the order of the table (creation order is recorded)
//     weights         float32[rows], only if the table has weights
//     groups/NAME/    offsets uint64[rows+1], columns/NAME float32[members] with attribute unit
//     metadata/       each entry one text attribute
// Texts are UTF-8 of fixed length. Names stand as link_name() writes them. Datasets are contiguous and not compressed: simulated floats hardly shrink,
// and so each column is read at the speed of the disk, alone if need be.
#pragma once

#include <string>
#include <vector>

#include <table/io/hdf5_handle.hpp>
#include <trueup/table_io.hpp>

namespace trueup::io {

inline constexpr const char* kSchemaAttribute = "trueup_schema";
inline constexpr const char* kSchema = "table/1";

enum class Hdf5Layout {
  native,
  datasets,  // a group with one 1-D dataset per column
  matrix,    // one 2-D dataset, columns c0, c1, …
  compound   // one 1-D dataset of records
};

struct Hdf5Source {
  Hdf5Layout layout = Hdf5Layout::native;
  Hdf5Handle object;  // the group or the dataset
  std::string where;  // "file.h5:name", for messages
  std::size_t rows = 0;
  std::vector<TableInfo::Entry> columns;
  std::vector<std::size_t> lengths;  // of each column, for Hdf5Layout::datasets; else all have `rows`
};

/// Finds the table that `from` means. Throws DataError that says what is there instead.
Hdf5Source locate_table(hid_t file, const TablePath& from);

/// Sets `rows` to the length that the chosen columns have in common; throws DataError when they have none.
void set_common_length(Hdf5Source& source, const std::vector<std::size_t>& chosen);

/// Checks that the dataset is 1-D, numeric and of this length; throws DataError.
void check_dataset(hid_t dataset, const std::string& name, std::size_t rows, const std::string& where);

}  // namespace trueup::io
