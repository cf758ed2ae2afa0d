// Energy flow on events made by hand: which excess over the tracks becomes a neutral particle.
#include "simulate/energy_flow.hpp"

#include <gtest/gtest.h>

#include "simulate/simulate_particles.hpp"

namespace trueup::sim {
namespace {

Tower tower_at(const Calorimeter& c, double eta, double phi, double energy, double sigma) {
  return {c.grid().tower(eta, phi), energy, energy, sigma, eta, phi};
}

Track track_at(int pid, double energy, double eta, double phi, double resolution) {
  Track track{massless(energy / std::cosh(eta), eta, phi, 1), eta, phi, resolution};
  track.particle.pid = pid;
  return track;
}

Reconstruction flow(const Calorimeter& c, const std::vector<Tower>& towers,
                    const std::vector<Track>& tracks) {
  Reconstruction event;
  add_excess(c, towers, tracks, 130, event);
  return event;
}

class EnergyFlow : public testing::Test {
 protected:
  Calorimeter hcal_{default_hcal()}, ecal_{default_ecal()};
};

TEST_F(EnergyFlow, ATowerWithoutTracksIsANeutralParticle) {
  const Reconstruction event = flow(hcal_, {tower_at(hcal_, 0.5, 1.0, 20.0, 3.0)}, {});
  ASSERT_EQ(event.objects.size(), 1u);
  const Particle& p = event.objects[0];
  EXPECT_EQ(p.pid, 130);
  EXPECT_EQ(p.charge, 0);
  EXPECT_DOUBLE_EQ(p.e, 20.0);
  EXPECT_NEAR(p.pt(), 20.0 / std::cosh(0.5), 1e-12);
  EXPECT_NEAR(pseudorapidity(p.pt(), p.pz), 0.5, 1e-12);
  EXPECT_NEAR(std::atan2(p.py, p.px), 1.0, 1e-12);
  EXPECT_NEAR(p.px * p.px + p.py * p.py + p.pz * p.pz, p.e * p.e, 1e-9);  // massless
  EXPECT_EQ(event.surface_eta, std::vector<double>{0.5});
}

TEST_F(EnergyFlow, TracksTakeTheirEnergyAway) {
  const std::vector<Tower> towers{tower_at(hcal_, 0.5, 1.0, 20.0, 3.0)};
  const Reconstruction event = flow(hcal_, towers,
                                    {track_at(211, 5.0, 0.5, 1.0, 0.1), track_at(-321, 4.0, 0.5, 1.0, 0.1),
                                     track_at(211, 9.0, 0.5, -2.0, 0.1)});  // another tower's
  ASSERT_EQ(event.objects.size(), 1u);
  EXPECT_NEAR(event.objects[0].e, 11.0, 1e-12);
}

TEST_F(EnergyFlow, ExcessMustBeSignificant) {
  const std::vector<Tower> towers{tower_at(hcal_, 0.5, 1.0, 20.0, 3.0)};
  // sqrt(3² + (0.1·16)²) = 3.4 against a significance of 1.
  EXPECT_EQ(flow(hcal_, towers, {track_at(211, 16.0, 0.5, 1.0, 0.1)}).objects.size(), 1u);
  EXPECT_EQ(flow(hcal_, towers, {track_at(211, 17.0, 0.5, 1.0, 0.1)}).objects.size(), 0u);
  // The same excess is lost in the resolution of a badly measured track.
  EXPECT_EQ(flow(hcal_, towers, {track_at(211, 16.0, 0.5, 1.0, 0.3)}).objects.size(), 0u);
  EXPECT_EQ(flow(hcal_, towers, {track_at(211, 25.0, 0.5, 1.0, 0.1)}).objects.size(), 0u);
}

TEST_F(EnergyFlow, ExcessMustBeAboveTheThreshold) {
  EXPECT_EQ(flow(hcal_, {tower_at(hcal_, 0.5, 1.0, 10.0, 0.01)}, {track_at(211, 9.1, 0.5, 1.0, 0.0)})
                .objects.size(),
            0u);
  EXPECT_EQ(flow(hcal_, {tower_at(hcal_, 0.5, 1.0, 10.0, 0.01)}, {track_at(211, 8.9, 0.5, 1.0, 0.0)})
                .objects.size(),
            1u);
}

TEST_F(EnergyFlow, OnlyTracksThatLeaveEnergyCount) {
  const auto left = [&](const Calorimeter& c, int pid) {
    const Reconstruction e =
        flow(c, {tower_at(c, 0.5, 1.0, 50.0, 1.0)}, {track_at(pid, 20.0, 0.5, 1.0, 0.01)});
    return e.objects.at(0).e;
  };
  EXPECT_DOUBLE_EQ(left(ecal_, 211), 50.0);
  EXPECT_DOUBLE_EQ(left(ecal_, 11), 30.0);
  EXPECT_DOUBLE_EQ(left(ecal_, 13), 50.0);
  EXPECT_DOUBLE_EQ(left(hcal_, 11), 50.0);
  EXPECT_DOUBLE_EQ(left(hcal_, -211), 30.0);
  EXPECT_DOUBLE_EQ(left(hcal_, 13), 50.0);
}

TEST_F(EnergyFlow, EmptyTowersAndTracksBeyondTheGrid) {
  EXPECT_TRUE(flow(hcal_, {tower_at(hcal_, 0.5, 1.0, 0.0, 0.0)}, {}).objects.empty());
  EXPECT_TRUE(flow(hcal_, {}, {track_at(211, 20.0, 0.5, 1.0, 0.1), track_at(211, 1.0, 7.0, 0.0, 0.1)})
                  .objects.empty());
}

}  // namespace
}  // namespace trueup::sim
