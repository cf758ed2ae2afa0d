// Jets from particles.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/particle.hpp"

namespace trueup::sim {

struct Jet {
  double pt = 0.0, eta = 0.0, phi = 0.0, mass = 0.0;  ///< GeV; phi in (-pi, pi]
  int multiplicity = 0, charged = 0, kaons = 0;
};

/// Clusters one event after the other. Not to be shared between threads.
class JetFinder {
 public:
  virtual ~JetFinder() = default;
  /// Clears `jets` and fills it, hardest first.
  virtual void find(std::span<const Particle> particles, std::vector<Jet>& jets) = 0;
};

/// Through FastJet. Only in builds with FastJet.
std::unique_ptr<JetFinder> make_jet_finder(const JetCard& card);

}  // namespace trueup::sim
