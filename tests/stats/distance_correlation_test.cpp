// Distance correlation: values that can be worked out, what Pearson does not see, weights.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <trueup/distance_correlation.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

struct Columns {
  std::vector<float> x, y, square;
};

Columns columns(std::size_t rows) {
  RandomStream stream(1, "distance correlation");
  Columns c;
  for (std::size_t r = 0; r < rows; ++r) {
    c.x.push_back(static_cast<float>(stream.normal()));
    c.y.push_back(static_cast<float>(stream.normal()));
    c.square.push_back(c.x.back() * c.x.back());
  }
  return c;
}

TEST(DistanceCorrelation, OfALinearFunctionIsOne) {
  const Columns c = columns(300);
  std::vector<float> line;
  for (const float x : c.x) line.push_back(3.0f - 2.0f * x);
  EXPECT_NEAR(distance_correlation(c.x, line, {}), 1.0, 1e-6);
}

/// Two rows: both matrices are ±d/2, whatever the values.
TEST(DistanceCorrelation, OfTwoRowsIsOne) {
  EXPECT_NEAR(distance_correlation(std::vector<float>{0, 1}, std::vector<float>{5, 3}, {}), 1.0, 1e-12);
}

TEST(DistanceCorrelation, SeesWhatPearsonDoesNot) {
  const Columns c = columns(1500);
  EXPECT_LT(std::fabs(pearson_correlation(c.x, c.square, {})), 0.2);
  EXPECT_GT(distance_correlation(c.x, c.square, {}), 0.4);
  EXPECT_LT(distance_correlation(c.x, c.y, {}), 0.1);
}

TEST(DistanceCorrelation, ARowOfWeightTwoIsTwoRows) {
  const std::vector<float> x{0, 1, 3, 4}, y{1, 5, 2, 2}, weights{1, 2, 1, 1};
  const std::vector<float> longer_x{0, 1, 1, 3, 4}, longer_y{1, 5, 5, 2, 2};
  EXPECT_NEAR(distance_correlation(x, y, weights), distance_correlation(longer_x, longer_y, {}), 1e-12);
}

TEST(DistanceCorrelation, OddInput) {
  const std::vector<float> x{0, 1, 3}, constant{2, 2, 2};
  EXPECT_EQ(distance_correlation(x, constant, {}), 0.0);
  EXPECT_THROW(distance_correlation(x, std::vector<float>{1}, {}), ConfigError);
  EXPECT_THROW(distance_correlation({}, {}, {}), DataError);
  EXPECT_THROW(distance_correlation(x, x, std::vector<float>{1, -1, 1}), DataError);
}

}  // namespace
}  // namespace trueup
