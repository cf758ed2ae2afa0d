// What an analysis of hadron collisions reads off one event at one level: leptons, photons, tagged jets, missing transverse
// momentum, the masses of a top-quark pair.
#include "simulate/collider_summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace trueup::sim {
namespace {

/// Isolated candidates, hardest first.
std::vector<const Candidate*> isolated(const std::vector<Candidate>& candidates) {
  std::vector<const Candidate*> out;
  for (const Candidate& c : candidates) {
    if (c.isolated) out.push_back(&c);
  }
  return out;
}

double take(const std::vector<Candidate>& candidates, Candidate& hardest) {
  const auto found = isolated(candidates);
  if (!found.empty()) hardest = *found.front();
  return static_cast<double>(found.size());
}

double dimuon_mass(const Reconstruction& event) {
  const auto muons = isolated(event.muons);
  if (muons.size() < 2 || muons[0]->charge * muons[1]->charge >= 0) return 0.0;
  return (momentum_of(event.objects[muons[0]->object]) + momentum_of(event.objects[muons[1]->object])).mass();
}

}  // namespace

Transverse sum_of(std::span<const Particle> neutrinos) {
  Transverse sum;
  for (const Particle& p : neutrinos) {
    sum.px += p.px;
    sum.py += p.py;
  }
  return sum;
}

Transverse missing_of(std::span<const Particle> objects) {
  const Transverse seen = sum_of(objects);
  return {-seen.px, -seen.py};
}

std::optional<Momentum> muon_neutrino(std::span<const Particle> neutrinos) {
  const Particle* hardest = nullptr;
  for (const Particle& p : neutrinos) {
    if (std::abs(p.pid) == 14 && (hardest == nullptr || p.pt() > hardest->pt())) hardest = &p;
  }
  if (hardest == nullptr) return std::nullopt;
  return momentum_of(*hardest);
}

ColliderSummary summarise_collision(const Reconstruction& event, std::span<const Jet> jets,
                                    Transverse missing, const std::optional<Momentum>& neutrino) {
  ColliderSummary s;
  s.muons = take(event.muons, s.muon);
  s.electrons = take(event.electrons, s.electron);
  s.photons = take(event.photons, s.photon);
  for (const Jet& jet : jets) s.tagged += jet.tagged;
  s.dimuon_mass = dimuon_mass(event);
  s.missing_pt = std::hypot(missing.px, missing.py);
  s.missing_phi = std::atan2(missing.py, missing.px);
  if (s.muons > 0.0) {
    const Momentum muon = momentum_of(event.objects[s.muon.object]);
    const auto nu = neutrino ? neutrino : neutrino_from_w(muon, missing.px, missing.py);
    s.top = top_masses(muon, s.muon.eta, s.muon.phi, nu, jets);
  }
  return s;
}

}  // namespace trueup::sim
