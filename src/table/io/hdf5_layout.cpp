// Finding the table in an HDF5 file.
#include <table/io/hdf5_layout.hpp>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

std::size_t rows_attribute(hid_t group, const std::string& where) {
  std::uint64_t rows = 0;
  const Hdf5Handle attribute(H5Aopen(group, "rows", H5P_DEFAULT), H5Aclose);
  if (!attribute || H5Aread(attribute.get(), H5T_NATIVE_UINT64, &rows) < 0) {
    bad_file(where, "the table has no attribute 'rows': it is damaged");
  }
  return rows;
}

std::vector<TableInfo::Entry> native_columns(hid_t group) {
  std::vector<TableInfo::Entry> entries;
  const Hdf5Handle columns = open_object(group, "columns");
  if (!columns) return entries;
  for (const std::string& link : member_names(columns.get())) {
    const Hdf5Handle dataset = open_object(columns.get(), link);
    entries.push_back({name_of_link(link), dataset ? text_attribute(dataset.get(), "unit") : ""});
  }
  return entries;
}

void locate_native(Hdf5Source& source) {
  const std::string schema = text_attribute(source.object.get(), kSchemaAttribute);
  if (schema != kSchema) {
    bad_file(source.where,
             fmt::format("the layout '{}' is newer than this version reads ('{}')", schema, kSchema));
  }
  source.layout = Hdf5Layout::native;
  source.rows = rows_attribute(source.object.get(), source.where);
  source.columns = native_columns(source.object.get());
}

void locate_compound(Hdf5Source& source, hid_t type, const std::vector<hsize_t>& shape) {
  if (shape.size() != 1) bad_file(source.where, "records in more than one dimension are no table");
  source.layout = Hdf5Layout::compound;
  source.rows = shape[0];
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
    const Hdf5Handle member(H5Tget_member_type(type, static_cast<unsigned>(i)), H5Tclose);
    source.columns.push_back({name, ""});
    H5free_memory(name);
    if (!is_numeric(member.get())) {
      bad_file(source.where, fmt::format("field '{}' is not a number", source.columns.back().name));
    }
  }
}

void locate_dataset(Hdf5Source& source) {
  const Hdf5Handle type(H5Dget_type(source.object.get()), H5Tclose);
  const std::vector<hsize_t> shape = shape_of(source.object.get());
  if (H5Tget_class(type.get()) == H5T_COMPOUND) return locate_compound(source, type.get(), shape);
  if (!is_numeric(type.get())) bad_file(source.where, "the dataset is not numeric");
  if (shape.empty() || shape.size() > 2) {
    bad_file(source.where, fmt::format("the dataset has {} dimensions; expected 1 or 2", shape.size()));
  }
  source.layout = Hdf5Layout::matrix;
  source.rows = shape[0];
  const hsize_t width = shape.size() == 2 ? shape[1] : 1;
  if (width > 100000) bad_file(source.where, fmt::format("{} columns are more than a table is for", width));
  for (hsize_t c = 0; c < width; ++c) source.columns.push_back({fmt::format("c{}", c), ""});
}

struct Members {
  std::vector<std::string> lines, others, tables,
      groups;  // 1-D datasets, other datasets, groups with our layout
};

Members members_of(hid_t group) {
  Members found;
  for (const std::string& name : member_names(group)) {
    const Hdf5Handle object = open_object(group, name);
    if (!object) {
      // A soft link may lead nowhere; what cannot be opened otherwise must not vanish in silence.
      if (is_hard_link(group, name)) found.lines.push_back(name);
    } else if (is_dataset(object.get())) {
      const Hdf5Handle type(H5Dget_type(object.get()), H5Tclose);
      const bool line = shape_of(object.get()).size() == 1 && H5Tget_class(type.get()) != H5T_COMPOUND;
      (line ? found.lines : found.others).push_back(name);
    } else if (is_group(object.get())) {
      (has_attribute(object.get(), kSchemaAttribute) ? found.tables : found.groups).push_back(name);
    }
  }
  return found;
}

