// Thrust of known configurations, and against brute force.
#include "simulate/thrust.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include <trueup/random.hpp>

namespace trueup::sim {
namespace {

Particle at(double x, double y, double z, int charge = 0) {
  Particle p;
  p.px = x;
  p.py = y;
  p.pz = z;
  p.e = std::sqrt(x * x + y * y + z * z);
  p.charge = charge;
  return p;
}

/// All 2^(N-1) choices of sides.
double brute_force(const Particles& particles) {
  double total = 0.0, best = 0.0;
  for (const Particle& p : particles) total += p.e;
  for (unsigned sides = 0; sides < (1u << (particles.size() - 1)); ++sides) {
    double x = 0.0, y = 0.0, z = 0.0;
    for (std::size_t i = 0; i < particles.size(); ++i) {
      const double side = (sides >> i) & 1u ? -1.0 : 1.0;
      x += side * particles[i].px;
      y += side * particles[i].py;
      z += side * particles[i].pz;
    }
    best = std::max(best, std::sqrt(x * x + y * y + z * z));
  }
  return best / total;
}

/// `elongation` 0: isotropic directions; large: along an axis.
Particles random_event(std::size_t n, double elongation, RandomStream& random) {
  Particles particles;
  for (std::size_t i = 0; i < n; ++i) {
    const double scale = -std::log(1.0 - random.uniform());
    const double x = random.normal(), y = random.normal(), z = random.normal() * (1.0 + elongation);
    particles.push_back(at(scale * x, scale * y, scale * z));
  }
  return particles;
}

TEST(Thrust, KnownConfigurations) {
  ThrustFinder thrust;
  EXPECT_EQ(thrust(Particles{}), 0.0);
  EXPECT_EQ(thrust(Particles{at(0, 0, 0)}), 0.0);
  EXPECT_NEAR(thrust(Particles{at(1, 2, 3)}), 1.0, 1e-14);
  EXPECT_NEAR(thrust(Particles{at(1, 2, 3), at(-1, -2, -3)}), 1.0, 1e-14);
  const double c = std::cos(2.0 * std::numbers::pi / 3.0), s = std::sin(2.0 * std::numbers::pi / 3.0);
  EXPECT_NEAR(thrust(Particles{at(1, 0, 0), at(c, s, 0), at(c, -s, 0)}), 2.0 / 3.0, 1e-14);  // Mercedes star
  EXPECT_NEAR(thrust(Particles{at(0, 0, 1), at(c, 0, s), at(c, 0, -s)}),
              brute_force({at(0, 0, 1), at(c, 0, s), at(c, 0, -s)}), 1e-14);
  // Four along the corners of a cube, two and two: along an edge, sum |cos| = 4/sqrt(3) of 4.
  EXPECT_NEAR(thrust(Particles{at(1, 1, 1), at(-1, -1, 1), at(-1, 1, -1), at(1, -1, -1)}),
              1.0 / std::sqrt(3.0), 1e-14);
}

TEST(Thrust, PlanarEvents) {
  ThrustFinder thrust;
  RandomStream random(5, "thrust planar");
  for (int i = 0; i < 100; ++i) {
    Particles event = random_event(3 + i % 6, 0.3, random);
    for (Particle& p : event) p = at(p.px, p.py, 0.0);
    EXPECT_NEAR(thrust(event), brute_force(event), 1e-12);
  }
}

TEST(Thrust, AgreesWithBruteForce) {
  ThrustFinder thrust;
  RandomStream random(4, "thrust test");
  for (int i = 0; i < 400; ++i) {
    const Particles event = random_event(2 + i % 12, 0.5 * (i % 7), random);
    EXPECT_NEAR(thrust(event), brute_force(event), 1e-12) << event.size() << " particles";
  }
}

TEST(Thrust, IsotropicEventsApproachOneHalf) {
  ThrustFinder thrust;
  Particles event;
  const int n = 4000;  // Fibonacci points on the sphere
  for (int i = 0; i < n; ++i) {
    const double z = 1.0 - (2.0 * i + 1.0) / n, r = std::sqrt(1.0 - z * z), phi = 2.399963229728653 * i;
    event.push_back(at(r * std::cos(phi), r * std::sin(phi), z));
  }
  EXPECT_NEAR(thrust(event), 0.5, 2e-3);
}

TEST(Thrust, ManyParticlesComeCloseToTheExactValue) {
  // Above kExactLimit undecided particles the search is by iteration, below it is exact: two copies of half the size
  // push an event across the limit and leave its thrust as it is.
  ThrustFinder thrust;
  RandomStream random(6, "thrust many");
  for (int i = 0; i < 50; ++i) {
    const Particles event = random_event(60, 0.0, random);
    Particles doubled;
    for (const Particle& p : event) {
      for (int copy = 0; copy < 2; ++copy) doubled.push_back(at(p.px / 2, p.py / 2, p.pz / 2));
    }
    const double exact = thrust(event), found = thrust(doubled);
    EXPECT_LE(found, exact + 1e-12);
    EXPECT_GE(found, exact - 1e-3);
  }
}

TEST(Thrust, ChargedOnly) {
  ThrustFinder thrust;
  const Particles event{at(1, 0, 0, 1), at(-1, 0, 0, -1), at(0, 3, 0), at(0, -3, 0)};
  EXPECT_NEAR(thrust(event, true), 1.0, 1e-14);
  EXPECT_NEAR(thrust(event), std::sqrt(40.0) / 8.0, 1e-14);
}

}  // namespace
}  // namespace trueup::sim
