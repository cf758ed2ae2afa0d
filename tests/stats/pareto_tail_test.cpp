// The shape of a tail, on samples whose shape is known.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <stats/pareto_tail.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

/// Inverse of 1 − x^(−1/k): a Pareto distribution of shape k.
std::vector<float> pareto(double shape, std::size_t n, std::uint64_t index) {
  RandomStream stream(3, "pareto tail test", index);
  std::vector<float> values;
  for (std::size_t i = 0; i < n; ++i)
    values.push_back(static_cast<float>(std::pow(1.0 - stream.uniform(), -shape)));
  return values;
}

TEST(ParetoTail, FindsTheShape) {
  for (const double shape : {0.2, 0.5, 0.9, 1.3}) {
    // 3 √100000 = 949 excesses know k to (1 + k)/√949: 0.04 to 0.075; four of them.
    const double found = pareto_shape(pareto(shape, 100'000, static_cast<std::uint64_t>(10 * shape)));
    EXPECT_TRUE(std::abs(found - shape) <= 4.0 * (1.0 + shape) / std::sqrt(949.0)) << shape << " " << found;
  }
}

TEST(ParetoTail, BoundedWeightsHaveNone) {
  RandomStream stream(3, "pareto tail test, uniform");
  std::vector<float> values;
  for (int i = 0; i < 20'000; ++i) values.push_back(static_cast<float>(stream.uniform(0.5, 1.5)));
  EXPECT_TRUE(pareto_shape(values) <= -0.5) << pareto_shape(values);  // −1 for a uniform distribution
}

TEST(ParetoTail, SizeCountsAndSmallSamplesSayNothing) {
  std::vector<float> values = pareto(0.5, 5000, 77);
  const double positive = pareto_shape(values);
  for (std::size_t i = 0; i < values.size(); i += 2) values[i] = -values[i];
  EXPECT_EQ(pareto_shape(values), positive);
  EXPECT_EQ(pareto_shape(std::vector<float>(1000, 1.0f)), 0.0);
  EXPECT_TRUE(std::isnan(pareto_shape(std::vector<float>(99, 1.0f))));
  EXPECT_TRUE(std::isnan(pareto_shape({})));
}

}  // namespace
}  // namespace trueup
