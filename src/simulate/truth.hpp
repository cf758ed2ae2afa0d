// What an event record knows beside its visible stable particles.
#pragma once

#include <cstdlib>
#include <vector>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// A quark (not top) or gluon anywhere in the history.
struct Parton {
  int flavour = 0;                      ///< 1 to 5 as PDG numbers them, 21 for gluons
  double px = 0.0, py = 0.0, pz = 0.0;  ///< GeV
};

/// Whether a PDG number is that of a Parton.
inline bool is_parton(int pid) {
  const int id = std::abs(pid);
  return id == 21 || (id >= 1 && id <= 5);
}

inline bool is_neutrino(int pid) {
  const int id = std::abs(pid);
  return id == 12 || id == 14 || id == 16;
}

struct Truth {
  Particles neutrinos;  ///< stable ones
  std::vector<Parton> partons;
};

/// One event of a generator.
struct GeneratorEvent {
  Particles particles;  ///< visible and stable
  Truth truth;
  double weight = 1.0;
};

}  // namespace trueup::sim
