// The helix's closed form against step-by-step integration of the equation of motion.
#include "simulate/helix.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include <trueup/random.hpp>

namespace trueup::sim {
namespace {

struct State {
  double x, y, z, px, py, pz;
};

/// dr/ds = p/|p|, dp/ds = k q p/|p| × B with B along z; k in GeV/(T mm).
State derivative(const State& s, double charge, double field) {
  const double p = std::sqrt(s.px * s.px + s.py * s.py + s.pz * s.pz);
  const double k = 0.299792458e-3 * charge * field / p;
  return {s.px / p, s.py / p, s.pz / p, k * s.py, -k * s.px, 0.0};
}

State moved(const State& s, const State& d, double h) {
  return {s.x + h * d.x, s.y + h * d.y, s.z + h * d.z, s.px + h * d.px, s.py + h * d.py, s.pz + h * d.pz};
}

State runge_kutta(const State& s, double charge, double field, double h) {
  const State a = derivative(s, charge, field), b = derivative(moved(s, a, h / 2), charge, field);
  const State c = derivative(moved(s, b, h / 2), charge, field),
              d = derivative(moved(s, c, h), charge, field);
  State out = s;
  out = moved(out, a, h / 6);
  out = moved(out, b, h / 3);
  out = moved(out, c, h / 3);
  return moved(out, d, h / 6);
}

bool inside(const State& s, const SolenoidCard& c) {
  return std::hypot(s.x, s.y) < c.radius && std::abs(s.z) < c.half_length;
}

/// Steps to the surface, then halves the last step until it is met within 1e-7 mm.
State integrate(State s, double charge, const SolenoidCard& c) {
  double h = 1.0;
  while (h > 1e-7) {
    const State next = runge_kutta(s, charge, c.field, h);
    if (inside(next, c)) {
      s = next;
    } else {
      h /= 2;
    }
  }
  return s;
}

Particle particle(double pt, double phi, double pz, int charge, double x, double y, double z) {
  Particle p;
  p.charge = charge;
  p.px = pt * std::cos(phi);
  p.py = pt * std::sin(phi);
  p.pz = pz;
  p.x = x;
  p.y = y;
  p.z = z;
  return p;
}

TEST(Helix, AgreesWithNumericalIntegration) {
  const SolenoidCard solenoid;
  RandomStream random(1, "helix test");
  int barrel = 0, endcap = 0;
  for (int i = 0; i < 200; ++i) {
    const double pt = 0.1 * std::pow(1e3, random.uniform());
    const double pz = pt * random.uniform(0.3, 4.0) * (random.uniform() < 0.5 ? -1.0 : 1.0);
    const int charge = static_cast<int>(random.below(3)) - 1;
    const double r = 300.0 * random.uniform(), angle = random.uniform(-3.0, 3.0);
    const Particle p = particle(pt, random.uniform(-3.1, 3.1), pz, charge, r * std::cos(angle),
                                r * std::sin(angle), random.uniform(-500.0, 500.0));
    const State expected = integrate({p.x, p.y, p.z, p.px, p.py, p.pz}, charge, solenoid);
    const auto found = propagate(p, solenoid);
    ASSERT_TRUE(found.has_value());
    // Steps of 1 mm leave about 1e-6 mm; grazing the surface multiplies the stopping tolerance.
    EXPECT_LE(std::hypot(found->x - expected.x, found->y - expected.y, found->z - expected.z), 1e-3)
        << "pt " << pt << " pz " << pz << " charge " << charge;
    EXPECT_NEAR(found->endcap ? std::abs(found->z) : std::hypot(found->x, found->y),
                found->endcap ? solenoid.half_length : solenoid.radius, 1e-6);
    (found->endcap ? endcap : barrel) += 1;
  }
  EXPECT_GT(barrel, 20);
  EXPECT_GT(endcap, 20);
}

TEST(Helix, StiffTracksGoStraight) {
  const SolenoidCard solenoid;
  for (const double pt : {50.0, 1e3, 1e5, 1e8}) {
    const Particle charged = particle(pt, 0.7, 0.4 * pt, 1, 1.0, -2.0, 3.0);
    Particle neutral = charged;
    neutral.charge = 0;
    const auto a = propagate(charged, solenoid), b = propagate(neutral, solenoid);
    ASSERT_TRUE(a && b);
    // Sagitta: R²/2 · 0.3 B / pt = 0.95 mm at 1 TeV.
    EXPECT_LE(std::hypot(a->x - b->x, a->y - b->y, a->z - b->z), 1.1 * 950.0 / pt + 1e-6);
  }
}

TEST(Helix, CurlsBelowTheBarrelsReach) {
  const SolenoidCard solenoid;
  // From the centre the circle's diameter must reach the radius: pt > 0.3 · 3.8 · 1.29 / 2 = 0.735 GeV.
  EXPECT_TRUE(propagate(particle(0.73, 0.1, 0.1, 1, 0, 0, 0), solenoid)->endcap);
  EXPECT_FALSE(propagate(particle(0.74, 0.1, 0.1, 1, 0, 0, 0), solenoid)->endcap);
  EXPECT_FALSE(propagate(particle(0.5, 0.1, 0.0, 1, 0, 0, 0), solenoid).has_value());
}

TEST(Helix, StartsOutsideOrAlongTheBeam) {
  const SolenoidCard solenoid;
  EXPECT_FALSE(propagate(particle(5.0, 0.0, 1.0, 1, 1290.0, 0, 0), solenoid).has_value());
  EXPECT_FALSE(propagate(particle(5.0, 0.0, 1.0, 1, 0, 0, -3000.0), solenoid).has_value());
  const auto along = propagate(particle(0.0, 0.0, -1.0, 1, 5.0, 0, 0), solenoid);
  ASSERT_TRUE(along.has_value());
  EXPECT_EQ(along->z, -3000.0);
  EXPECT_EQ(along->x, 5.0);
  EXPECT_FALSE(propagate(particle(0.0, 0.0, 0.0, 1, 5.0, 0, 0), solenoid).has_value());
}

}  // namespace
}  // namespace trueup::sim
