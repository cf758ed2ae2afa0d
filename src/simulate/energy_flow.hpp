// Energy flow: what a calorimeter's towers hold beyond the tracks that point at them becomes neutral particles.
#pragma once

#include <span>
#include <vector>

#include "simulate/calorimeter.hpp"
#include "simulate/tracker.hpp"

namespace trueup::sim {

/// Adds to `event` a massless object `pid` for each tower whose energy E exceeds that of its tracks, T: E - T above the
/// calorimeter's smallest energy, and above its smallest significance times sqrt(sigma(E)² + sum of the tracks' sigma²).
/// T counts for each track the fraction of its energy that a particle of its kind leaves in the calorimeter. `towers` as
/// Calorimeter::measure leaves them.
void add_excess(const Calorimeter& calorimeter, std::span<const Tower> towers, std::span<const Track> tracks,
                int pid, Reconstruction& event);

}  // namespace trueup::sim
