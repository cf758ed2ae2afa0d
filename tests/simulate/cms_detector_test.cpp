// The CMS-like detector: single particles, whole events, conservation of energy without smearing.
#include "simulate/cms_detector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numbers>

#include "simulate/collider_summary.hpp"
#include "simulate/helix.hpp"
#include "simulate/kinematics.hpp"
#include "simulate/simulate_particles.hpp"

namespace trueup::sim {
namespace {

DetectorCard cms() {
  DetectorCard card;
  card.type = "cms";
  return card;
}

/// Every particle is seen, nothing is smeared but the towers' centres.
DetectorCard perfect() {
  DetectorCard card = cms();
  for (auto* values : {&card.efficiency.hadron, &card.efficiency.electron, &card.efficiency.muon})
    std::fill(values->begin(), values->end(), 1.0);
  TrackResolutionCard& r = card.resolution;
  for (auto* values : {&r.hadron_a, &r.hadron_b, &r.electron_a, &r.electron_b, &r.muon_a, &r.muon_b})
    std::fill(values->begin(), values->end(), 0.0);
  for (CalorimeterCard* c : {&card.ecal, &card.hcal}) {
    for (auto* values : {&c->resolution.constant, &c->resolution.stochastic, &c->resolution.noise})
      std::fill(values->begin(), values->end(), 0.0);
    c->min_energy = 1e-6;
    c->min_significance = 0.0;
  }
  return card;
}

Reconstruction respond(const DetectorCard& card, const Particles& particles, std::uint64_t number = 0) {
  const auto detector = make_detector(card);
  std::vector<Exit> exits;
  detector->propagate_all(particles, exits);
  RandomStream stream(1, "cms test", number);
  Reconstruction event;
  detector->respond(particles, exits, stream, event);
  return event;
}

Particle particle(int pid, double pt, double eta, double phi) {
  const int id = std::abs(pid);
  const bool charged = id == 11 || id == 13 || id == 211 || id == 2212;
  // Leptons of positive number are negative.
  const int sign = (pid > 0) != (id == 11 || id == 13) ? 1 : -1;
  Particle p = massless(pt, eta, phi, charged ? sign : 0);
  p.pid = pid;
  if (id == 211) p.e = std::hypot(p.e, 0.13957039);  // as the tracker takes it
  if (id == 13) p.e = std::hypot(p.e, 0.1056583755);
  return p;
}

double energy_of(const Particles& objects) {
  double sum = 0.0;
  for (const Particle& p : objects) sum += p.e;
  return sum;
}

TEST(CmsDetector, PerfectDetectorKeepsTheEnergy) {
  RandomStream draw(7, "cms test", 0);
  Particles particles;
  double in = 0.0;
  const int pids[] = {22, 211, -211, 130, 2112, 22, 211, -11, 13};
  for (int i = 0; i < 400; ++i) {
    const Particle p = particle(pids[i % 9], draw.uniform(1.0, 20.0), draw.uniform(-2.3, 2.3),
                                draw.uniform(-std::numbers::pi, std::numbers::pi));
    particles.push_back(p);
    in += p.e;
  }
  const Reconstruction event = respond(perfect(), particles);
  // Tracks: their particles. Neutral objects: what towers hold beyond the tracks, so nothing is counted twice or lost.
  EXPECT_NEAR(energy_of(event.objects), in, 1e-6 * in);
  ASSERT_EQ(event.objects.size(), event.surface_eta.size());
  double charged = 0.0;
  for (const Particle& p : event.objects) {
    charged += p.charge != 0;
    EXPECT_TRUE(p.charge != 0 || p.pid == 22 || p.pid == 130);
  }
  EXPECT_EQ(charged, 44 * 5 + 2);  // 44 rounds of nine, then γ π+ π− K0L
}

TEST(CmsDetector, SingleParticles) {
  const auto only = [](int pid, double pt, double eta) {
    const Reconstruction event = respond(perfect(), {particle(pid, pt, eta, 0.3)});
    EXPECT_EQ(event.objects.size(), 1u) << pid;
    return event.objects.at(0);
  };
  EXPECT_EQ(only(22, 30.0, 0.5).pid, 22);
  EXPECT_EQ(only(130, 30.0, 0.5).pid, 130);
  EXPECT_EQ(only(2112, 30.0, -2.0).pid, 130);  // neutral hadrons look alike
  EXPECT_EQ(only(211, 30.0, 0.5).pid, 211);
  EXPECT_EQ(only(-11, 30.0, 0.5).pid, -11);
  EXPECT_EQ(only(13, 30.0, 0.5).pid, 13);
  EXPECT_EQ(only(211, 30.0, 3.5).pid, 130);  // beyond the tracker: a charged pion is a hadron without track
  EXPECT_EQ(only(11, 30.0, 3.5).pid, 22);
  EXPECT_TRUE(respond(perfect(), {particle(13, 30.0, 3.5, 0.3)}).objects.empty());
  EXPECT_TRUE(respond(perfect(), {particle(22, 30.0, 5.2, 0.3)}).objects.empty());
}

TEST(CmsDetector, ALostTrackIsANeutralHadron) {
  DetectorCard card = perfect();
  std::fill(card.efficiency.hadron.begin(), card.efficiency.hadron.end(), 0.0);
  const Reconstruction event = respond(card, {particle(211, 30.0, 0.5, 0.3)});
  ASSERT_EQ(event.objects.size(), 1u);
  EXPECT_EQ(event.objects[0].pid, 130);
  EXPECT_NEAR(event.objects[0].e, particle(211, 30.0, 0.5, 0.3).e, 1e-9);
  // At the place where the bent track hit the calorimeter.
  const auto point = propagate(particle(211, 30.0, 0.5, 0.3), card.solenoid);
  EXPECT_NEAR(event.surface_eta[0], point->eta(), 0.087);
  EXPECT_NEAR(delta_phi(std::atan2(event.objects[0].py, event.objects[0].px), point->phi()), 0.0,
              2.0 * std::numbers::pi / 72.0);
}

TEST(CmsDetector, WhatDecaysOutsideIsNotSeen) {
  Particle p = particle(22, 30.0, 0.5, 0.3);
  p.x = 1300.0;
  EXPECT_TRUE(respond(perfect(), {p}).objects.empty());
}

TEST(CmsDetector, MissingMomentumIsMinusTheSum) {
  const Reconstruction event =
      respond(perfect(), {particle(13, 50.0, 0.1, 0.0), particle(22, 30.0, 0.4, std::numbers::pi)});
  const Transverse missing = missing_of(event.objects);
  EXPECT_NEAR(missing.px, -20.0, 0.3);  // the photon points at a place in its tower
  EXPECT_NEAR(missing.py, 0.0, 30.0 * 0.0175);
}

TEST(CmsDetector, PhotonResolution) {
  // 50 GeV photons in the barrel: all in one tower, whose log-normal width is the formula's.
  const Calorimeter ecal(default_ecal());
  const double eta = 0.4;
  Particle p = particle(22, 50.0 / std::cosh(eta), eta, 0.3);
  const int n = 5000;
  double sum = 0.0, square = 0.0;
  for (int i = 0; i < n; ++i) {
    const Reconstruction event = respond(cms(), {p}, static_cast<std::uint64_t>(i));
    ASSERT_EQ(event.objects.size(), 1u);
    sum += event.objects[0].e;
    square += event.objects[0].e * event.objects[0].e;
  }
  const double mean = sum / n, sigma = ecal.resolution(50.0, eta);
  EXPECT_NEAR(mean, 50.0, 4.0 * sigma / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(square / n - mean * mean), sigma, 0.05 * sigma);
}

TEST(CmsDetector, SameStreamSameEvent) {
  Particles particles;
  for (int i = 0; i < 60; ++i)
    particles.push_back(particle(i % 3 == 0 ? 22 : 211, 1.0 + i, 0.03 * i, 0.1 * i - 3.0));
  const Reconstruction a = respond(cms(), particles, 3), b = respond(cms(), particles, 3),
                       c = respond(cms(), particles, 4);
  ASSERT_EQ(a.objects.size(), b.objects.size());
  for (std::size_t i = 0; i < a.objects.size(); ++i) EXPECT_EQ(a.objects[i].px, b.objects[i].px);
  EXPECT_NE(a.objects[0].px, c.objects[0].px);
}

}  // namespace
}  // namespace trueup::sim
