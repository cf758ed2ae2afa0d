// Kolmogorov-Smirnov and Wasserstein distances by hand, against a direct evaluation, and in their limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <stats/random_sample.hpp>
#include <trueup/error.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

using test::random_sample;
using test::Sample;
using Floats = std::vector<float>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Sums of some thousand terms of order 1 in double.
constexpr double kRounding = 1e-12;

/// F(x) by its definition.
double cumulative(const Sample& sample, float x) {
  double below = 0.0, total = 0.0;
  for (std::size_t i = 0; i < sample.values.size(); ++i) {
    total += sample.weights[i];
    if (sample.values[i] <= x) below += sample.weights[i];
  }
  return below / total;
}

struct Distances {
  double ks = 0.0;
  double wasserstein = 0.0;
};

Distances direct_distances(const Sample& a, const Sample& b) {
  Floats points = a.values;
  points.insert(points.end(), b.values.begin(), b.values.end());
  std::sort(points.begin(), points.end());
  Distances distances;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double height = std::fabs(cumulative(a, points[i]) - cumulative(b, points[i]));
    distances.ks = std::max(distances.ks, height);
    if (i + 1 < points.size())
      distances.wasserstein += height * (static_cast<double>(points[i + 1]) - points[i]);
  }
  return distances;
}

TEST(Distances, AgreeWithHandCalculation) {
  // Steps of a at 0, 1, 2 and of b at 1, 3.
  EXPECT_DOUBLE_EQ(ks_distance(Floats{0, 1, 2}, {}, Floats{1, 3}, {}), 0.5);
  EXPECT_DOUBLE_EQ(wasserstein_distance(Floats{0, 1, 2}, {}, Floats{1, 3}, {}), 1.0 / 3 + 1.0 / 6 + 1.0 / 2);
  // Weights 3:1 against 1:1 on the same two points, 4 apart.
  EXPECT_DOUBLE_EQ(ks_distance(Floats{0, 4}, Floats{3, 1}, Floats{0, 4}, {}), 0.25);
  EXPECT_DOUBLE_EQ(wasserstein_distance(Floats{0, 4}, Floats{3, 1}, Floats{0, 4}, {}), 1.0);
}

TEST(Distances, ReachTheirLimits) {
  const Sample a = random_sample(200, 0.0, 0.25, 0.0, 1);
  EXPECT_EQ(ks_distance(a.values, a.weights, a.values, a.weights), 0.0);
  EXPECT_EQ(wasserstein_distance(a.values, a.weights, a.values, a.weights), 0.0);
  EXPECT_EQ(ks_distance(Floats{1, 2}, {}, Floats{3, 4}, {}), 1.0);
  EXPECT_EQ(ks_distance(Floats{-kInfinity}, {}, Floats{kInfinity}, {}), 1.0);
  Floats moved = a.values;
  for (float& x : moved) x += 2.5f;
  EXPECT_NEAR(wasserstein_distance(a.values, a.weights, moved, a.weights), 2.5, kRounding)
      << "a shift is its own size";
}

TEST(Distances, AgreeWithTheDefinition) {
  std::uint64_t seed = 10;
  for (const std::size_t n : {1, 3, 40, 250}) {
    for (const double grid : {0.0, 0.5}) {
      for (const double negative : {0.0, 0.1}) {
        const Sample a = random_sample(n, 0.3, grid, n > 3 ? negative : 0.0, ++seed);
        const Sample b = random_sample(n + 3, 0.0, grid, n > 3 ? negative : 0.0, ++seed);
        const Distances expected = direct_distances(a, b);
        EXPECT_NEAR(ks_distance(a.values, a.weights, b.values, b.weights), expected.ks, kRounding);
        EXPECT_NEAR(wasserstein_distance(a.values, a.weights, b.values, b.weights), expected.wasserstein,
                    kRounding);
      }
    }
  }
}

TEST(Distances, AreSymmetric) {
  const Sample a = random_sample(500, 0.3, 0.0, 0.1, 5), b = random_sample(300, 0.0, 0.0, 0.0, 6);
  EXPECT_DOUBLE_EQ(ks_distance(a.values, a.weights, b.values, b.weights),
                   ks_distance(b.values, b.weights, a.values, a.weights));
  EXPECT_DOUBLE_EQ(wasserstein_distance(a.values, a.weights, b.values, b.weights),
                   wasserstein_distance(b.values, b.weights, a.values, a.weights));
}

TEST(Distances, RefuseWhatTheyAreNotDefinedFor) {
  const Floats good{1, 2};
  EXPECT_THROW(ks_distance({}, {}, good, {}), DataError);
  EXPECT_THROW(ks_distance(good, {}, Floats{1, kNaN}, {}), DataError);
  EXPECT_THROW(ks_distance(good, Floats{1, -1}, good, {}), DataError);
  EXPECT_THROW(wasserstein_distance(good, {}, {}, {}), DataError);
  EXPECT_THROW(wasserstein_distance(Floats{1, kNaN}, {}, good, {}), DataError);
  EXPECT_THROW(wasserstein_distance(good, {}, Floats{kInfinity, 1}, {}), DataError);
}

}  // namespace
}  // namespace trueup
