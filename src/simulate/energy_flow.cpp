// Energy flow: what a calorimeter's towers hold beyond the tracks that point at them becomes neutral particles.
#include "simulate/energy_flow.hpp"

#include <algorithm>
#include <cmath>

namespace trueup::sim {
namespace {

/// The tracks' energy in one tower.
struct TrackSum {
  std::uint32_t tower = 0;
  double energy = 0.0;    // GeV
  double variance = 0.0;  // GeV²
};

/// By rising tower.
void sum_tracks(const Calorimeter& calorimeter, std::span<const Track> tracks, std::vector<TrackSum>& sums) {
  sums.clear();
  for (const Track& track : tracks) {
    const double energy = calorimeter.fraction(track.particle.pid) * track.particle.e;
    const std::uint32_t tower = calorimeter.grid().tower(track.eta, track.phi);
    if (!(energy > 0.0) || tower == CalorimeterGrid::kNone) continue;
    const double sigma = track.resolution * energy;
    sums.push_back({tower, energy, sigma * sigma});
  }
  std::stable_sort(sums.begin(), sums.end(),
                   [](const TrackSum& a, const TrackSum& b) { return a.tower < b.tower; });
}

}  // namespace

void add_excess(const Calorimeter& calorimeter, std::span<const Tower> towers, std::span<const Track> tracks,
                int pid, Reconstruction& event) {
  thread_local std::vector<TrackSum> sums;
  sum_tracks(calorimeter, tracks, sums);
  auto at = sums.begin();
  for (const Tower& tower : towers) {
    double energy = tower.energy, variance = tower.sigma * tower.sigma;
    while (at != sums.end() && at->tower < tower.id) ++at;
    for (; at != sums.end() && at->tower == tower.id; ++at) {
      energy -= at->energy;
      variance += at->variance;
    }
    const CalorimeterCard& card = calorimeter.card();
    if (!(energy > card.min_energy && energy > card.min_significance * std::sqrt(variance))) continue;
    Particle excess;
    excess.pid = pid;
    excess.e = energy;
    const double pt = energy / std::cosh(tower.eta);
    excess.px = pt * std::cos(tower.phi);
    excess.py = pt * std::sin(tower.phi);
    excess.pz = energy * std::tanh(tower.eta);
    event.objects.push_back(excess);
    event.surface_eta.push_back(tower.eta);
  }
}

}  // namespace trueup::sim
