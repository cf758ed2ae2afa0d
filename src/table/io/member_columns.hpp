// Columns taken from the members of groups: "Jet.PT[0]" is the first jet's, "MissingET.MET" that of the only one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup::io {

/// A group's columns, by the names under which they may be asked for.
struct GroupNames {
  struct Member {
    std::string name;  ///< in the group: "pt", "Tau[2]"
    std::string full;  ///< in the file: "Jet_pt", "Jet.Tau[2]"; or as `name`
  };
  std::string group;
  std::vector<Member> members;
};

/// Member `index` of each row; without an index, of rows that have exactly one.
struct MemberColumn {
  std::string name;  ///< as it was asked for, and in the table
  std::string group;
  std::string member;
  std::optional<std::size_t> index;
};

/// What a name means that is neither column nor group: GROUP.MEMBER[i] (or the name that the file has for the member), and
/// GROUP.MEMBER[i][k] for number k of a member that is an array. Nothing when there is no such member.
std::optional<MemberColumn> find_member_column(const std::string& name,
                                               const std::vector<GroupNames>& groups);

/// Its values; rows that have too few members get `missing`. DataError where the rows have not one each, or, without
/// `missing`, too few; `where` is the table.
Column member_values(const Table& table, const MemberColumn& column, std::optional<float> missing,
                     const std::string& where);

}  // namespace trueup::io
