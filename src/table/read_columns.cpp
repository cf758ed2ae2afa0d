// Reading columns by their names, from where a map says, or from the members of groups.
#include <trueup/column_map.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <table/io/formats.hpp>
#include <table/io/member_columns.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

/// One column or group of the table to make.
struct Wanted {
  std::string name;
  ColumnSource source;
  std::optional<io::MemberColumn> member;  // when it is taken from a group
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Only such names can mean members.
bool may_be_member(const std::string& name) {
  return name.find_first_of(".[") != std::string::npos;
}

std::vector<Wanted> wanted_columns(const std::vector<std::string>& columns, const ColumnMap& map) {
  std::vector<Wanted> wanted;
  for (const std::string& name : columns) {
    const auto found = map.find(name);
    const bool again =
        std::any_of(wanted.begin(), wanted.end(), [&](const Wanted& w) { return w.name == name; });
    if (!again)
      wanted.push_back({name, found == map.end() ? ColumnSource{name} : found->second, std::nullopt});
  }
  for (const auto& [name, source] : map) {
    const bool always = columns.empty() || name == io::kWeightColumn;
    if (always && !contains(columns, name)) wanted.push_back({name, source, std::nullopt});
  }
  return wanted;
}

void find_members(std::vector<Wanted>& wanted, const TablePath& place, const std::string& where) {
  const auto is_member = [](const Wanted& w) { return may_be_member(w.source.from); };
  if (std::any_of(wanted.begin(), wanted.end(), is_member)) {
    const io::TableNames names = io::table_names(place);
    for (Wanted& w : wanted) {
      if (may_be_member(w.source.from) && !contains(names.columns, w.source.from))
        w.member = io::find_member_column(w.source.from, names.groups);
    }
  }
  for (const Wanted& w : wanted) {
    if (w.source.missing && !w.member) {
      throw ConfigError(fmt::format(
          "'{}': '{}' has a value for missing members, but '{}' is no member of a group, such as Jet.PT[0]",
          where, w.name, w.source.from));
    }
  }
}

void add(Table& table, const std::string& name, Column column) {
  if (name == io::kWeightColumn) {
    table.set_weights(std::move(column.values));
  } else {
    table.add_column(name, std::move(column.values), std::move(column.unit));
  }
}

/// Puts into `table` what `read` has of the columns and groups asked for, under their names.
Table filled(Table table, const Table& read, const std::vector<Wanted>& wanted, const std::string& where) {
  for (const Wanted& w : wanted) {
    const bool itself = !w.member && w.name == w.source.from;
    if (itself && (w.name == io::kWeightColumn || table.has(w.name))) continue;
    if (table.has(w.name)) table.remove_column(w.name);
    if (w.member) {
      add(table, w.name, io::member_values(read, *w.member, w.source.missing, where));
    } else if (read.has_group(w.source.from)) {
      JaggedGroup group = read.group(w.source.from);
      group.name = w.name;
      table.add_group(std::move(group));
    } else {
      add(table, w.name, read.column(w.source.from));
    }
  }
  return table;
}

Table without_columns(const Table& read) {
  Table table;
  if (read.has_weights()) table.set_weights(read.weights_or_ones());
  for (const auto& [key, value] : read.metadata()) table.set_metadata(key, value);
  return table;
}

bool as_they_are(const std::vector<Wanted>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [](const Wanted& w) { return !w.member && w.name == w.source.from; });
}

}  // namespace

ColumnMap members_among(const std::vector<std::string>& names) {
  ColumnMap map;
  for (const std::string& name : names) {
    if (may_be_member(name)) map[name] = {name};
  }
  return map;
}

Table read_table(const std::string& path, const std::vector<std::string>& columns, const ColumnMap& map) {
  const TablePath place = parse_table_path(path);
  std::vector<Wanted> wanted = wanted_columns(columns, map);
  find_members(wanted, place, path);
  if (as_they_are(wanted)) return io::read_columns(place, columns, {});
  if (columns.empty()) {
    const Table whole = io::read_columns(place, {}, {});
    return filled(whole, whole, wanted, path);
  }
  std::vector<std::string> names;
  std::vector<io::MemberColumn> members;
  for (const Wanted& w : wanted) {
    if (w.member) {
      members.push_back(*w.member);
    } else {
      names.push_back(w.source.from);
    }
  }
  const Table read = io::read_columns(place, names, members);
  return filled(without_columns(read), read, wanted, path);
}

Table read_table(const std::string& path, const std::vector<std::string>& columns) {
  return read_table(path, columns, {});
}

}  // namespace trueup
