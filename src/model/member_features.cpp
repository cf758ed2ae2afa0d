// Columns of a jagged group, checked and standardised.
#include <trueup/member_features.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

const Column& member_column(const JaggedGroup& group, const std::string& name) {
  std::vector<std::string> known;
  for (const Column& column : group.columns) {
    if (column.name == name) return column;
    known.push_back(column.name);
  }
  throw DataError(fmt::format("group '{}' has no column '{}'{}; it has {}", group.name, name,
                              did_you_mean(name, known), quoted_list(known)));
}

void require_finite_members(const JaggedGroup& group, const Column& column, const std::string& what) {
  const auto bad =
      std::find_if(column.values.begin(), column.values.end(), [](float x) { return !std::isfinite(x); });
  if (bad == column.values.end()) return;
  const auto member = static_cast<std::uint64_t>(bad - column.values.begin());
  const auto after = std::upper_bound(group.offsets.begin(), group.offsets.end(), member);
  throw DataError(
      fmt::format("{}: column '{}' of group '{}' has {} in row {} (counted from 0); remove or correct it",
                  what, column.name, group.name, *bad, after - group.offsets.begin() - 1));
}

}  // namespace

MemberColumns member_columns(const Table& table, const std::string& group,
                             const std::vector<std::string>& columns, const std::string& what) {
  const JaggedGroup& found = table.group(group);
  MemberColumns members{found.offsets, {}};
  for (const std::string& name : columns) {
    const Column& column = member_column(found, name);
    require_finite_members(found, column, what);
    members.columns.emplace_back(column.values);
  }
  return members;
}

ModelMembers standardising_members(const std::vector<const Table*>& tables, const MemberFeatures& members) {
  // A group's columns are those of a table whose rows are the members.
  std::vector<Table> flat;
  std::size_t count = 0;
  for (const Table* table : tables) {
    member_columns(*table, members.group, members.columns, "scaling of the members");
    const JaggedGroup& group = table->group(members.group);
    Table& one = flat.emplace_back();
    for (const std::string& name : members.columns) {
      const Column& column = member_column(group, name);
      one.add_column(column.name, column.values, column.unit);
    }
    count += group.members();
  }
  if (count == 0)
    throw DataError(
        fmt::format("group '{}' has no members in any row; expected at least one", members.group));
  std::vector<const Table*> views;
  for (const Table& table : flat) views.push_back(&table);
  return {members.group, standardising_inputs(views, members.columns)};
}

}  // namespace trueup
