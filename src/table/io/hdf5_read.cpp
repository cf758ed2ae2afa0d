// Reading tables from HDF5: only the columns asked for leave the disk.
#include <algorithm>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <table/io/hdf5_layout.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

std::vector<std::string> names_of(const std::vector<TableInfo::Entry>& entries) {
  std::vector<std::string> names;
  for (const TableInfo::Entry& entry : entries) names.push_back(entry.name);
  return names;
}

[[noreturn]] void cannot_read(const std::string& name, const std::string& where) {
  bad_file(where, fmt::format("'{}' cannot be read, the file is damaged: {}", name, hdf5_reason()));
}

/// A 1-D dataset as floats (or as another type that `memory` names).
template <typename T>
std::vector<T> read_line(hid_t parent, const std::string& link, std::size_t rows, hid_t memory,
                         const std::string& where) {
  const Hdf5Handle dataset = open_object(parent, link);
  check_dataset(dataset.get(), name_of_link(link), rows, where);
  std::vector<T> values(rows);
  if (rows > 0 && H5Dread(dataset.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    cannot_read(link, where);
  }
  return values;
}

std::vector<float> read_floats(hid_t parent, const std::string& link, std::size_t rows,
                               const std::string& where) {
  return read_line<float>(parent, link, rows, H5T_NATIVE_FLOAT, where);
}

std::vector<std::string> group_names(const Hdf5Source& source) {
  std::vector<std::string> names;
  const Hdf5Handle groups = open_object(source.object.get(), "groups");
  if (!groups) return names;
  for (const std::string& link : member_names(groups.get())) names.push_back(name_of_link(link));
  return names;
}

JaggedGroup read_group(const Hdf5Source& source, const std::string& name, bool with_values) {
  const Hdf5Handle groups = open_object(source.object.get(), "groups");
  const Hdf5Handle group = open_object(groups.get(), link_name(name));
  if (!group || !is_group(group.get())) cannot_read(name, source.where);
  JaggedGroup read{name, {}, {}};
  read.offsets =
      read_line<std::uint64_t>(group.get(), "offsets", source.rows + 1, H5T_NATIVE_UINT64, source.where);
  const Hdf5Handle columns = open_object(group.get(), "columns");
  if (!columns) cannot_read(name, source.where);
  for (const std::string& link : member_names(columns.get())) {
    const Hdf5Handle dataset = open_object(columns.get(), link);
    check_dataset(dataset.get(), name_of_link(link), read.members(), source.where);
    Column column{name_of_link(link), text_attribute(dataset.get(), "unit"), {}};
    if (with_values) column.values = read_floats(columns.get(), link, read.members(), source.where);
    read.columns.push_back(std::move(column));
  }
  return read;
}

std::map<std::string, std::string> read_metadata(const Hdf5Source& source) {
  std::map<std::string, std::string> metadata;
  const Hdf5Handle group = open_object(source.object.get(), "metadata");
  if (!group) return metadata;
  for (const std::string& key : attribute_names(group.get()))
    metadata[key] = text_attribute(group.get(), key);
  return metadata;
}

Table read_native(const Hdf5Source& source, const std::vector<std::string>& wanted) {
  const std::vector<std::string> groups = group_names(source);
  std::vector<std::string> columns, chosen_groups = wanted.empty() ? groups : std::vector<std::string>{};
  for (const std::string& name : wanted) {
    const bool group = std::find(groups.begin(), groups.end(), name) != groups.end();
    (group ? chosen_groups : columns).push_back(name);
  }
  Table table;
  // Sets the number of rows also where no column follows.
  table.set_weights(has_link(source.object.get(), "weights")
                        ? read_floats(source.object.get(), "weights", source.rows, source.where)
                        : std::vector<float>(source.rows));
  if (!has_link(source.object.get(), "weights")) table.clear_weights();
  const Hdf5Handle parent = open_object(source.object.get(), "columns");
  if (!columns.empty() || wanted.empty()) {
    for (const std::size_t c : choose_columns(names_of(source.columns), columns, source.where)) {
      const TableInfo::Entry& entry = source.columns[c];
      table.add_column(entry.name,
                       read_floats(parent.get(), link_name(entry.name), source.rows, source.where),
                       entry.unit);
    }
  }
  for (const std::string& name : chosen_groups) {
    if (!table.has_group(name)) table.add_group(read_group(source, name, true));
  }
  for (const auto& [key, value] : read_metadata(source)) table.set_metadata(key, value);
  return table;
}

/// One field of each record, as float.
std::vector<float> read_field(const Hdf5Source& source, const std::string& name) {
  const Hdf5Handle memory(H5Tcreate(H5T_COMPOUND, sizeof(float)), H5Tclose);
  H5Tinsert(memory.get(), name.c_str(), 0, H5T_NATIVE_FLOAT);
  std::vector<float> values(source.rows);
  if (source.rows > 0 &&
      H5Dread(source.object.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    cannot_read(name, source.where);
  }
  return values;
}

/// Columns of a 2-D dataset, by blocks of whole rows: HDF5 is slow at picking single columns.
std::vector<std::vector<float>> read_matrix(const Hdf5Source& source,
                                            const std::vector<std::size_t>& chosen) {
  std::vector<std::vector<float>> values(chosen.size(), std::vector<float>(source.rows));
  const std::vector<hsize_t> shape = shape_of(source.object.get());
  const hsize_t width = source.columns.size();
  const hsize_t block = std::max<hsize_t>(1, (1U << 20) / std::max<hsize_t>(1, width));
  std::vector<float> rows(static_cast<std::size_t>(std::min<hsize_t>(block, source.rows) * width));
  const Hdf5Handle space(H5Dget_space(source.object.get()), H5Sclose);
  for (hsize_t row = 0; row < source.rows && width > 0; row += block) {
    const hsize_t n = std::min<hsize_t>(block, source.rows - row);
    const hsize_t start[2] = {row, 0}, count[2] = {n, width}, all = n * width;
    const Hdf5Handle memory(H5Screate_simple(1, &all, nullptr), H5Sclose);
    H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start, nullptr, count, nullptr);
    if (H5Dread(source.object.get(), H5T_NATIVE_FLOAT, memory.get(), space.get(), H5P_DEFAULT, rows.data()) <
        0) {
      cannot_read("the dataset", source.where);
    }
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      for (hsize_t r = 0; r < n; ++r) values[k][row + r] = rows[r * width + chosen[k]];
    }
  }
  return values;
}

