// The tracker's efficiency and resolution: the formulas' values, and samples of tracks against them.
#include "simulate/tracker.hpp"

#include <gtest/gtest.h>

#include "simulate/helix.hpp"

namespace trueup::sim {
namespace {

DetectorCard tracker_card() {
  DetectorCard card;
  card.type = "tracker";
  return card;
}

void respond(const Detector& detector, std::span<const Particle> particles, RandomStream& stream,
             Particles& objects) {
  std::vector<Exit> exits;
  detector.propagate_all(particles, exits);
  Reconstruction event;
  detector.respond(particles, exits, stream, event);
  objects = event.objects;
}

ResponseInputs inputs(const Detector& detector, std::span<const Particle> particles) {
  std::vector<Exit> exits;
  detector.propagate_all(particles, exits);
  return detector.inputs(particles, exits);
}

TEST(Tracker, EfficiencyTable) {
  const TrackerDetector d(tracker_card());
  const auto h = TrackKind::hadron, e = TrackKind::electron, m = TrackKind::muon;
  EXPECT_EQ(d.efficiency(h, 0.1, 0.0), 0.0);
  EXPECT_EQ(d.efficiency(h, 0.11, 0.0), 0.70);
  EXPECT_EQ(d.efficiency(h, 1.0, -1.5), 0.70);
  EXPECT_EQ(d.efficiency(h, 1.01, 1.5), 0.95);
  EXPECT_EQ(d.efficiency(h, 0.5, -1.51), 0.60);
  EXPECT_EQ(d.efficiency(h, 50.0, 2.5), 0.85);
  EXPECT_EQ(d.efficiency(h, 50.0, 2.51), 0.0);
  EXPECT_EQ(d.efficiency(e, 0.5, 0.3), 0.73);
  EXPECT_EQ(d.efficiency(e, 100.0, 0.3), 0.95);
  EXPECT_EQ(d.efficiency(e, 100.1, 0.3), 0.99);
  EXPECT_EQ(d.efficiency(e, 0.5, 2.0), 0.50);
  EXPECT_EQ(d.efficiency(e, 5.0, 2.0), 0.83);
  EXPECT_EQ(d.efficiency(e, 500.0, 2.0), 0.90);
  EXPECT_EQ(d.efficiency(m, 0.5, 0.3), 0.75);
  EXPECT_EQ(d.efficiency(m, 1000.0, 0.3), 0.99);
  EXPECT_DOUBLE_EQ(d.efficiency(m, 2000.0, 2.0), 0.98 * std::exp(0.5 - 1.0));
}

TEST(Tracker, ResolutionTable) {
  const TrackerDetector d(tracker_card());
  EXPECT_DOUBLE_EQ(d.resolution(TrackKind::hadron, 10.0, 0.5), std::hypot(0.06, 0.013));
  EXPECT_DOUBLE_EQ(d.resolution(TrackKind::hadron, 10.0, -0.51), std::hypot(0.10, 0.017));
  EXPECT_DOUBLE_EQ(d.resolution(TrackKind::electron, 10.0, 2.0), std::hypot(0.15, 0.031));
  EXPECT_DOUBLE_EQ(d.resolution(TrackKind::muon, 100.0, 1.0), std::hypot(0.015, 0.015));
}

Particle track_from_centre(int pid, double pt, double eta) {
  Particle p;
  p.pid = pid;
  p.charge = 1;
  p.px = pt;
  p.pz = pt * std::sinh(eta);
  p.e = std::hypot(p.px, p.pz);
  return p;
}

/// 20,000 copies of a particle through the tracker: found fraction, mean and width of pt, against the formulas at the
/// point where it leaves the field.
void check_sample(int pid, double pt, double eta) {
  const DetectorCard card = tracker_card();
  const TrackerDetector detector(card);
  const Particle p = track_from_centre(pid, pt, eta);
  const double surface_eta = propagate(p, card.solenoid)->eta();
  const double efficiency = detector.efficiency(track_kind(pid), pt, surface_eta);
  const double width = detector.resolution(track_kind(pid), pt, surface_eta);
  const int n = 20000;
  Particles objects;
  double found = 0.0, sum = 0.0, square = 0.0;
  for (int event = 0; event < n; ++event) {
    RandomStream stream(3, "tracker test", static_cast<std::uint64_t>(event));
    respond(detector, std::span(&p, 1), stream, objects);
    for (const Particle& track : objects) {
      const double ratio = track.pt() / pt;
      found += 1.0;
      sum += ratio;
      square += ratio * ratio;
      EXPECT_NEAR(track.pz / track.pt(), p.pz / p.pt(), 1e-9);  // directions are not smeared
    }
  }
  const double binomial = std::sqrt(efficiency * (1.0 - efficiency) / n);
  EXPECT_NEAR(found / n, efficiency, 4.0 * binomial) << "pid " << pid << " pt " << pt << " eta " << eta;
  const double mean = sum / found, sigma = std::sqrt(square / found - mean * mean);
  EXPECT_NEAR(mean, 1.0, 4.0 * width / std::sqrt(found));
  EXPECT_NEAR(sigma, width, 0.04 * width);  // error of a standard deviation, tails of the log-normal included
}

TEST(Tracker, SamplesFollowTheFormulas) {
  check_sample(211, 0.5, 0.2);  // curls: meets the end cap
  check_sample(211, 0.9, 0.2);
  check_sample(321, 5.0, 0.2);
  check_sample(211, 20.0, 1.2);
  check_sample(2212, 3.0, 2.0);
  check_sample(-11, 8.0, 0.4);
  check_sample(-13, 30.0, 2.2);
}

TEST(Tracker, CurlingTracksAreOftenLost) {
  const DetectorCard card = tracker_card();
  const TrackerDetector detector(card);
  const Particle curling = track_from_centre(211, 0.3, 0.1);  // meets the end cap near the beam, |eta| > 2.5
  EXPECT_GT(std::abs(propagate(curling, card.solenoid)->eta()), 2.5);
  const ResponseInputs in = inputs(detector, std::span(&curling, 1));
  EXPECT_EQ(in.expected_tracks, 0.0);
  EXPECT_EQ(in.endcap_soft + in.barrel_soft, 0.0);
}

TEST(Tracker, InputsCountByRegion) {
  const TrackerDetector detector(tracker_card());
  Particles particles{track_from_centre(211, 5.0, 0.0), track_from_centre(211, 0.9, 0.0),
                      track_from_centre(211, 5.0, 2.0), track_from_centre(211, 0.9, 2.0),
                      track_from_centre(211, 5.0, 3.0)};
  Particle photon = track_from_centre(22, 5.0, 0.0);
  photon.charge = 0;
  particles.push_back(photon);
  const ResponseInputs in = inputs(detector, particles);
  EXPECT_EQ(in.barrel_hard, 1.0);
  EXPECT_EQ(in.barrel_soft, 1.0);
  EXPECT_EQ(in.endcap_hard, 1.0);
  EXPECT_EQ(in.endcap_soft, 1.0);
  EXPECT_DOUBLE_EQ(in.expected_tracks, 0.95 + 0.70 + 0.85 + 0.60);
}

TEST(Tracker, SameStreamSameTracks) {
  const TrackerDetector detector(tracker_card());
  const Particles particles(50, track_from_centre(211, 2.0, 0.3));
  Particles first, second;
  RandomStream a(7, "detector", 11), b(7, "detector", 11), c(7, "detector", 12);
  respond(detector, particles, a, first);
  respond(detector, particles, b, second);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].px, second[i].px);
  respond(detector, particles, c, second);
  EXPECT_NE(first[0].px, second[0].px);
}

}  // namespace
}  // namespace trueup::sim
