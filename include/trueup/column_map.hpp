// Reading tables whose columns have other names, or are members of groups, as in trees of detector simulations.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup {

/// Where a column comes from.
struct ColumnSource {
  /// A column or a group of the file, or a member of a group: "Jet.PT[0]" is the first of each row (of the event's jets),
  /// "Jet.Tau[0][2]" number 2 of an array that it has, "MissingET.MET" that of rows that have just one.
  std::string from;
  /// What rows get that have too few members; without it they are an error.
  std::optional<float> missing = std::nullopt;
};

/// Name in the table → where it comes from. "weight" stands for the event weights.
using ColumnMap = std::map<std::string, ColumnSource>;

/// read_table, with the columns that `map` names read from where it says, and all others by their own names. `columns`
/// empty: all that the file has, then those of the map.
Table read_table(const std::string& path, const std::vector<std::string>& columns, const ColumnMap& map);

/// The map of those names that may mean members of groups ("Jet.PT[0]") to themselves: read_table({}, …) adds them.
ColumnMap members_among(const std::vector<std::string>& names);

}  // namespace trueup
