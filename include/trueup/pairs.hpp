// Pairs of rows in two tables: matched by the columns that name an event, and checked for being pairs at all.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup {

/// What matching found.
struct PairReport {
  std::size_t matched = 0;
  std::size_t fast_alone = 0;  ///< rows of the fast table without a partner
  std::size_t full_alone = 0;
};

struct MatchedPairs {
  Table fast;  ///< the rows that have a partner, in the order of the fast table
  Table full;  ///< their partners
  PairReport report;
};

/// Matches rows whose key columns are equal. Throws DataError when a key is missing, not finite, occurs twice in one of the
/// tables (numbers above 2^24 lose digits in tables of 32-bit floats: use several columns), or nothing matches.
MatchedPairs match_pairs(const Table& fast, const Table& full, const std::vector<std::string>& key);

/// Throws DataError, with the reason, unless row i of one table can belong to row i of the other: equal numbers of rows,
/// columns of `same` that both tables have equal row by row, and, where there is no such column, one of `related` that is
/// correlated between the tables by more than 5 standard errors of no correlation.
void require_pairs(const Table& fast, const Table& full, const std::vector<std::string>& same,
                   const std::vector<std::string>& related);

}  // namespace trueup
