// The analytic sample: one Gaussian, seen through Gaussian noise.
#pragma once

#include <vector>

#include <trueup/simulate.hpp>

namespace trueup::sim {

std::vector<SimulatedColumn> gaussian_columns(const SimulationCard& card);
/// ConfigError for a fixed or scanned setting that the source does not have, or a value that makes no sense.
void check_gaussian(const SimulationCard& card);
Table gaussian_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor);

}  // namespace trueup::sim
