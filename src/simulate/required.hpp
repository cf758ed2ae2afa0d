// Which events of a sample get a row.
#pragma once

#include <trueup/simulate.hpp>

namespace trueup::sim {

/// The rows in which none of the card's required columns is 0, without the columns that are there for that alone. The
/// metadata "events" has the number of rows before.
Table required_rows(const SimulationCard& card, Table table);

}  // namespace trueup::sim
