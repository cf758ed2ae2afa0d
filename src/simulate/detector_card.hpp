// Reading the numbers of a detector.
#pragma once

#include <vector>

#include <trueup/simulate.hpp>

#include "core/config.hpp"

namespace trueup::sim {

/// Reads [detector]; what `card` holds are the defaults. Impossible values are ConfigErrors.
void read_detector(ConfigTable table, DetectorCard& card);

/// Reads [detectors]: one table a further detector, with what differs from the card's [detector]; its sub-table
/// `substructure` with what differs from the card's [substructure].
void read_variants(ConfigTable all, const SimulationCard& card, std::vector<DetectorVariant>& variants);

}  // namespace trueup::sim
