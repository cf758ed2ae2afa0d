// What a detector makes of an event, before jets.
#pragma once

#include <cstddef>
#include <vector>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// An electron, muon or photon.
struct Candidate {
  int pid = 0, charge = 0;
  double pt = 0.0, eta = 0.0, phi = 0.0;  ///< GeV; of the momentum
  double isolation = 0.0;                 ///< sum of the neighbours' pt over its own
  bool isolated = false;
  std::size_t object = 0;  ///< which of the event's objects it is
};

struct Reconstruction {
  Particles objects;                ///< energy flow: tracks, photons, neutral hadrons
  std::vector<double> surface_eta;  ///< of each object, where it meets the calorimeter surface
  std::vector<Candidate> electrons, muons, photons;  ///< each kind by falling pt

  void clear() {
    objects.clear();
    surface_eta.clear();
    electrons.clear();
    muons.clear();
    photons.clear();
  }
};

}  // namespace trueup::sim
