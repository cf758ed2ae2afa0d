// Top-quark pairs with one muon: the neutrino from the W mass, and the invariant masses that know the top's.
#pragma once

#include <optional>
#include <span>

#include "simulate/jets.hpp"
#include "simulate/kinematics.hpp"

namespace trueup::sim {

/// The W mass of the neutrino's equation, GeV (PDG).
inline constexpr double kWMass = 80.379;

/// The massless neutrino with this transverse momentum that gives the W mass with the lepton. The equation is quadratic in
/// pz: of two solutions that with the smaller |pz|; none when they are complex (SRGN, Sec. III.C, footnote 5).
std::optional<Momentum> neutrino_from_w(const Momentum& lepton, double px, double py);

/// SRGN, Sec. III.C: b1 is the b-tagged jet closest to the muon, b2 the hardest other, j1 and j2 the hardest two that are not
/// tagged.
struct TopMasses {
  bool selected = false;                      ///< there are a muon and four such jets; else all masses are 0
  double b1_muon_nu = 0.0, b2_muon_nu = 0.0;  ///< GeV; 0 without a neutrino
  double b1_jets = 0.0, b2_jets = 0.0;        ///< GeV, with j1 and j2
  double jets = 0.0;                          ///< GeV, of j1 and j2: the W that decays to quarks
};

/// `jets` by falling pt. `muon_eta`, `muon_phi` are those of `muon`.
TopMasses top_masses(const Momentum& muon, double muon_eta, double muon_phi,
                     const std::optional<Momentum>& neutrino, std::span<const Jet> jets);

}  // namespace trueup::sim
