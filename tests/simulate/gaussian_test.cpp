// The Gaussian sample: its moments, its scan, its independence of the thread count.
#include <gtest/gtest.h>

#include <cmath>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

namespace trueup {
namespace {

SimulationCard card(const std::string& more) {
  return parse_simulation_card("[source]\ntype = \"gaussian\"\nevents = 100000\n" + more, "test.toml");
}

struct Moments {
  double mean = 0.0, sigma = 0.0;
};

Moments moments(std::span<const float> values) {
  double sum = 0.0, square = 0.0;
  for (const float v : values) {
    sum += v;
    square += static_cast<double>(v) * v;
  }
  const double mean = sum / static_cast<double>(values.size());
  return {mean, std::sqrt(square / static_cast<double>(values.size()) - mean * mean)};
}

TEST(Gaussian, MomentsWithNoise) {
  const Table t = simulate(card("[gaussian]\nmean = 1.0\nsigma = 2.0\nnoise = 0.5"), {}, silent_monitor());
  ASSERT_EQ(t.rows(), 100000u);
  const Moments gen = moments(t.values("gen_x")), det = moments(t.values("det_x"));
  const double n = std::sqrt(1e5);
  EXPECT_NEAR(gen.mean, 1.0, 4.0 * 2.0 / n);
  EXPECT_NEAR(gen.sigma, 2.0, 4.0 * 2.0 / n);
  EXPECT_NEAR(det.sigma, std::hypot(2.0, 0.5), 4.0 * 2.1 / n);
}

TEST(Gaussian, ScanIsUniformAndGoesIntoTheMean) {
  const Table t = simulate(card("[scan.mu]\nsetting = \"mean\"\nrange = [-2.0, 2.0]"), {}, silent_monitor());
  const auto mu = t.values("mu"), x = t.values("gen_x");
  const Moments m = moments(mu);
  EXPECT_NEAR(m.mean, 0.0, 4.0 * 1.1547 / std::sqrt(1e5));
  EXPECT_NEAR(m.sigma, 4.0 / std::sqrt(12.0), 0.02);
  std::vector<float> residual(t.rows());
  for (std::size_t i = 0; i < residual.size(); ++i) residual[i] = x[i] - mu[i];
  EXPECT_NEAR(moments(residual).sigma, 1.0, 0.01);
  EXPECT_EQ(t.metadata().at("scan.mu.high"), "2");
}

TEST(Gaussian, SameForEveryThreadCount) {
  const SimulationCard c = card("[scan.mu]\nsetting = \"mean\"\nrange = [-2.0, 2.0]");
  const Table one = simulate(c, {0, 5, 1}, silent_monitor());
  for (const int threads : {2, 3}) {
    const Table other = simulate(c, {0, 5, threads}, silent_monitor());
    for (const Column& column : one.columns()) EXPECT_EQ(column.values, other.column(column.name).values);
  }
}

TEST(Gaussian, FixedParameterIsTheTruth) {
  const Table t =
      simulate(card("[fixed.mu]\nsetting = \"mean\"\nvalue = 1.5\n[output]\nlevels = [\"detector\"]"), {},
               silent_monitor());
  EXPECT_EQ(t.metadata().at("truth.mu"), "1.5");
  EXPECT_EQ(t.column_names(), std::vector<std::string>{"det_x"});
  EXPECT_NEAR(moments(t.values("det_x")).mean, 1.5, 0.02);
}

TEST(Gaussian, WrongSettings) {
  EXPECT_THROW(simulate(card("[scan.mu]\nsetting = \"meen\"\nrange = [0.0, 1.0]"), {}, silent_monitor()),
               ConfigError);
  EXPECT_THROW(simulate(card("[scan.s]\nsetting = \"sigma\"\nrange = [-1.0, 1.0]"), {}, silent_monitor()),
               ConfigError);
  EXPECT_THROW(card("[gaussian]\nsigma = 0.0"), ConfigError);
}

}  // namespace
}  // namespace trueup
