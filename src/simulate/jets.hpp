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
  int kaon_particles = 0;  ///< constituents that are kaons: without the K0S that have decayed
  int flavour = 0;  ///< of the heaviest quark in it as PDG numbers it, 21 for gluons only, 0 for no parton
  bool tagged = false;    ///< as a b jet
  std::size_t found = 0;  ///< its number among the jets that the finder found
};

/// Clusters one event after the other. Not to be shared between threads.
class JetFinder {
 public:
  virtual ~JetFinder() = default;
  /// Clears `jets` and fills it, hardest first.
  virtual void find(std::span<const Particle> particles, std::vector<Jet>& jets) = 0;
  /// Which particles of the last find() are in jet `jet` of it.
  virtual std::span<const std::uint32_t> constituents(std::size_t jet) const = 0;
};

/// Through FastJet. Only in builds with FastJet.
std::unique_ptr<JetFinder> make_jet_finder(const JetCard& card);

}  // namespace trueup::sim
