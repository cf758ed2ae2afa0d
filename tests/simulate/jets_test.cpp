// Jets of simple events, and what they are made of.
#include "simulate/jets.hpp"

#include <gtest/gtest.h>

#include <trueup/random.hpp>

namespace trueup::sim {
namespace {

Particle massless(double pt, double eta, double phi, int charge = 0, int kaons = 0) {
  Particle p;
  p.px = pt * std::cos(phi);
  p.py = pt * std::sin(phi);
  p.pz = pt * std::sinh(eta);
  p.e = pt * std::cosh(eta);
  p.charge = charge;
  p.kaons = kaons;
  return p;
}

TEST(Jets, TwoJetsWithTheirContents) {
  testing::internal::CaptureStdout();
  const auto finder = make_jet_finder({});
  std::vector<Jet> jets;
  finder->find(Particles{massless(20, 0.0, 0.1, 1), massless(10, 0.3, 0.0, -1, 1), massless(5, 0.1, 0.3),
                         massless(18, -1.0, 3.1), massless(0.5, 0.0, -1.5)},
               jets);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");  // no banner
  ASSERT_EQ(jets.size(), 2u);                             // the soft one at phi -1.5 is below min_pt
  EXPECT_EQ(jets[0].multiplicity, 3);
  EXPECT_EQ(jets[0].charged, 2);
  EXPECT_EQ(jets[0].kaons, 1);
  EXPECT_EQ(jets[1].multiplicity, 1);
  EXPECT_NEAR(jets[1].pt, 18.0, 1e-12);
  EXPECT_NEAR(jets[1].eta, -1.0, 1e-12);
  EXPECT_NEAR(jets[1].phi, 3.1, 1e-12);
  EXPECT_NEAR(jets[1].mass, 0.0, 1e-5);
}

TEST(Jets, MassOfAPair) {
  const auto finder = make_jet_finder({});
  std::vector<Jet> jets;
  finder->find(Particles{massless(20, 0.0, 0.0), massless(10, 0.4, 0.3)}, jets);
  ASSERT_EQ(jets.size(), 1u);
  // m² = 2 pt1 pt2 (cosh(deta) - cos(dphi))
  EXPECT_NEAR(jets[0].mass, std::sqrt(400.0 * (std::cosh(0.4) - std::cos(0.3))), 1e-9);
}

TEST(Jets, RadiusAndThreshold) {
  const Particles event{massless(20, 0.0, 0.0), massless(10, 0.6, 0.0)};
  std::vector<Jet> jets;
  make_jet_finder({"antikt", 0.8, 1.0})->find(event, jets);
  EXPECT_EQ(jets.size(), 1u);
  make_jet_finder({"antikt", 0.5, 1.0})->find(event, jets);
  EXPECT_EQ(jets.size(), 2u);
  make_jet_finder({"antikt", 0.5, 15.0})->find(event, jets);
  EXPECT_EQ(jets.size(), 1u);
  make_jet_finder({})->find(Particles{}, jets);
  EXPECT_TRUE(jets.empty());
}

/// Particles around a few axes, some along the beam, some at rest or with equal momenta.
Particles random_event(std::size_t n, RandomStream& random) {
  Particles event;
  const double axis_eta[3] = {random.uniform(-3.0, 3.0), random.uniform(-3.0, 3.0),
                              random.uniform(-3.0, 3.0)};
  const double axis_phi[3] = {random.uniform(-3.1, 3.1), random.uniform(-3.1, 3.1),
                              random.uniform(-3.1, 3.1)};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t axis = random.below(3);
    Particle p = massless(-5.0 * std::log(1.0 - random.uniform()), axis_eta[axis] + random.normal(),
                          axis_phi[axis] + random.normal(), static_cast<int>(random.below(3)) - 1,
                          static_cast<int>(random.below(2)));
    p.e = std::hypot(p.e, 0.14);
    event.push_back(p);
  }
  if (n > 10) event[3].px = event[3].py = 0.0;  // along the beam
  return event;
}

TEST(Jets, SmallEventsGetFastJetsJets) {
  RandomStream random(9, "jets test");
  std::vector<Jet> ours, theirs;
  std::size_t compared = 0;
  for (const char* algorithm : {"antikt", "kt", "cambridge"}) {
    for (const double radius : {0.3, 0.8, 1.5}) {
      const JetCard card{algorithm, radius, 0.5};
      const auto mixed = make_jet_finder(card), fastjet = make_fastjet_finder(card);
      for (std::size_t i = 0; i < 300; ++i) {
        const Particles event = random_event(1 + i % 120, random);
        mixed->find(event, ours);
        fastjet->find(event, theirs);
        ASSERT_EQ(ours.size(), theirs.size()) << algorithm << ", radius " << radius << ", event " << i;
        for (std::size_t j = 0; j < ours.size(); ++j, ++compared) {
          // Sums of momenta in the same order: rounding alone.
          EXPECT_NEAR(ours[j].pt, theirs[j].pt, 1e-10 * theirs[j].pt);
          EXPECT_NEAR(ours[j].eta, theirs[j].eta, 1e-9);
          EXPECT_NEAR(ours[j].phi, theirs[j].phi, 1e-9);
          EXPECT_NEAR(ours[j].mass, theirs[j].mass, 1e-5);
          EXPECT_EQ(ours[j].multiplicity, theirs[j].multiplicity);
          EXPECT_EQ(ours[j].charged, theirs[j].charged);
          EXPECT_EQ(ours[j].kaons, theirs[j].kaons);
        }
      }
    }
  }
  EXPECT_GT(compared, 10000u);
}

}  // namespace
}  // namespace trueup::sim
