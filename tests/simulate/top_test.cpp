// Reconstruction of top-quark pairs: the neutrino, which jet is which, and the masses.
#include "simulate/top.hpp"

#include <gtest/gtest.h>

#include <trueup/random.hpp>

namespace trueup::sim {
namespace {

TEST(Top, TheNeutrinoGivesTheWMass) {
  RandomStream stream(1, "top test", 0);
  int solved = 0;
  for (int i = 0; i < 2000; ++i) {
    const Momentum muon = momentum_from(stream.uniform(10.0, 100.0), stream.uniform(-2.4, 2.4),
                                        stream.uniform(-3.1, 3.1), 0.10566);
    const double px = 40.0 * stream.normal(), py = 40.0 * stream.normal();
    const auto neutrino = neutrino_from_w(muon, px, py);
    const double mt2 = 2.0 * (muon.pt() * std::hypot(px, py) - muon.px * px - muon.py * py);
    if (!neutrino) {
      EXPECT_GT(mt2, 0.999 * kWMass * kWMass);  // no solution above a transverse mass of the W
      continue;
    }
    ++solved;
    EXPECT_LT(mt2, 1.001 * kWMass * kWMass);
    EXPECT_NEAR((muon + *neutrino).mass(), kWMass, 1e-6);
    EXPECT_EQ(neutrino->px, px);
    EXPECT_NEAR(neutrino->mass(), 0.0, 1e-4);
  }
  EXPECT_GT(solved, 500);
}

TEST(Top, OfTwoNeutrinosTheOneWithLessPz) {
  // A true W: its neutrino solves the equation, and the solution is never steeper.
  RandomStream stream(2, "top test", 0);
  int right = 0, all = 0;
  for (int i = 0; i < 2000; ++i) {
    // W at rest, isotropic decay, then boosted along z and x.
    const double cos = stream.uniform(-1.0, 1.0), phi = stream.uniform(-3.1, 3.1), half = 0.5 * kWMass;
    const double sin = std::sqrt(1.0 - cos * cos);
    const auto boosted = [&](double sign) {
      Momentum p{sign * half * sin * std::cos(phi), sign * half * sin * std::sin(phi), sign * half * cos,
                 half};
      for (double* axis : {&p.pz, &p.px}) {
        const double gamma = 1.25, beta_gamma = 0.75, e = p.e;
        p.e = gamma * e + beta_gamma * *axis;
        *axis = gamma * *axis + beta_gamma * e;
      }
      return p;
    };
    const Momentum muon = boosted(1.0), neutrino = boosted(-1.0);
    const auto found = neutrino_from_w(muon, neutrino.px, neutrino.py);
    if (!found) continue;  // rounding at the edge
    ++all;
    EXPECT_LE(std::abs(found->pz), std::abs(neutrino.pz) + 1e-3);
    right += std::abs(found->pz - neutrino.pz) < 1e-3;
  }
  EXPECT_GT(all, 1990);
  EXPECT_GT(right, all / 2);
}

Jet jet_at(double pt, double eta, double phi, bool tagged, double mass = 0.0) {
  Jet jet;
  jet.pt = pt;
  jet.eta = eta;
  jet.phi = phi;
  jet.mass = mass;
  jet.tagged = tagged;
  return jet;
}

TEST(Top, JetsAreAssigned) {
  const Momentum muon = momentum_from(30.0, 0.0, 0.0, 0.10566);
  const Momentum neutrino = momentum_from(40.0, 0.3, 0.5, 0.0);
  // By falling pt: b far away, light, b far away, light, b close, light.
  const std::vector<Jet> jets{jet_at(90, 1.0, 3.0, true, 9), jet_at(80, -1.0, 2.0, false, 8),
                              jet_at(70, 2.0, -2.0, true),   jet_at(60, 0.5, -1.0, false),
                              jet_at(50, 0.2, 0.4, true, 5), jet_at(40, 0.0, 1.0, false)};
  const TopMasses m = top_masses(muon, 0.0, 0.0, neutrino, jets);
  EXPECT_TRUE(m.selected);
  const auto momentum = [&](std::size_t j) {
    return momentum_from(jets[j].pt, jets[j].eta, jets[j].phi, jets[j].mass);
  };
  EXPECT_NEAR(m.b1_muon_nu, (momentum(4) + muon + neutrino).mass(), 1e-9);
  EXPECT_NEAR(m.b2_muon_nu, (momentum(0) + muon + neutrino).mass(), 1e-9);
  EXPECT_NEAR(m.b1_jets, (momentum(4) + momentum(1) + momentum(3)).mass(), 1e-9);
  EXPECT_NEAR(m.b2_jets, (momentum(0) + momentum(1) + momentum(3)).mass(), 1e-9);
  EXPECT_NEAR(m.jets, (momentum(1) + momentum(3)).mass(), 1e-9);
}

TEST(Top, MassesByHand) {
  // All without mass and across the beam: m² of a set is the sum of 2 pt pt (1 − cos Δφ) over its pairs.
  const double pi = std::acos(-1.0);
  const Momentum muon = momentum_from(20.0, 0.0, 0.0, 0.0), neutrino = momentum_from(30.0, 0.0, pi / 2, 0.0);
  // j1 at φ = π, j2 at −π/2, b1 at 0 (beside the muon), b2 at π/2.
  const std::vector<Jet> jets{jet_at(100, 0.0, pi, false), jet_at(80, 0.0, pi / 2, true),
                              jet_at(60, 0.0, 0.0, true), jet_at(50, 0.0, -pi / 2, false)};
  const TopMasses m = top_masses(muon, 0.0, 0.0, neutrino, jets);
  EXPECT_NEAR(m.jets, std::sqrt(2.0 * 100 * 50), 1e-9);
  // b1 μ ν: b1 and μ are parallel, both at right angles to ν.
  EXPECT_NEAR(m.b1_muon_nu, std::sqrt(2.0 * (60 * 30 + 20 * 30)), 1e-9);
  // b2 μ ν: b2 and ν are parallel.
  EXPECT_NEAR(m.b2_muon_nu, std::sqrt(2.0 * (80 * 20 + 20 * 30)), 1e-9);
  // b1 j j: b1 and j1 back to back.
  EXPECT_NEAR(m.b1_jets, std::sqrt(4.0 * 60 * 100 + 2.0 * (60 * 50 + 100 * 50)), 1e-9);
  // b2 j j: b2 and j2 back to back.
  EXPECT_NEAR(m.b2_jets, std::sqrt(4.0 * 80 * 50 + 2.0 * (80 * 100 + 100 * 50)), 1e-9);
}

TEST(Top, TheNeutrinoByHand) {
  // A muon of 40 GeV across the beam, a neutrino of 30 GeV at right angles: E_ν = mW²/80, pz² = E_ν² − 900.
  const Momentum muon = momentum_from(40.0, 0.0, 0.0, 0.0);
  const auto neutrino = neutrino_from_w(muon, 0.0, 30.0);
  ASSERT_TRUE(neutrino.has_value());
  const double energy = kWMass * kWMass / 80.0;
  EXPECT_NEAR(neutrino->e, energy, 1e-9);
  EXPECT_NEAR(std::abs(neutrino->pz), std::sqrt(energy * energy - 900.0), 1e-9);
}

TEST(Top, WhatIsMissing) {
  const Momentum muon = momentum_from(30.0, 0.0, 0.0, 0.10566);
  std::vector<Jet> jets{jet_at(90, 1.0, 3.0, true), jet_at(80, -1.0, 2.0, false),
                        jet_at(70, 2.0, -2.0, true)};
  EXPECT_FALSE(top_masses(muon, 0.0, 0.0, std::nullopt, jets).selected);
  jets.push_back(jet_at(60, 0.5, -1.0, false));
  const TopMasses m = top_masses(muon, 0.0, 0.0, std::nullopt, jets);  // no neutrino: its masses are 0
  EXPECT_TRUE(m.selected);
  EXPECT_EQ(m.b1_muon_nu, 0.0);
  EXPECT_EQ(m.b2_muon_nu, 0.0);
  EXPECT_GT(m.b1_jets, 0.0);
  for (Jet& jet : jets) jet.tagged = true;
  EXPECT_FALSE(top_masses(muon, 0.0, 0.0, std::nullopt, jets).selected);
}

}  // namespace
}  // namespace trueup::sim
