// Writing tables to HDF5, in the layout that hdf5_layout.hpp describes.
#include <cstdint>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <table/io/hdf5_layout.hpp>
#include <table/io/hdf5_make.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

Hdf5Handle write_line(hid_t parent, const std::string& link, hid_t disk, hid_t memory, const void* data,
                      hsize_t n) {
  const Hdf5Handle space(H5Screate_simple(1, &n, nullptr), H5Sclose);
  Hdf5Handle dataset(
      H5Dcreate2(parent, link.c_str(), disk, space.get(), utf8_links().get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Dclose);
  const bool worked =
      dataset && (n == 0 || H5Dwrite(dataset.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
  require_written(worked, fmt::format("column '{}'", link));
  return dataset;
}

void write_columns(hid_t parent, const std::vector<Column>& columns) {
  const Hdf5Handle group = make_group(parent, "columns");
  for (const Column& column : columns) {
    if (column.name.find('\0') != std::string::npos)
      throw DataError("HDF5 cannot hold a column name with zero bytes");
    const Hdf5Handle dataset = write_line(group.get(), link_name(column.name), H5T_IEEE_F32LE,
                                          H5T_NATIVE_FLOAT, column.values.data(), column.values.size());
    write_text(dataset.get(), "unit", column.unit);
  }
}

void write_jagged(hid_t parent, const JaggedGroup& jagged) {
  const Hdf5Handle group = make_group(parent, link_name(jagged.name));
  write_line(group.get(), "offsets", H5T_STD_U64LE, H5T_NATIVE_UINT64, jagged.offsets.data(),
             jagged.offsets.size());
  write_columns(group.get(), jagged.columns);
}

void write_into(hid_t group, const Table& table) {
  write_text(group, kSchemaAttribute, kSchema);
  write_count(group, "rows", table.rows());
  write_columns(group, table.columns());
  if (table.has_weights()) {
    write_line(group, "weights", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, table.weights().data(), table.rows());
  }
  const Hdf5Handle groups = make_group(group, "groups");
  for (const JaggedGroup& jagged : table.groups()) write_jagged(groups.get(), jagged);
  const Hdf5Handle metadata = make_group(group, "metadata");
  for (const auto& [key, value] : table.metadata()) write_text(metadata.get(), key, value);
}

/// The other tables of the file that is about to be replaced. Copied rather than changed in place: a reader never sees
/// half a table, and replaced ones leave no holes.
void keep_others(hid_t to, const std::string& name, const std::filesystem::path& existing) {
  std::error_code ignored;
  if (!std::filesystem::exists(existing, ignored)) return;
  const Hdf5Handle from = open_hdf5(existing);
  const Hdf5Handle root = open_object(from.get(), "/");
  if (has_attribute(root.get(), kSchemaAttribute)) {
    bad_file(existing, fmt::format("it is one table without name; ':{}' cannot be added to it", name));
  }
  for (const std::string& link : member_names(root.get())) {
    if (link == name) continue;
    require_written(H5Ocopy(root.get(), link.c_str(), to, link.c_str(), H5P_DEFAULT, utf8_links().get()) >= 0,
                    fmt::format("the copy of '{}'", link));
  }
}

void write_table_to(hid_t file, const Table& table, const std::string& name,
                    const std::filesystem::path& existing) {
  if (name.empty()) {
    const Hdf5Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
    write_into(root.get(), table);
  } else {
    keep_others(file, name, existing);
    write_into(make_group(file, name).get(), table);
  }
}

std::uintmax_t bytes_of(const std::vector<Column>& columns) {
  std::uintmax_t bytes = 0;
  for (const Column& column : columns) bytes += column.values.size() * sizeof(float) + 4096;
  return bytes;
}

/// What the file will take, about.
std::uintmax_t expected_size(const Table& table, const std::string& name,
                             const std::filesystem::path& existing) {
  std::uintmax_t bytes = 65536 + bytes_of(table.columns()) + table.weights().size_bytes();
  for (const JaggedGroup& group : table.groups())
    bytes += group.offsets.size() * 8 + bytes_of(group.columns) + 4096;
  for (const auto& [key, value] : table.metadata()) bytes += key.size() + value.size();
  std::error_code missing;
  const std::uintmax_t others = name.empty() ? 0 : std::filesystem::file_size(existing, missing);
  return missing ? bytes : bytes + others;
}

}  // namespace

void write_hdf5(const Table& table, const std::filesystem::path& to, const std::string& name,
                const std::filesystem::path& existing) {
  if (name.find('/') != std::string::npos || name == ".") {
    throw ConfigError(
        fmt::format("'{}' cannot be the name of a table in an HDF5 file: leave out '/' and '.'", name));
  }
  check_space(to, expected_size(table, name, existing));
  const Hdf5Session session;
  Hdf5Handle file = make_file(to, existing);
  try {
    write_table_to(file.get(), table, name, existing);
    require_written(H5Fflush(file.get(), H5F_SCOPE_GLOBAL) >= 0, fmt::format("'{}'", existing.string()));
  } catch (...) {
    divert_writes(file.get());
    throw;
  }
  require_written(file.close(), fmt::format("'{}'", existing.string()));
}

}  // namespace trueup::io
