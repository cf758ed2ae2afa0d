// Where a particle leaves the solenoid's cylinder.
#pragma once

#include <optional>

#include <trueup/simulate.hpp>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// A point on the calorimeter surface, mm.
struct SurfacePoint {
  double x = 0.0, y = 0.0, z = 0.0;
  double path = 0.0;  ///< length flown in the transverse plane, mm
  bool endcap = false;

  double eta() const { return pseudorapidity(std::sqrt(x * x + y * y), z); }
  double phi() const { return std::atan2(y, x); }
};

/// Follows the particle from its vertex (a helix when charged, a straight line when not) to the first meeting with the
/// barrel or an end cap. Nothing when it starts outside or never leaves.
std::optional<SurfacePoint> propagate(const Particle& particle, const SolenoidCard& solenoid);

}  // namespace trueup::sim
