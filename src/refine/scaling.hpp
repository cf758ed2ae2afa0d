// What the network sees of the columns: transforms, units, shift and scale.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <trueup/refiner.hpp>

namespace trueup {

/// The columns with unit, shift and scale as both tables give them; a column that the full table lacks (a condition) as the
/// fast one does. DataError: a missing column, other units, or a value outside the domain of its transform.
std::vector<RefinerColumn> scaled_columns(const std::vector<RefinerColumn>& columns, const Table& fast,
                                          const Table& full, bool standardise);

/// The column as the network sees it (N).
std::vector<float> network_values(const RefinerColumn& column, const Table& table);

}  // namespace trueup
