// Exact densities and weights of the analytic samples: against the formulas, against sampling, and what they refuse.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

SimulationCard card(const std::string& type, const std::string& more) {
  return parse_simulation_card("[source]\ntype = \"" + type + "\"\nevents = 200000\n" + more, "test.toml");
}

std::string fixed(const std::string& setting, double value) {
  return "[fixed." + setting + "]\nsetting = \"" + setting + "\"\nvalue = " + std::to_string(value) + "\n";
}

/// SRGN Eq. 11; Eq. 10 with both sigmas 1.
double ratio(double x, double mu0, double sigma0, double mu, double sigma) {
  const double u0 = (x - mu0) / sigma0, u = (x - mu) / sigma;
  return sigma0 / sigma * std::exp(0.5 * (u0 * u0 - u * u));
}

TEST(ExactWeights, OfAGaussianAreTheFormula) {
  const SimulationCard nominal = card("gaussian", "[gaussian]\nmean = 0.2\nsigma = 1.1\n");
  const SimulationCard target = card("gaussian", fixed("mean", -1.0) + fixed("sigma", 0.75));
  Table events;
  events.add_column("gen_x", {-2.0f, -0.5f, 0.0f, 1.0f, 2.5f});
  const std::vector<float> weights = exact_weights(target, nominal, events);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double expected = ratio(events.values("gen_x")[i], 0.2, 1.1, -1.0, 0.75);
    EXPECT_NEAR(weights[i] / expected, 1.0, 1e-6);  // single precision
  }
}

TEST(ExactWeights, TurnOneGaussianIntoAnother) {
  const SimulationCard nominal = card("gaussian", fixed("mean", 0.0));
  const SimulationCard target = card("gaussian", fixed("mean", 1.0));
  const Table events = simulate(nominal, {0, 3, 1}, silent_monitor());
  const std::vector<float> weights = exact_weights(target, nominal, events);
  const double n = std::sqrt(2e5);
  // Var[w] = e − 1; the weighted mean of x and of x with noise is the target's, at both levels.
  EXPECT_NEAR(weighted_mean(weights, {}).value, 1.0, 5.0 * std::sqrt(std::exp(1.0) - 1.0) / n);
  for (const char* column : {"gen_x", "det_x"}) {
    const MeanWithError mean = weighted_mean(events.values(column), weights);
    EXPECT_NEAR(mean.value, 1.0, 5.0 * mean.error) << column;
  }
}

TEST(ExactWeights, OfThePairNeedBothValuesAtDetectorLevel) {
  const SimulationCard nominal = card("gaussian_pair", fixed("mean", 0.0));
  const SimulationCard target = card("gaussian_pair", fixed("mean", 0.5));
  const Table events = simulate(nominal, {0, 4, 1}, silent_monitor());
  const Table there = simulate(target, {0, 5, 1}, silent_monitor());
  const MeanWithError truth = weighted_mean(there.values("det_x"), {});
  const MeanWithError both = weighted_mean(events.values("det_x"), exact_weights(target, nominal, events));
  const MeanWithError first =
      weighted_mean(events.values("det_x"), exact_weights(target, nominal, events, {"gen_x0"}));
  const double error = std::hypot(truth.error, both.error);
  EXPECT_NEAR(both.value, truth.value, 5.0 * error);
  // E[4 |x1|] grows from 1.56 to 2.04 with the width of the second value, which the first does not know.
  EXPECT_GT(truth.value - first.value, 0.3);
}

TEST(ExactWeights, PairHasTheMomentsOfItsDefinition) {
  const Table t = simulate(card("gaussian_pair", fixed("mean", 1.5)), {0, 6, 1}, silent_monitor());
  // ν = (0.7 + 0.2 · 1.5)² = 1: E[det_x] = 1.5 + 4 E|x1| = 1.5 + 4 sqrt(2/π).
  const MeanWithError first = weighted_mean(t.values("gen_x0"), {}),
                      second = weighted_mean(t.values("gen_x1"), {});
  const MeanWithError detector = weighted_mean(t.values("det_x"), {});
  EXPECT_NEAR(first.value, 1.5, 5.0 * first.error);
  EXPECT_NEAR(second.value, 0.0, 5.0 * second.error);
  EXPECT_NEAR(second.error * std::sqrt(2e5), 1.0, 0.02);
  EXPECT_NEAR(detector.value, 1.5 + 4.0 * std::sqrt(2.0 / M_PI), 5.0 * detector.error);
}

TEST(ExactWeights, DensityIntegratesToOne) {
  Table grid;
  std::vector<float> x;
  const double step = 0.01;
  for (int i = -800; i <= 800; ++i) x.push_back(static_cast<float>(i * step));
  grid.add_column("gen_x0", x);
  grid.add_column("gen_x1", x);
  for (const char* column : {"gen_x0", "gen_x1"}) {
    double sum = 0.0;
    for (const double l : log_density(card("gaussian_pair", fixed("mean", 0.7)), grid, {column}))
      sum += std::exp(l) * step;
    EXPECT_NEAR(sum, 1.0, 1e-5) << column;
  }
}

TEST(ExactWeights, RefuseWhatHasNoDensity) {
  Table events;
  events.add_column("gen_x", {0.0f});
  EXPECT_THROW(log_density(card("gaussian", "[scan.mu]\nsetting = \"mean\"\nrange = [0.0, 1.0]\n"), events),
               ConfigError);
  EXPECT_THROW(log_density(card("gaussian", ""), events, {"det_x"}), ConfigError);
  EXPECT_THROW(log_density(card("gaussian_pair", ""), events), DataError);
  EXPECT_THROW(card("gaussian_pair", "[gaussian_pair]\nomega = 1.0\n"), ConfigError);
  EXPECT_THROW(simulate(card("gaussian_pair", "[gaussian_pair]\nomega0 = 0.0\n"), {}, silent_monitor()),
               ConfigError);
}

}  // namespace
}  // namespace trueup