void locate_lines(Hdf5Source& source, const std::vector<std::string>& names) {
  source.layout = Hdf5Layout::datasets;
  for (const std::string& name : names) {
    const Hdf5Handle dataset = open_object(source.object.get(), name);
    source.columns.push_back({name, dataset ? text_attribute(dataset.get(), "unit") : ""});
    source.lengths.push_back(dataset ? shape_of(dataset.get())[0] : 0);
  }
}

void locate_group(Hdf5Source& source) {
  if (has_attribute(source.object.get(), kSchemaAttribute)) return locate_native(source);
  const Members found = members_of(source.object.get());
  std::string only;
  if (found.lines.empty() && found.tables.size() + found.others.size() == 1) {
    only = found.tables.empty() ? found.others[0] : found.tables[0];
  }
  if (!only.empty()) {
    source.object = open_object(source.object.get(), only);
    is_dataset(source.object.get()) ? locate_dataset(source) : locate_native(source);
  } else if (!found.lines.empty()) {
    locate_lines(source, found.lines);
  } else {
    std::vector<std::string> names = found.tables;
    names.insert(names.end(), found.others.begin(), found.others.end());
    names.insert(names.end(), found.groups.begin(), found.groups.end());
    if (names.empty()) bad_file(source.where, "there is no table in this HDF5 file");
    bad_file(source.where,
             fmt::format("say which table is meant, as PATH:NAME; there are {}", quoted_list(names)));
  }
}

}  // namespace

Hdf5Source locate_table(hid_t file, const TablePath& from) {
  Hdf5Source source;
  source.where = from.path.string() + (from.name.empty() ? "" : ":" + from.name);
  source.object = open_object(file, from.name.empty() ? "/" : from.name);
  const Hdf5Handle root = open_object(file, "/");
  if (!from.name.empty() && has_attribute(root.get(), kSchemaAttribute)) {
    bad_file(from.path, fmt::format("it is one table without a name; leave out ':{}'", from.name));
  }
  if (!source.object) {
    const std::vector<std::string> names = member_names(file);
    bad_file(from.path, fmt::format("there is no '{}' in it; there are {}{}", from.name, quoted_list(names),
                                    did_you_mean(from.name, names)));
  }
  is_dataset(source.object.get()) ? locate_dataset(source) : locate_group(source);
  return source;
}

void set_common_length(Hdf5Source& source, const std::vector<std::size_t>& chosen) {
  if (source.layout != Hdf5Layout::datasets || chosen.empty()) return;
  const auto check_readable = [&](std::size_t c) {
    const Hdf5Handle dataset = open_object(source.object.get(), source.columns[c].name);
    check_dataset(dataset.get(), source.columns[c].name, source.lengths[c], source.where);
  };
  source.rows = source.lengths[chosen[0]];
  for (const std::size_t c : chosen) {
    check_readable(c);
    if (source.lengths[c] == source.rows) continue;
    bad_file(
        source.where,
        fmt::format("columns of unequal length: '{}' has {} rows, '{}' has {}; name the columns to read",
                    source.columns[chosen[0]].name, source.rows, source.columns[c].name, source.lengths[c]));
  }
}

void check_dataset(hid_t dataset, const std::string& name, std::size_t rows, const std::string& where) {
  if (dataset < 0 || !is_dataset(dataset))
    bad_file(where,
             fmt::format("column '{}' cannot be read: the file is damaged, or of a newer HDF5 than {}.{}.{}",
                         name, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE));
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  if (!is_numeric(type.get())) bad_file(where, fmt::format("column '{}' is not numeric", name));
  const std::vector<hsize_t> shape = shape_of(dataset);
  if (shape.size() != 1 || shape[0] != rows) {
    bad_file(where, fmt::format("column '{}' is not of the table's length, {} rows", name, rows));
  }
}

}  // namespace trueup::io
