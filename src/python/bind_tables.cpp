// Tables: arrays in, views out, files.
#include <mutex>
#include <utility>

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

#include "python/arrays.hpp"
#include "python/bindings.hpp"
#include "python/table_source.hpp"

namespace trueup::python {
namespace {

/// HDF5's library is not made for several threads, which callers of Python may have.
std::mutex files;

Table read(const std::string& path, const std::vector<std::string>& columns) {
  const nb::gil_scoped_release released;
  const std::lock_guard lock(files);
  return read_table(path, columns);
}

void write(const Table& table, const std::string& path) {
  const nb::gil_scoped_release released;
  const std::lock_guard lock(files);
  write_table(table, path);
}

Table take(const TableSource& source, const std::vector<std::string>& columns) {
  const nb::gil_scoped_release released;
  return source.take(columns);
}

using Offsets = nb::ndarray<const std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void add_group(TableSource& source, const std::string& name, const Offsets& offsets) {
  source.add_group(name, {offsets.data(), offsets.data() + offsets.size()});
}

std::map<std::string, std::string> units(const std::vector<Column>& columns) {
  std::map<std::string, std::string> found;
  for (const Column& column : columns) found[column.name] = column.unit;
  return found;
}

nb::object values(nb::handle_t<Table> self, const std::string& name) {
  return view_of(nb::cast<const Table&>(self).values(name), self);
}

nb::object weights(nb::handle_t<Table> self) {
  const Table& table = nb::cast<const Table&>(self);
  return table.has_weights() ? view_of(table.weights(), self) : nb::none();
}

std::vector<std::string> group_names(const Table& table) {
  std::vector<std::string> names;
  for (const JaggedGroup& group : table.groups()) names.push_back(group.name);
  return names;
}

nb::tuple group(nb::handle_t<Table> self, const std::string& name) {
  const JaggedGroup& found = nb::cast<const Table&>(self).group(name);
  nb::dict columns;
  for (const Column& column : found.columns) columns[column.name.c_str()] = view_of(column.values, self);
  return nb::make_tuple(array_of(found.offsets), columns, units(found.columns));
}

Table with_columns(const Table& table, const TableSource& others) {
  const nb::gil_scoped_release released;
  Table changed = table;
  const Table taken = others.take({});
  for (const Column& column : taken.columns()) {
    if (!changed.has(column.name)) {
      changed.add_column(column.name, column.values, column.unit);
      continue;
    }
    const std::span<float> to = changed.mutable_values(column.name);
    if (to.size() != column.values.size())
      throw DataError("column '" + column.name + "' has another number of rows than the table");
    std::copy(column.values.begin(), column.values.end(), to.begin());
  }
  return changed;
}

}  // namespace

void bind_tables(nb::module_& module) {
  nb::class_<TableSource>(module, "TableSource")
      .def(nb::init<std::string>(), nb::arg("label"))
      .def("add_column", &TableSource::add_column, nb::arg("name"), nb::arg("values"), nb::arg("unit"))
      .def("set_weights", &TableSource::set_weights, nb::arg("weights"))
      .def("add_group", &add_group, nb::arg("name"), nb::arg("offsets"))
      .def("add_group_column", &TableSource::add_group_column, nb::arg("name"), nb::arg("values"),
           nb::arg("unit"))
      .def("set_metadata", &TableSource::set_metadata, nb::arg("key"), nb::arg("value"))
      .def("column_names", &TableSource::column_names)
      .def("take", &take, nb::arg("columns"));
  nb::class_<Table>(module, "Table")
      .def_prop_ro("rows", &Table::rows)
      .def("column_names", &Table::column_names)
      .def("units", [](const Table& table) { return units(table.columns()); })
      .def("values", &values, nb::arg("name"))
      .def("weights", &weights)
      .def("group_names", &group_names)
      .def("group", &group, nb::arg("name"))
      .def("metadata", &Table::metadata)
      .def("with_columns", &with_columns, nb::arg("others"));
  module.def("read", &read, nb::arg("path"), nb::arg("columns"));
  module.def("write", &write, nb::arg("table"), nb::arg("path"));
  module.def("did_you_mean", &did_you_mean, nb::arg("name"), nb::arg("candidates"));
}

}  // namespace trueup::python
