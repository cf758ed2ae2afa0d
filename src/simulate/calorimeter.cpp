// A calorimeter: what particles leave in its towers, and what it measures of that.
#include "simulate/calorimeter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "simulate/log_normal.hpp"

namespace trueup::sim {

double Calorimeter::fraction(int pid) const {
  switch (std::abs(pid)) {
    case 11:
    case 22:
    case 111:
      return card_.deposit.electromagnetic;
    case 310:
    case 3122:
      return card_.deposit.strange;
    case 13:
      return card_.deposit.muon;
    case 12:
    case 14:
    case 16:
      return 0.0;
    default:
      return card_.deposit.hadron;
  }
}

double Calorimeter::resolution(double energy, double eta) const {
  const CalorimeterResolutionCard& c = card_.resolution;
  const auto at = std::lower_bound(c.eta_edges.begin(), c.eta_edges.end(), std::abs(eta));
  const std::size_t r = std::min(static_cast<std::size_t>(at - c.eta_edges.begin()), c.eta_edges.size() - 1);
  const double off = std::abs(eta) - c.centre[r];
  const double constant = c.constant[r] * energy, noise = c.noise[r];
  const double square = constant * constant + c.stochastic[r] * c.stochastic[r] * energy + noise * noise;
  return (c.scale[r] + c.curvature[r] * off * off) * std::sqrt(square);
}

void Calorimeter::measure(std::span<const Particle> particles, std::span<const Exit> exits,
                          RandomStream& stream, std::vector<Tower>& towers) const {
  towers.clear();
  for (std::size_t i = 0; i < particles.size(); ++i) {
    if (!exits[i].reached) continue;
    const double part = fraction(particles[i].pid);
    if (!(part > 0.0)) continue;
    const std::uint32_t id = grid_.tower(exits[i].eta, exits[i].phi);
    if (id != CalorimeterGrid::kNone) towers.push_back({id, part * particles[i].e});
  }
  // Stable: deposits of one tower are summed in the particles' order.
  std::stable_sort(towers.begin(), towers.end(), [](const Tower& a, const Tower& b) { return a.id < b.id; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < towers.size(); ++i) {
    if (kept > 0 && towers[kept - 1].id == towers[i].id) {
      towers[kept - 1].deposit += towers[i].deposit;
    } else {
      towers[kept++] = towers[i];
    }
  }
  towers.resize(kept);
  for (Tower& tower : towers) finish(tower, stream);
}

void Calorimeter::finish(Tower& tower, RandomStream& stream) const {
  const TowerEdges edges = grid_.edges(tower.id);
  const double centre = 0.5 * (edges.eta_low + edges.eta_high);
  const double normal = stream.normal();
  tower.eta = stream.uniform(edges.eta_low, edges.eta_high);
  tower.phi = stream.uniform(edges.phi_low, edges.phi_high);
  if (!(tower.deposit > 0.0)) return;
  const double energy = log_normal(tower.deposit, resolution(tower.deposit, centre) / tower.deposit, normal);
  tower.sigma = resolution(energy, centre);
  if (energy >= card_.min_energy && energy >= card_.min_significance * tower.sigma) tower.energy = energy;
}

}  // namespace trueup::sim
