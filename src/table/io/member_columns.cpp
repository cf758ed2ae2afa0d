// Columns taken from the members of groups.
#include <table/io/member_columns.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup::io {
namespace {

/// Takes "[12]" from the end of a name.
std::optional<std::size_t> take_index(std::string& name) {
  const auto open = name.rfind('[');
  if (open == std::string::npos || open == 0 || name.back() != ']') return std::nullopt;
  std::size_t index = 0;
  const char* end = name.data() + name.size() - 1;
  const auto read = std::from_chars(name.data() + open + 1, end, index);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  name.resize(open);
  return index;
}

/// The column that holds a member of this name, or nullptr.
const GroupNames::Member* find_member(const GroupNames& group, const std::string& name) {
  const auto found = std::find_if(group.members.begin(), group.members.end(), [&](const auto& member) {
    return member.full == name || group.group + "." + member.name == name;
  });
  return found == group.members.end() ? nullptr : &*found;
}

const Column& column_of(const JaggedGroup& group, const std::string& name) {
  const auto found = std::find_if(group.columns.begin(), group.columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  if (found == group.columns.end())
    throw DataError(fmt::format("group '{}' has no column '{}'", group.name, name));
  return *found;
}

std::uint64_t count_in(const JaggedGroup& group, std::size_t row) {
  return group.offsets[row + 1] - group.offsets[row];
}

void require_one_each(const JaggedGroup& group, const MemberColumn& wanted, const std::string& where) {
  for (std::size_t row = 0; row < group.rows(); ++row) {
    if (count_in(group, row) == 1) continue;
    throw DataError(
        fmt::format("'{}': '{}' is not one number a row: row {} has {}. Say which one, as '{}[0]', or take "
                    "the group '{}'",
                    where, wanted.name, row, count_in(group, row), wanted.name, wanted.group));
  }
}

[[noreturn]] void too_few(const JaggedGroup& group, const MemberColumn& wanted, const std::string& where) {
  std::size_t rows = 0, first = 0;
  for (std::size_t row = group.rows(); row-- > 0;) {
    if (count_in(group, row) > *wanted.index) continue;
    ++rows;
    first = row;
  }
  throw DataError(
      fmt::format("'{}': {} of {} rows have no '{}' (the first is row {}, which has {}). Leave such rows out "
                  "of the table, or say in the "
                  "configuration what they get: {{ from = \"{}\", missing = VALUE }}",
                  where, rows, group.rows(), wanted.name, first, count_in(group, first), wanted.name));
}

}  // namespace

std::optional<MemberColumn> find_member_column(const std::string& name,
                                               const std::vector<GroupNames>& groups) {
  // Indices stand as in TTree::Draw: first the object, then the element of its array.
  std::string base = name;
  const std::optional<std::size_t> last = take_index(base);
  const std::string without_last = base;
  const std::optional<std::size_t> first = last ? take_index(base) : std::nullopt;
  for (const GroupNames& group : groups) {
    if (first) {
      const auto* member = find_member(group, fmt::format("{}[{}]", base, *last));
      if (member != nullptr) return MemberColumn{name, group.group, member->name, first};
    } else if (const auto* member = find_member(group, without_last); member != nullptr) {
      return MemberColumn{name, group.group, member->name, last};
    }
  }
  return std::nullopt;
}

Column member_values(const Table& table, const MemberColumn& wanted, std::optional<float> missing,
                     const std::string& where) {
  const JaggedGroup& group = table.group(wanted.group);
  const Column& column = column_of(group, wanted.member);
  if (!wanted.index) require_one_each(group, wanted, where);
  const std::uint64_t index = wanted.index.value_or(0);
  Column values{wanted.name, column.unit, std::vector<float>(group.rows())};
  for (std::size_t row = 0; row < group.rows(); ++row) {
    const bool there = count_in(group, row) > index;
    if (!there && !missing) too_few(group, wanted, where);
    values.values[row] = there ? column.values[group.offsets[row] + index] : *missing;
  }
  return values;
}

}  // namespace trueup::io
