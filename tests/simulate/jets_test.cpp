// Jets of simple events, and what they are made of.
#include "simulate/jets.hpp"

#include <gtest/gtest.h>

#include <set>

#include "simulate_particles.hpp"

namespace trueup::sim {
namespace {

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
  const auto first = finder->constituents(0), second = finder->constituents(1);
  EXPECT_EQ(std::set<std::uint32_t>(first.begin(), first.end()), (std::set<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(std::vector<std::uint32_t>(second.begin(), second.end()), std::vector<std::uint32_t>{3});
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

}  // namespace
}  // namespace trueup::sim