Table read_foreign(Hdf5Source& source, const std::vector<std::string>& wanted) {
  const std::vector<std::size_t> chosen = choose_columns(names_of(source.columns), wanted, source.where);
  set_common_length(source, chosen);
  std::vector<std::vector<float>> matrix;
  if (source.layout == Hdf5Layout::matrix) matrix = read_matrix(source, chosen);
  Table table;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const TableInfo::Entry& entry = source.columns[chosen[k]];
    std::vector<float> values = source.layout == Hdf5Layout::matrix ? std::move(matrix[k])
                                : source.layout == Hdf5Layout::compound
                                    ? read_field(source, entry.name)
                                    : read_floats(source.object.get(), entry.name, source.rows, source.where);
    add_column_or_weights(table, {entry.name, entry.unit, std::move(values)});
  }
  return table;
}

void check_native_columns(const Hdf5Source& source) {
  const Hdf5Handle parent = open_object(source.object.get(), "columns");
  for (const TableInfo::Entry& entry : source.columns) {
    const Hdf5Handle dataset = open_object(parent.get(), link_name(entry.name));
    check_dataset(dataset.get(), entry.name, source.rows, source.where);
  }
}

TableInfo info_foreign(Hdf5Source& source) {
  set_common_length(source, choose_columns(names_of(source.columns), {}, source.where));
  TableInfo info{TableFormat::hdf5, source.rows, {}, false, {}, {}};
  for (const TableInfo::Entry& entry : source.columns) add_entry_or_weights(info, entry.name, entry.unit);
  return info;
}

}  // namespace

Table read_hdf5(const TablePath& from, const std::vector<std::string>& columns) {
  const Hdf5Session session;
  const Hdf5Handle file = open_hdf5(from.path);
  Hdf5Source source = locate_table(file.get(), from);
  return source.layout == Hdf5Layout::native ? read_native(source, columns) : read_foreign(source, columns);
}

TableInfo info_hdf5(const TablePath& from) {
  const Hdf5Session session;
  const Hdf5Handle file = open_hdf5(from.path);
  Hdf5Source source = locate_table(file.get(), from);
  if (source.layout != Hdf5Layout::native) return info_foreign(source);
  check_native_columns(source);
  TableInfo info{TableFormat::hdf5, source.rows, {}, false, {}, {}};
  info.columns = source.columns;
  info.has_weights = has_link(source.object.get(), "weights") && source.rows > 0;
  info.metadata = read_metadata(source);
  for (const std::string& name : group_names(source)) {
    const JaggedGroup group = read_group(source, name, false);
    TableInfo::Group entry{name, group.members(), {}};
    for (const Column& column : group.columns) entry.columns.push_back({column.name, column.unit});
    info.groups.push_back(std::move(entry));
  }
  return info;
}

}  // namespace trueup::io
