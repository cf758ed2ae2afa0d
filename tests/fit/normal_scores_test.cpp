// Ranks as numbers of a standard normal.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include <trueup/random.hpp>

#include "fit/normal_scores.hpp"

namespace trueup {
namespace {

std::vector<std::uint32_t> all_rows(std::size_t rows) {
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

TEST(NormalScores, StandardiseAGaussian) {
  RandomStream stream(1, "normal scores");
  FeatureMatrix values{1, {}};
  for (int i = 0; i < 50'000; ++i) values.values.push_back(static_cast<float>(100.0 + 7.0 * stream.normal()));
  const NormalScores scores(values, std::vector<float>(50'000, 1.0f), all_rows(50'000));
  for (const double z : {-3.0, -1.0, 0.0, 0.5, 2.5}) {
    // A quantile of 50,000 events is known to 0.01 in the middle; the line to the smallest of all events is bent.
    EXPECT_NEAR(static_cast<double>(scores(0, static_cast<float>(100.0 + 7.0 * z))), z,
                z * z > 4.0 ? 0.2 : 0.03);
  }
  EXPECT_EQ(scores(0, -1e6f), scores(0, -1e9f));
  EXPECT_LT(scores(0, 99.0f), scores(0, 99.1f));
}

// A peak of width 1 with half of the events in a tail of thousands.
TEST(NormalScores, SeeAPeakBesideALongTail) {
  RandomStream stream(2, "normal scores");
  FeatureMatrix values{1, {}};
  for (int i = 0; i < 20'000; ++i) {
    values.values.push_back(
        static_cast<float>(i % 2 == 0 ? 100.0 + stream.normal() : 120.0 + 5000.0 * stream.uniform()));
  }
  const NormalScores scores(values, std::vector<float>(20'000, 1.0f), all_rows(20'000));
  EXPECT_GT(scores(0, 101.0f) - scores(0, 99.0f), 0.8f);  // standardised: 0.001
}

TEST(NormalScores, PutEqualValuesInTheMiddleAndCountWeights) {
  // Half of the weight at 0, a quarter each at 1 and 2.
  const FeatureMatrix values{1, {0.0f, 2.0f, 1.0f, 0.0f}};
  const NormalScores scores(values, std::vector<float>{1.0f, -1.0f, 1.0f, 1.0f}, all_rows(4));
  EXPECT_NEAR(scores(0, 0.0f), -0.6745f, 1e-3f);  // of 1/4
  EXPECT_NEAR(scores(0, 1.0f), 0.3186f, 1e-3f);   // of 5/8
  EXPECT_NEAR(scores(0, 2.0f), 1.1503f, 1e-3f);   // of 7/8
}

TEST(NormalScores, KeepAConstantColumnFinite) {
  const FeatureMatrix values{2, {3.0f, 1.0f, 3.0f, 2.0f}};
  const NormalScores scores(values, std::vector<float>{1.0f, 1.0f}, all_rows(2));
  FeatureMatrix transformed = values;
  scores.transform(transformed);
  EXPECT_EQ(transformed.values[0], transformed.values[2]);
  EXPECT_NEAR(transformed.values[0], 0.0f, 1e-6f);
  EXPECT_LT(transformed.values[1], transformed.values[3]);
  for (const float v : transformed.values) EXPECT_TRUE(std::isfinite(v));
}

}  // namespace
}  // namespace trueup
