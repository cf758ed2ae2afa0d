// Jets after clustering: scale, flavour, tag, and those that are leptons or photons.
#include "simulate/jet_response.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "simulate/jet_flavour.hpp"
#include "simulate/simulate_particles.hpp"

namespace trueup::sim {
namespace {

Jet jet_at(double pt, double eta, double phi, double mass = 0.0) {
  Jet jet;
  jet.pt = pt;
  jet.eta = eta;
  jet.phi = phi;
  jet.mass = mass;
  return jet;
}

Parton parton_at(int flavour, double pt, double eta, double phi) {
  return {flavour, pt * std::cos(phi), pt * std::sin(phi), pt * std::sinh(eta)};
}

int flavour_of(const Jet& jet, const std::vector<Parton>& partons) {
  std::vector<Jet> jets{jet};
  set_flavours(JetResponseCard{}, {{}, partons}, jets);
  return jets[0].flavour;
}

TEST(JetResponse, ScaleFollowsTheFormula) {
  const JetResponseCard card;
  EXPECT_DOUBLE_EQ(jet_scale(card, 25.0, 0.0), std::sqrt(2.5 * 2.5 / 25.0 + 1.0));
  EXPECT_DOUBLE_EQ(jet_scale(card, 100.0, -2.0), std::sqrt(2.2 * 2.2 / 100.0 + 1.0));
  std::vector<Jet> jets{jet_at(30.0, 4.0, 0.0, 5.0), jet_at(29.9, 0.0, 1.0, 4.0)};
  const double forward = jet_scale(card, 30.0, 4.0), central = jet_scale(card, 29.9, 0.0);
  scale_jets(card, jets);
  EXPECT_DOUBLE_EQ(jets[0].pt, 29.9 * central);  // overtakes
  EXPECT_DOUBLE_EQ(jets[0].mass, 4.0 * central);
  EXPECT_DOUBLE_EQ(jets[1].pt, 30.0 * forward);
  EXPECT_EQ(jets[0].phi, 1.0);
}

TEST(JetResponse, FlavourIsThatOfTheHeaviestPartonNearBy) {
  const Jet jet = jet_at(50.0, 1.0, 3.1);
  EXPECT_EQ(flavour_of(jet, {}), 0);
  EXPECT_EQ(flavour_of(jet, {parton_at(21, 20.0, 1.1, 3.0)}), 21);
  EXPECT_EQ(flavour_of(jet, {parton_at(21, 20.0, 1.1, 3.0), parton_at(1, 2.0, 1.0, 3.0)}), 1);
  EXPECT_EQ(flavour_of(jet, {parton_at(5, 2.0, 1.1, 3.0), parton_at(4, 40.0, 1.0, 3.1)}), 5);
  EXPECT_EQ(flavour_of(jet, {parton_at(4, 2.0, 1.0, -3.1)}), 4);   // across the cut in phi
  EXPECT_EQ(flavour_of(jet, {parton_at(5, 20.0, 1.51, 3.1)}), 0);  // too far
  EXPECT_EQ(flavour_of(jet, {parton_at(5, 0.99, 1.0, 3.1)}), 0);   // too soft
  EXPECT_EQ(flavour_of(jet_at(50.0, 2.4, 0.0), {parton_at(5, 20.0, 2.51, 0.0)}), 0);
  EXPECT_EQ(flavour_of(jet_at(50.0, 2.4, 0.0), {parton_at(5, 20.0, 2.49, 0.0)}), 5);
}

TEST(JetResponse, TagFormulas) {
  const JetResponseCard card;
  EXPECT_DOUBLE_EQ(tag_probability(card, 5, 80.0, 0.0),
                   0.85 * std::tanh(0.0025 * 80.0) * 25.0 / (1.0 + 0.063 * 80.0));
  EXPECT_DOUBLE_EQ(tag_probability(card, 4, 80.0, 0.0),
                   0.25 * std::tanh(0.018 * 80.0) / (1.0 + 0.0013 * 80.0));
  for (const int light : {0, 1, 2, 3, 21})
    EXPECT_DOUBLE_EQ(tag_probability(card, light, 80.0, 0.0), 0.01 + 3.8e-5 * 80.0);
  EXPECT_EQ(tag_probability(card, 5, 80.0, 2.51), 0.0);
  EXPECT_LE(tag_probability(card, 0, 1e6, 0.0), 1.0);
  JetResponseCard truth;
  truth.tag = "truth";
  EXPECT_EQ(tag_probability(truth, 5, 80.0, 2.5), 1.0);
  EXPECT_EQ(tag_probability(truth, 5, 80.0, 2.6), 0.0);
  EXPECT_EQ(tag_probability(truth, 4, 80.0, 0.0), 0.0);
}

TEST(JetResponse, TaggedAsOftenAsTheFormulaSays) {
  const JetResponseCard card;
  const int n = 20000;
  for (const int flavour : {5, 4, 21}) {
    double tagged = 0.0;
    for (int i = 0; i < n; ++i) {
      std::vector<Jet> jets{jet_at(100.0, 1.0, 0.0)};
      jets[0].flavour = flavour;
      RandomStream stream(4, "tag test", static_cast<std::uint64_t>(i));
      tag_jets(card, &stream, jets);
      tagged += jets[0].tagged;
    }
    const double p = tag_probability(card, flavour, 100.0, 1.0);
    EXPECT_NEAR(tagged / n, p, 4.0 * std::sqrt(p * (1.0 - p) / n)) << flavour;
  }
}

TEST(JetResponse, WithoutAStreamTheFlavourDecides) {
  std::vector<Jet> jets{jet_at(100.0, 1.0, 0.0), jet_at(90.0, 1.0, 2.0), jet_at(80.0, 2.6, 2.0)};
  jets[0].flavour = jets[2].flavour = 5;
  tag_jets(JetResponseCard{}, nullptr, jets);
  EXPECT_TRUE(jets[0].tagged);
  EXPECT_FALSE(jets[1].tagged);
  EXPECT_FALSE(jets[2].tagged);
}

TEST(JetResponse, JetsThatHoldAnIsolatedLeptonAreTakenOut) {
  Reconstruction event;
  event.objects = {massless(30.0, 0.0, 0.0, 1), massless(40.0, 0.1, 0.1), massless(50.0, 0.0, 2.0)};
  Candidate muon;
  muon.object = 0;
  const auto finder = make_jet_finder({"antikt", 0.4, 20.0});
  std::vector<Jet> jets;
  const auto left = [&](bool isolated) {
    finder->find(event.objects, jets);
    muon.isolated = isolated;
    event.muons = {muon};
    // Scaling may change the order: each jet still knows its constituents.
    std::reverse(jets.begin(), jets.end());
    remove_overlaps(event, *finder, jets);
    return jets.size();
  };
  EXPECT_EQ(left(false), 2u);
  ASSERT_EQ(left(true), 1u);
  EXPECT_NEAR(jets[0].phi, 2.0, 1e-9);
}

}  // namespace
}  // namespace trueup::sim
