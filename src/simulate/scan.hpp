// The values of scanned parameters.
#pragma once

#include <cstdint>
#include <vector>

#include <trueup/simulate.hpp>

namespace trueup::sim {

/// The scanned parameters' values for block (or event) `index`, each uniform in its range.
std::vector<double> scan_point(const std::vector<ScannedParameter>& scan, std::uint64_t seed,
                               std::uint64_t index);

/// Adds "truth.…", "scan.…", card, seed to the table's metadata.
void describe(Table& table, const SimulationCard& card, std::uint64_t seed);

/// A number as text that reads back the same.
std::string shortest_text(double value);

}  // namespace trueup::sim
