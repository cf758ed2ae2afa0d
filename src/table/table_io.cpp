// read_table, write_table and their kin: parse the path, tell the format, hand over to its reader or writer.
#include <trueup/table_io.hpp>

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>

namespace fs = std::filesystem;

namespace trueup {
namespace {

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// HDF5 and ROOT have names within a file.
void check_name(const TablePath& place, TableFormat format) {
  if (place.name.empty() || format == TableFormat::hdf5 || format == TableFormat::root) return;
  throw DataError(
      fmt::format("'{}' holds one table only: ':{}' cannot be asked of it", place.path.string(), place.name));
}

/// Groups are read whole.
std::vector<std::string> with_groups(std::vector<std::string> columns,
                                     const std::vector<io::MemberColumn>& members) {
  for (const io::MemberColumn& member : members) {
    if (std::find(columns.begin(), columns.end(), member.group) == columns.end())
      columns.push_back(member.group);
  }
  return columns;
}

template <typename Read>
auto guarded(const fs::path& path, const Read& read) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    throw DataError(
        fmt::format("'{}' does not fit in memory, or is damaged; read fewer columns", path.string()));
  } catch (const std::length_error&) {
    throw DataError(fmt::format("'{}' claims more rows than any memory holds: it is damaged", path.string()));
  }
}

}  // namespace

TablePath parse_table_path(const std::string& text) {
  if (text.empty()) throw ConfigError("the path of a table is empty");
  if (is_file(text)) return {text, ""};
  for (auto colon = text.rfind(':'); colon != std::string::npos && colon > 0;
       colon = text.rfind(':', colon - 1)) {
    const std::string path = text.substr(0, colon);
    if (!is_file(path) && !io::has_table_suffix(path)) continue;
    if (colon + 1 == text.size()) throw ConfigError(fmt::format("'{}': the name after ':' is empty", text));
    return {path, text.substr(colon + 1)};
  }
  return {text, ""};
}

Table io::read_columns(const TablePath& place, const std::vector<std::string>& columns,
                       const std::vector<MemberColumn>& members) {
  const TableFormat format = io::detect_format(place.path);
  check_name(place, format);
  return guarded(place.path, [&] {
    switch (format) {
      case TableFormat::hdf5:
        return io::read_hdf5(place, with_groups(columns, members));
      case TableFormat::csv:
        return io::read_csv(place.path, columns);
      case TableFormat::npy:
        return io::read_npy(place.path, columns);
      case TableFormat::npz:
        return io::read_npz(place.path, columns);
      case TableFormat::root:
        return io::read_root(place, columns, members);
    }
    throw std::logic_error("unknown table format");
  });
}

io::TableNames io::table_names(const TablePath& place) {
  if (io::detect_format(place.path) == TableFormat::root)
    return guarded(place.path, [&] { return io::names_root(place); });
  const TableInfo info = read_table_info(place.path.string() + (place.name.empty() ? "" : ":" + place.name));
  TableNames names;
  for (const TableInfo::Entry& column : info.columns) names.columns.push_back(column.name);
  for (const TableInfo::Group& group : info.groups) {
    names.columns.push_back(group.name);
    names.groups.push_back({group.name, {}});
    for (const TableInfo::Entry& column : group.columns)
      names.groups.back().members.push_back({column.name, column.name});
  }
  return names;
}

TableInfo read_table_info(const std::string& text) {
  const TablePath place = parse_table_path(text);
  const TableFormat format = io::detect_format(place.path);
  check_name(place, format);
  return guarded(place.path, [&] {
    switch (format) {
      case TableFormat::hdf5:
        return io::info_hdf5(place);
      case TableFormat::csv:
        return io::info_csv(place.path);
      case TableFormat::npy:
        return io::info_npy(place.path);
      case TableFormat::npz:
        return io::info_npz(place.path);
      case TableFormat::root:
        return io::info_root(place);
    }
    throw std::logic_error("unknown table format");
  });
}

void write_table(const Table& table, const std::string& text) {
  const TablePath place = parse_table_path(text);
  const TableFormat format = io::format_of_suffix(place.path);
  if (!place.name.empty() && format != TableFormat::hdf5) {
    throw ConfigError(
        fmt::format("'{}': only HDF5 files hold named tables; leave out ':{}'", text, place.name));
  }
  write_atomically(place.path, [&](const fs::path& temporary) {
    switch (format) {
      case TableFormat::hdf5:
        return io::write_hdf5(table, temporary, place.name, place.path);
      case TableFormat::csv:
        return io::write_csv(table, temporary);
      case TableFormat::npy:
        return io::write_npy(table, temporary);
      case TableFormat::npz:
        return io::write_npz(table, temporary);
      case TableFormat::root:
        return io::write_root(table, temporary, place.path);
    }
  });
}

void require_writable(const fs::path& path) {
  check_writable(path);
}

}  // namespace trueup
