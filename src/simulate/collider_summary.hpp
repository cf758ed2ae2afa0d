// What an analysis of hadron collisions reads off one event at one level: leptons, photons, tagged jets, missing transverse
// momentum, the masses of a top-quark pair.
#pragma once

#include <optional>
#include <span>

#include "simulate/jets.hpp"
#include "simulate/reconstruction.hpp"
#include "simulate/top.hpp"

namespace trueup::sim {

struct ColliderSummary {
  double muons = 0.0, electrons = 0.0, photons = 0.0,
         tagged = 0.0;               ///< numbers of isolated ones; of tagged jets
  Candidate muon, electron, photon;  ///< the hardest isolated one; all 0 when there is none
  double dimuon_mass = 0.0;          ///< GeV, of the hardest two isolated muons when their charges differ
  double missing_pt = 0.0, missing_phi = 0.0;
  TopMasses top;
};

/// A transverse momentum, GeV.
struct Transverse {
  double px = 0.0, py = 0.0;
};

/// Minus the objects' sum.
Transverse missing_of(std::span<const Particle> objects);
/// The neutrinos' sum.
Transverse sum_of(std::span<const Particle> neutrinos);

/// `neutrino`: the true one, at generator level; without it, it comes from `missing` and the W mass. `jets` by falling pt.
ColliderSummary summarise_collision(const Reconstruction& event, std::span<const Jet> jets,
                                    Transverse missing, const std::optional<Momentum>& neutrino);

/// The hardest muon neutrino, if there is one.
std::optional<Momentum> muon_neutrino(std::span<const Particle> neutrinos);

}  // namespace trueup::sim
