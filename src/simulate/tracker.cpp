// A tracker in a solenoid: efficiency and log-normal momentum smearing by the place where a track leaves the field.
#include "simulate/tracker.hpp"

#include <algorithm>

#include "simulate/helix.hpp"
#include "simulate/log_normal.hpp"

namespace trueup::sim {
namespace {

constexpr double kPionMass = 0.13957039;  // GeV
constexpr double kElectronMass = 0.00051099895;
constexpr double kMuonMass = 0.1056583755;

/// First region whose upper edge is not below |eta|; edges.size() when outside all.
std::size_t eta_region(const std::vector<double>& edges, double eta) {
  return static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), std::abs(eta)) -
                                  edges.begin());
}

/// Mass that a track is given: the detector does not tell hadrons apart.
double track_mass(TrackKind kind) {
  if (kind == TrackKind::electron) return kElectronMass;
  return kind == TrackKind::muon ? kMuonMass : kPionMass;
}

/// The particle with its pt changed, directions kept.
Particle smeared(const Particle& p, double pt, double factor) {
  Particle track = p;
  track.px *= factor;
  track.py *= factor;
  track.pz *= factor;
  const double mass = track_mass(track_kind(p.pid));
  const double longitudinal = track.pz;
  track.e = std::sqrt(pt * pt + longitudinal * longitudinal + mass * mass);
  track.kaons = 0;
  return track;
}

}  // namespace

double TrackerDetector::efficiency(TrackKind kind, double pt, double eta) const {
  const TrackEfficiencyCard& c = card_.efficiency;
  const bool electron = kind == TrackKind::electron, muon = kind == TrackKind::muon;
  const auto& edges = electron ? c.electron_pt_edges : muon ? c.muon_pt_edges : c.hadron_pt_edges;
  const auto& table = electron ? c.electron : muon ? c.muon : c.hadron;
  const std::size_t region = eta_region(c.eta_edges, eta);
  // Bins are (edge, next edge]: a pt on an edge belongs to the bin below it.
  const auto above = std::lower_bound(edges.begin(), edges.end(), pt);
  if (region >= c.eta_edges.size() || above == edges.begin()) return 0.0;
  const std::size_t bin = static_cast<std::size_t>(above - edges.begin()) - 1;
  const double value = table[region * edges.size() + bin];
  if (muon && pt > c.muon_falloff_pt) return value * std::exp(0.5 - pt * c.muon_falloff);
  return value;
}

double TrackerDetector::resolution(TrackKind kind, double pt, double eta) const {
  const TrackResolutionCard& c = card_.resolution;
  const bool electron = kind == TrackKind::electron, muon = kind == TrackKind::muon;
  const std::size_t region = std::min(eta_region(c.eta_edges, eta), c.eta_edges.size() - 1);
  const double a = (electron ? c.electron_a : muon ? c.muon_a : c.hadron_a)[region];
  const double b = (electron ? c.electron_b : muon ? c.muon_b : c.hadron_b)[region] * pt;
  return std::sqrt(a * a + b * b);
}

void TrackerDetector::propagate_all(std::span<const Particle> particles, std::vector<Exit>& exits) const {
  exits.assign(particles.size(), {});
  for (std::size_t i = 0; i < particles.size(); ++i) {
    if (particles[i].charge == 0) continue;
    const auto point = propagate(particles[i], card_.solenoid);
    if (point) exits[i] = {true, particles[i].pt(), point->eta(), point->phi()};
  }
}

void TrackerDetector::measure(std::span<const Particle> particles, std::span<const Exit> exits,
                              RandomStream& stream, std::vector<Track>& tracks) const {
  tracks.clear();
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const auto [reached, pt, eta, phi] = exits[i];
    if (!reached || particles[i].charge == 0) continue;
    const TrackKind kind = track_kind(particles[i].pid);
    if (!(stream.uniform() < efficiency(kind, pt, eta))) continue;
    const double width = resolution(kind, pt, eta);
    const double new_pt = log_normal(pt, width, stream.normal());
    tracks.push_back({smeared(particles[i], new_pt, new_pt / pt), eta, phi, width});
  }
}

void TrackerDetector::respond(std::span<const Particle> particles, std::span<const Exit> exits,
                              RandomStream& stream, Reconstruction& event) const {
  thread_local std::vector<Track> tracks;
  measure(particles, exits, stream, tracks);
  event.clear();
  for (const Track& track : tracks) {
    event.objects.push_back(track.particle);
    event.surface_eta.push_back(track.eta);
  }
}

ResponseInputs TrackerDetector::inputs(std::span<const Particle> particles,
                                       std::span<const Exit> exits) const {
  const TrackEfficiencyCard& c = card_.efficiency;
  const double hard_edge = c.hadron_pt_edges.size() > 1 ? c.hadron_pt_edges[1] : c.hadron_pt_edges[0];
  ResponseInputs in;
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const auto [reached, pt, eta, phi] = exits[i];
    const std::size_t region = eta_region(c.eta_edges, eta);
    if (!reached || particles[i].charge == 0 || !(pt > c.hadron_pt_edges.front()) ||
        region >= c.eta_edges.size())
      continue;
    const bool hard = pt > hard_edge;
    (region == 0 ? (hard ? in.barrel_hard : in.barrel_soft) : (hard ? in.endcap_hard : in.endcap_soft)) +=
        1.0;
    in.expected_tracks += efficiency(track_kind(particles[i].pid), pt, eta);
  }
  return in;
}

}  // namespace trueup::sim
