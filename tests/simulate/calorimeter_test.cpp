// Towers and what they measure: edges, formulas, samples of deposits against them, conservation of energy.
#include "simulate/calorimeter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "simulate/simulate_particles.hpp"

namespace trueup::sim {
namespace {

TEST(CalorimeterGrid, EveryPlaceIsInsideItsTower) {
  for (const CalorimeterCard& card : {default_ecal(), default_hcal()}) {
    const CalorimeterGrid grid(card.grid);
    RandomStream stream(1, "grid", 0);
    for (int i = 0; i < 20000; ++i) {
      const double eta = stream.uniform(-5.0, 5.0);
      const double phi = stream.uniform(-std::numbers::pi, std::numbers::pi);
      const std::uint32_t tower = grid.tower(eta, phi);
      ASSERT_LT(tower, grid.towers());
      const TowerEdges e = grid.edges(tower);
      EXPECT_TRUE(eta > e.eta_low && eta <= e.eta_high) << eta;
      EXPECT_TRUE(phi >= e.phi_low - 1e-12 && phi <= e.phi_high + 1e-12) << phi;
      // The mirror image is the mirrored tower.
      const TowerEdges mirror = grid.edges(grid.tower(-eta, phi));
      EXPECT_DOUBLE_EQ(mirror.eta_low, -e.eta_high);
      EXPECT_DOUBLE_EQ(mirror.eta_high, -e.eta_low);
      EXPECT_DOUBLE_EQ(mirror.phi_low, e.phi_low);
    }
  }
}

TEST(CalorimeterGrid, EveryTowerIsFoundAgain) {
  for (const CalorimeterCard& card : {default_ecal(), default_hcal()}) {
    const CalorimeterGrid grid(card.grid);
    for (std::uint32_t t = 0; t < grid.towers(); ++t) {
      const TowerEdges e = grid.edges(t);
      ASSERT_EQ(grid.tower(0.5 * (e.eta_low + e.eta_high), 0.5 * (e.phi_low + e.phi_high)), t);
    }
  }
}

TEST(CalorimeterGrid, Edges) {
  const CalorimeterGrid ecal(default_ecal().grid), hcal(default_hcal().grid);
  EXPECT_EQ(ecal.towers(), 2u * (170u * 360u + 11u * 36u));
  EXPECT_EQ(hcal.towers(), 2u * (19u * 72u + 19u * 36u + 2u * 18u));
  EXPECT_DOUBLE_EQ(ecal.eta_edges()[ecal.eta_edges().size() - 12], 2.958);
  EXPECT_DOUBLE_EQ(hcal.eta_edges()[hcal.eta_edges().size() - 22], 1.653);
  const double pi = std::numbers::pi;
  EXPECT_EQ(ecal.tower(5.01, 0.0), CalorimeterGrid::kNone);
  EXPECT_EQ(ecal.tower(-5.0, 0.0), CalorimeterGrid::kNone);  // bins are (edge, next edge]
  EXPECT_NE(ecal.tower(5.0, 0.0), CalorimeterGrid::kNone);
  EXPECT_EQ(ecal.tower(1e10, 0.0), CalorimeterGrid::kNone);
  EXPECT_EQ(ecal.tower(std::nan(""), 0.0), CalorimeterGrid::kNone);
  EXPECT_EQ(ecal.tower(0.01, pi), ecal.tower(0.01, std::nextafter(pi, 0.0)));
  EXPECT_NEAR(ecal.edges(ecal.tower(3.0, 0.1)).phi_high, pi / 18.0, 1e-12);
  EXPECT_NEAR(hcal.edges(hcal.tower(4.8, 0.1)).phi_high, pi / 9.0, 1e-12);
  EXPECT_NEAR(hcal.edges(hcal.tower(1.7, 0.1)).eta_low, 1.653, 1e-12);
}

TEST(Calorimeter, Formulas) {
  const Calorimeter ecal(default_ecal()), hcal(default_hcal());
  const double e = 20.0;
  const double s = std::sqrt(0.008 * 0.008 * e * e + 0.11 * 0.11 * e + 0.4 * 0.4);
  EXPECT_DOUBLE_EQ(ecal.resolution(e, 0.0), s);
  EXPECT_DOUBLE_EQ(ecal.resolution(e, -1.2), (1.0 + 0.64 * 1.44) * s);
  EXPECT_NEAR(ecal.resolution(e, 1.8), (2.16 + 5.6 * 0.04) * s, 1e-12);
  EXPECT_DOUBLE_EQ(ecal.resolution(e, 3.5), std::sqrt(0.107 * 0.107 * e * e + 2.08 * 2.08 * e));
  EXPECT_DOUBLE_EQ(hcal.resolution(e, 2.0), std::sqrt(0.05 * 0.05 * e * e + 1.5 * 1.5 * e));
  EXPECT_DOUBLE_EQ(hcal.resolution(e, 4.0), std::sqrt(0.13 * 0.13 * e * e + 2.7 * 2.7 * e));
  for (const int pid : {11, -11, 22, 111}) {
    EXPECT_EQ(ecal.fraction(pid), 1.0);
    EXPECT_EQ(hcal.fraction(pid), 0.0);
  }
  for (const int pid : {310, 3122, -3122}) {
    EXPECT_EQ(ecal.fraction(pid), 0.3);
    EXPECT_EQ(hcal.fraction(pid), 0.7);
  }
  for (const int pid : {13, -13, 12, 14, -16}) EXPECT_EQ(ecal.fraction(pid) + hcal.fraction(pid), 0.0);
  for (const int pid : {211, -321, 130, 2112, 2212}) {
    EXPECT_EQ(ecal.fraction(pid), 0.0);
    EXPECT_EQ(hcal.fraction(pid), 1.0);
  }
}

Exit at(const Particle& p, double eta, double phi) {
  return {true, p.pt(), eta, phi};
}

/// 20,000 measurements of one deposit: mean and width of energies, places spread evenly over the tower.
void check_measurements(const CalorimeterCard& card, int pid, double energy, double eta) {
  const Calorimeter calorimeter(card);
  Particle p = massless(energy / std::cosh(eta), eta, 0.3);
  p.pid = pid;
  const Exit exit = at(p, eta, 0.3);
  const TowerEdges edges = calorimeter.grid().edges(calorimeter.grid().tower(eta, 0.3));
  const double sigma = calorimeter.resolution(energy, 0.5 * (edges.eta_low + edges.eta_high));
  std::vector<Tower> towers;
  const int n = 20000;
  double sum = 0.0, square = 0.0, eta_sum = 0.0, eta_square = 0.0, phi_square = 0.0;
  for (int i = 0; i < n; ++i) {
    RandomStream stream(5, "calorimeter test", static_cast<std::uint64_t>(i));
    calorimeter.measure(std::span(&p, 1), std::span(&exit, 1), stream, towers);
    ASSERT_EQ(towers.size(), 1u);
    const Tower& t = towers[0];
    EXPECT_DOUBLE_EQ(t.deposit, energy);
    EXPECT_TRUE(t.eta >= edges.eta_low && t.eta < edges.eta_high);
    EXPECT_TRUE(t.phi >= edges.phi_low && t.phi < edges.phi_high);
    sum += t.energy;
    square += t.energy * t.energy;
    const double x = (t.eta - edges.eta_low) / (edges.eta_high - edges.eta_low) - 0.5;
    const double y = (t.phi - edges.phi_low) / (edges.phi_high - edges.phi_low) - 0.5;
    eta_sum += x;
    eta_square += x * x;
    phi_square += y * y;
  }
  const double mean = sum / n;
  EXPECT_NEAR(mean, energy, 4.0 * sigma / std::sqrt(n)) << "pid " << pid << " E " << energy;
  EXPECT_NEAR(std::sqrt(square / n - mean * mean), sigma, 0.04 * sigma);  // tails of the log-normal included
  EXPECT_NEAR(eta_sum / n, 0.0, 4.0 * std::sqrt(1.0 / 12.0 / n));
  // Uniform: variance 1/12, of its estimate 1/180.
  EXPECT_NEAR(eta_square / n, 1.0 / 12.0, 4.0 * std::sqrt(1.0 / 180.0 / n));
  EXPECT_NEAR(phi_square / n, 1.0 / 12.0, 4.0 * std::sqrt(1.0 / 180.0 / n));
}

TEST(Calorimeter, MeasurementsFollowTheFormula) {
  // High above the thresholds, which would cut the sample.
  check_measurements(default_ecal(), 22, 30.0, 0.4);
  check_measurements(default_ecal(), 11, 60.0, -2.2);
  check_measurements(default_ecal(), 22, 400.0, 4.1);
  check_measurements(default_hcal(), 211, 100.0, 0.8);
  check_measurements(default_hcal(), 130, 500.0, -3.7);
}

TEST(Calorimeter, Thresholds) {
  CalorimeterCard card = default_hcal();
  card.resolution.constant = {0.0, 0.0};
  card.resolution.stochastic = {0.0, 0.0};
  const auto measured = [&](double energy) {
    const Calorimeter calorimeter(card);
    Particle p = massless(energy, 0.0, 0.0);
    p.pid = 211;
    const Exit exit = at(p, 0.01, 0.01);
    std::vector<Tower> towers;
    RandomStream stream(1, "thresholds", 0);
    calorimeter.measure(std::span(&p, 1), std::span(&exit, 1), stream, towers);
    return towers.at(0).energy;
  };
  EXPECT_EQ(measured(0.99), 0.0);
  EXPECT_DOUBLE_EQ(measured(1.01), 1.01);
  // sigma = 1 GeV at every energy: both deposits are many sigma away from a significance of 12.
  card.resolution.noise = {1.0, 1.0};
  card.min_significance = 12.0;
  EXPECT_EQ(measured(6.0), 0.0);
  EXPECT_GT(measured(30.0), 0.0);
}

TEST(Calorimeter, DepositsAreTheParticlesEnergies) {
  RandomStream draw(2, "deposits", 0);
  Particles particles;
  std::vector<Exit> exits;
  double expected_ecal = 0.0, expected_hcal = 0.0;
  const int pids[] = {22, 211, -211, 130, 2212, 310, 3122, 13, 11};
  const Calorimeter ecal(default_ecal()), hcal(default_hcal());
  for (int i = 0; i < 3000; ++i) {
    const double eta = draw.uniform(-6.0, 6.0), phi = draw.uniform(-std::numbers::pi, std::numbers::pi);
    Particle p = massless(draw.uniform(0.1, 30.0), eta, phi);
    p.pid = pids[i % 9];
    particles.push_back(p);
    exits.push_back(at(p, eta, phi));
    exits.back().reached = i % 7 != 0;
    if (!exits.back().reached || std::abs(eta) > 5.0) continue;
    expected_ecal += ecal.fraction(p.pid) * p.e;
    expected_hcal += hcal.fraction(p.pid) * p.e;
  }
  std::vector<Tower> towers;
  RandomStream stream(1, "deposits", 1);
  const auto total = [&](const Calorimeter& calorimeter) {
    calorimeter.measure(particles, exits, stream, towers);
    double sum = 0.0;
    for (std::size_t i = 0; i < towers.size(); ++i) {
      EXPECT_TRUE(i == 0 || towers[i - 1].id < towers[i].id);
      sum += towers[i].deposit;
    }
    return sum;
  };
  EXPECT_NEAR(total(ecal), expected_ecal, 1e-9 * expected_ecal);
  EXPECT_NEAR(total(hcal), expected_hcal, 1e-9 * expected_hcal);
}

}  // namespace
}  // namespace trueup::sim
