// A CMS-like detector: tracker, two calorimeters, energy flow, identified electrons, muons and photons.
#include "simulate/cms_detector.hpp"

#include "simulate/candidates.hpp"
#include "simulate/energy_flow.hpp"
#include "simulate/helix.hpp"

namespace trueup::sim {
namespace {

constexpr int kPhoton = 22;
/// What stands for every neutral hadron: the detector does not tell them apart.
constexpr int kNeutralHadron = 130;

}  // namespace

void CmsDetector::propagate_all(std::span<const Particle> particles, std::vector<Exit>& exits) const {
  exits.assign(particles.size(), {});
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const auto point = propagate(particles[i], card_.solenoid);
    if (point) exits[i] = {true, particles[i].pt(), point->eta(), point->phi()};
  }
}

void CmsDetector::respond(std::span<const Particle> particles, std::span<const Exit> exits,
                          RandomStream& stream, Reconstruction& event) const {
  thread_local std::vector<Track> tracks;
  thread_local std::vector<Tower> towers;
  event.clear();
  tracker_.measure(particles, exits, stream, tracks);
  for (const Track& track : tracks) {
    event.objects.push_back(track.particle);
    event.surface_eta.push_back(track.eta);
  }
  ecal_.measure(particles, exits, stream, towers);
  add_excess(ecal_, towers, tracks, kPhoton, event);
  hcal_.measure(particles, exits, stream, towers);
  add_excess(hcal_, towers, tracks, kNeutralHadron, event);
  find_candidates(card_, &stream, event);
}

}  // namespace trueup::sim
