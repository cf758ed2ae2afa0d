// Top-quark pairs with one muon: the neutrino from the W mass, and the invariant masses that know the top's.
#include "simulate/top.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace trueup::sim {
namespace {

Momentum momentum_of_jet(const Jet& jet) {
  return momentum_from(jet.pt, jet.eta, jet.phi, jet.mass);
}

struct Assignment {
  const Jet* b1 = nullptr;
  const Jet* b2 = nullptr;
  std::array<const Jet*, 2> light{};
};

Assignment assign(double muon_eta, double muon_phi, std::span<const Jet> jets) {
  Assignment a;
  double closest = 0.0;
  std::size_t light = 0;
  for (const Jet& jet : jets) {
    if (!jet.tagged) {
      if (light < a.light.size()) a.light[light++] = &jet;
      continue;
    }
    const double distance = delta_r2(jet.eta, jet.phi, muon_eta, muon_phi);
    if (a.b1 == nullptr || distance < closest) {
      a.b1 = &jet;
      closest = distance;
    }
  }
  for (const Jet& jet : jets) {
    if (jet.tagged && &jet != a.b1 && a.b2 == nullptr) a.b2 = &jet;
  }
  return a;
}

}  // namespace

std::optional<Momentum> neutrino_from_w(const Momentum& l, double px, double py) {
  // 2 (E_l E - pl·p) = mW² - ml²: with k the transverse and mass part, E_l sqrt(pt² + pz²) = k + pz_l pz.
  const double lepton_mass2 = l.e * l.e - l.px * l.px - l.py * l.py - l.pz * l.pz;
  const double k = 0.5 * (kWMass * kWMass - lepton_mass2) + l.px * px + l.py * py;
  const double a = l.e * l.e - l.pz * l.pz;
  const double root2 = k * k - a * (px * px + py * py);
  if (!(root2 >= 0.0) || !(a > 0.0)) return std::nullopt;
  const double root = l.e * std::sqrt(root2);
  const double plus = (k * l.pz + root) / a, minus = (k * l.pz - root) / a;
  const double pz = std::abs(plus) < std::abs(minus) ? plus : minus;
  return Momentum{px, py, pz, std::sqrt(px * px + py * py + pz * pz)};
}

TopMasses top_masses(const Momentum& muon, double muon_eta, double muon_phi,
                     const std::optional<Momentum>& neutrino, std::span<const Jet> jets) {
  const Assignment a = assign(muon_eta, muon_phi, jets);
  TopMasses out;
  if (a.b2 == nullptr || a.light[1] == nullptr) return out;
  out.selected = true;
  const Momentum b1 = momentum_of_jet(*a.b1), b2 = momentum_of_jet(*a.b2);
  const Momentum pair = momentum_of_jet(*a.light[0]) + momentum_of_jet(*a.light[1]);
  if (neutrino) {
    out.b1_muon_nu = (b1 + muon + *neutrino).mass();
    out.b2_muon_nu = (b2 + muon + *neutrino).mass();
  }
  out.b1_jets = (b1 + pair).mass();
  out.b2_jets = (b2 + pair).mass();
  out.jets = pair.mass();
  return out;
}

}  // namespace trueup::sim
