// Particles for events made by hand.
#pragma once

#include <cmath>

#include "simulate/particle.hpp"

namespace trueup::sim {

inline Particle massless(double pt, double eta, double phi, int charge = 0, int kaons = 0) {
  Particle p;
  p.px = pt * std::cos(phi);
  p.py = pt * std::sin(phi);
  p.pz = pt * std::sinh(eta);
  p.e = pt * std::cosh(eta);
  p.charge = charge;
  p.kaons = kaons;
  return p;
}

}  // namespace trueup::sim
