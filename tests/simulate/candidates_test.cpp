// Electrons, muons and photons: efficiencies against the card, isolation on events made by hand.
#include "simulate/candidates.hpp"

#include <gtest/gtest.h>

#include "simulate/simulate_particles.hpp"

namespace trueup::sim {
namespace {

DetectorCard cms() {
  DetectorCard card;
  card.type = "cms";
  return card;
}

Particle object(int pid, double pt, double eta, double phi) {
  Particle p = massless(pt, eta, phi, pid == 22 || pid == 130 ? 0 : pid == 211 || pid < 0 ? 1 : -1);
  p.pid = pid;
  return p;
}

Reconstruction event_of(const Particles& objects) {
  Reconstruction event;
  event.objects = objects;
  for (const Particle& p : objects) event.surface_eta.push_back(pseudorapidity(p.pt(), p.pz));
  return event;
}

TEST(Candidates, EfficiencyTable) {
  const DetectorCard card = cms();
  for (const auto kind : {CandidateKind::electron, CandidateKind::photon}) {
    const ObjectCard& c = object_card(card, kind);
    EXPECT_EQ(object_efficiency(c, 10.0, 0.0), 0.0);
    EXPECT_EQ(object_efficiency(c, 10.1, -1.5), 0.95);
    EXPECT_EQ(object_efficiency(c, 10.1, 1.51), 0.85);
    EXPECT_EQ(object_efficiency(c, 500.0, -2.5), 0.85);
    EXPECT_EQ(object_efficiency(c, 500.0, 2.51), 0.0);
  }
  const ObjectCard& muon = object_card(card, CandidateKind::muon);
  EXPECT_EQ(object_efficiency(muon, 20.0, 2.4), 0.95);
  EXPECT_EQ(object_efficiency(muon, 20.0, -2.41), 0.0);
  EXPECT_EQ(object_efficiency(muon, 9.9, 0.0), 0.0);
}

TEST(Candidates, FoundAsOftenAsTheCardSays) {
  const DetectorCard card = cms();
  Reconstruction event =
      event_of({object(13, 50.0, 0.5, 0.0), object(11, 50.0, 2.0, 2.0), object(22, 50.0, 0.2, -2.0)});
  const int n = 20000;
  double muons = 0.0, electrons = 0.0, photons = 0.0;
  for (int i = 0; i < n; ++i) {
    RandomStream stream(3, "candidates test", static_cast<std::uint64_t>(i));
    find_candidates(card, &stream, event);
    muons += static_cast<double>(event.muons.size());
    electrons += static_cast<double>(event.electrons.size());
    photons += static_cast<double>(event.photons.size());
  }
  const auto error = [&](double p) { return 4.0 * std::sqrt(p * (1.0 - p) / n); };
  EXPECT_NEAR(muons / n, 0.95, error(0.95));
  EXPECT_NEAR(electrons / n, 0.85, error(0.85));
  EXPECT_NEAR(photons / n, 0.95, error(0.95));
}

TEST(Candidates, WithoutAStreamAllInTheAcceptanceAreFound) {
  Reconstruction event =
      event_of({object(13, 20.0, 0.5, 0.0), object(-13, 40.0, 0.5, 3.0), object(13, 9.0, 0.0, 1.0),
                object(13, 50.0, 2.45, 1.0), object(211, 90.0, 0.0, -2.0)});
  find_candidates(cms(), nullptr, event);
  ASSERT_EQ(event.muons.size(), 2u);
  EXPECT_NEAR(event.muons[0].pt, 40.0, 1e-9);  // hardest first
  EXPECT_EQ(event.muons[0].object, 1u);
  EXPECT_EQ(event.muons[0].pid, -13);
  EXPECT_EQ(event.muons[1].object, 0u);
  EXPECT_TRUE(event.electrons.empty());
}

double isolation_with(const Particle& neighbour, bool* isolated = nullptr) {
  Reconstruction event = event_of({object(13, 40.0, 0.5, 3.1), neighbour});
  find_candidates(cms(), nullptr, event);
  if (isolated != nullptr) *isolated = event.muons.at(0).isolated;
  return event.muons.at(0).isolation;
}

TEST(Candidates, IsolationCountsNeighbours) {
  bool isolated = false;
  EXPECT_NEAR(isolation_with(object(211, 8.0, 0.8, 3.1), &isolated), 0.2, 1e-12);
  EXPECT_TRUE(isolated);
  EXPECT_NEAR(isolation_with(object(130, 12.0, 0.8, 3.1), &isolated), 0.3, 1e-12);
  EXPECT_FALSE(isolated);
  EXPECT_NEAR(isolation_with(object(22, 8.0, 0.5, -3.1)), 0.2, 1e-12);  // across the cut in phi
  EXPECT_EQ(isolation_with(object(211, 8.0, 1.01, 3.1)), 0.0);          // too far
  EXPECT_EQ(isolation_with(object(211, 0.5, 0.6, 3.1)), 0.0);           // too soft
  EXPECT_EQ(isolation_with(object(11, 8.0, 0.6, 3.1)), 0.0);            // electrons and muons do not count
  EXPECT_EQ(isolation_with(object(-13, 8.0, 0.6, 3.1)), 0.0);
}

TEST(Candidates, EachKindHasItsLimit) {
  const auto isolated = [](int pid, double neighbour) {
    Reconstruction event = event_of({object(pid, 100.0, 0.5, 0.0), object(211, neighbour, 0.6, 0.0)});
    find_candidates(cms(), nullptr, event);
    const auto& list = pid == 13 ? event.muons : pid == 11 ? event.electrons : event.photons;
    return list.at(0).isolated;
  };
  EXPECT_TRUE(isolated(13, 24.9));
  EXPECT_FALSE(isolated(13, 25.1));
  EXPECT_TRUE(isolated(11, 11.9));
  EXPECT_FALSE(isolated(11, 12.1));
  EXPECT_TRUE(isolated(22, 11.9));
  EXPECT_FALSE(isolated(22, 12.1));
}

}  // namespace
}  // namespace trueup::sim
