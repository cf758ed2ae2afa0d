// The columns of hadron collisions, which detectors with leptons, tagged jets and missing transverse momentum give.
#pragma once

#include <span>

#include "simulate/observables.hpp"

namespace trueup::sim {

std::span<const ObservableEntry> collider_entries();

}  // namespace trueup::sim
