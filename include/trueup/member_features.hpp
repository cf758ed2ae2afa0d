// What a network over members takes of a table: columns of one jagged group (a particle-flow network, SRGN Sec. III.B).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <trueup/model.hpp>
#include <trueup/table.hpp>

namespace trueup {

/// The members that a network sees, and its Φ; none when `group` is empty.
struct MemberFeatures {
  std::string group = {};
  std::vector<std::string> columns = {};
  std::vector<std::size_t> hidden = {100, 100, 128};

  bool none() const noexcept { return group.empty(); }
};

/// Views of the columns of a table's group.
struct MemberColumns {
  std::span<const std::uint64_t> offsets;       ///< (rows + 1)
  std::vector<std::span<const float>> columns;  ///< (members) each
};

/// Throws DataError, with `what` for the table: no such group or column, or a value that is not finite, with its row.
MemberColumns member_columns(const Table& table, const std::string& group,
                             const std::vector<std::string>& columns, const std::string& what);

/// Mean and inverse standard deviation of each column over the members of all tables; a constant column gets scale 1.
/// Throws as member_columns; DataError also when no table has a member.
ModelMembers standardising_members(const std::vector<const Table*>& tables, const MemberFeatures& members);

}  // namespace trueup
