// Effective sample size, weighted mean and correlation, by hand and by toys.
#include <gtest/gtest.h>

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

TEST(EffectiveSampleSize, IsKishs) {
  EXPECT_DOUBLE_EQ(effective_sample_size(Floats(50, 0.25f)), 50.0);
  EXPECT_DOUBLE_EQ(effective_sample_size(Floats{1, 2, 3}), 36.0 / 14.0);
  EXPECT_DOUBLE_EQ(effective_sample_size(Floats{2, -1}), 1.0 / 5.0);
  EXPECT_EQ(effective_sample_size(Floats{}), 0.0);
  EXPECT_EQ(effective_sample_size(Floats{0, 0}), 0.0);
  EXPECT_DOUBLE_EQ(effective_sample_size(Floats(4, 1e38f)), 4.0) << "squares beyond float's range";
  EXPECT_THROW(effective_sample_size(Floats{1, kNaN}), DataError);
}

TEST(WeightedMean, AgreesWithHandCalculation) {
  const MeanWithError plain = weighted_mean(Floats{1, 2, 3, 6}, {});
  EXPECT_DOUBLE_EQ(plain.value, 3.0);
  EXPECT_DOUBLE_EQ(plain.error, std::sqrt((4 + 1 + 0 + 9) / 3.0 / 4.0));  // s/√N
  const MeanWithError weighted = weighted_mean(Floats{0, 4}, Floats{3, 1});
  EXPECT_DOUBLE_EQ(weighted.value, 1.0);
  EXPECT_DOUBLE_EQ(weighted.error, std::sqrt((9 * 1 + 1 * 9) * 2.0) / 4.0);
  EXPECT_DOUBLE_EQ(weighted_mean(Floats{5, 5}, Floats{2, -1}).value, 5.0);
}

TEST(WeightedMean, DoesNotClaimToKnowFromOneEvent) {
  const MeanWithError single = weighted_mean(Floats{7}, Floats{2});
  EXPECT_DOUBLE_EQ(single.value, 7.0);
  EXPECT_EQ(single.error, std::numeric_limits<double>::infinity());
}

TEST(WeightedMean, HasAnErrorThatCovers) {
  constexpr int kToys = 600;
  int covered = 0;
  for (int toy = 0; toy < kToys; ++toy) {
    const Sample sample = random_sample(100, 1.5, 0.0, 0.0, static_cast<std::uint64_t>(toy));
    const MeanWithError mean = weighted_mean(sample.values, sample.weights);
    if (std::fabs(mean.value - 1.5) <= mean.error) ++covered;
  }
  // 68.3 % of 600 toys, spread 1.9 %: three times that.
  EXPECT_NEAR(static_cast<double>(covered) / kToys, 0.683, 0.057);
}

TEST(WeightedMean, RefusesWhatHasNoMean) {
  EXPECT_THROW(weighted_mean({}, {}), DataError);
  EXPECT_THROW(weighted_mean(Floats{1, kNaN}, {}), DataError);
  EXPECT_THROW(weighted_mean(Floats{1, kInfinity}, {}), DataError);
  EXPECT_THROW(weighted_mean(Floats{1, 2}, Floats{1, -1}), DataError);
  EXPECT_THROW(weighted_mean(Floats{1, 2}, Floats{1}), DataError);
}

TEST(PearsonCorrelation, AgreesWithHandCalculation) {
  EXPECT_DOUBLE_EQ(pearson_correlation(Floats{1, 2, 3}, Floats{2, 4, 6}, {}), 1.0);
  EXPECT_DOUBLE_EQ(pearson_correlation(Floats{1, 2, 3}, Floats{3, 2, 1}, {}), -1.0);
  // Weight 2 is the same as the event twice.
  EXPECT_DOUBLE_EQ(pearson_correlation(Floats{1, 2, 4}, Floats{3, 1, 5}, Floats{1, 2, 1}),
                   pearson_correlation(Floats{1, 2, 2, 4}, Floats{3, 1, 1, 5}, {}));
  // Deviations (−1.5, −0.5, 0.5, 1.5) and (−1.5, 0.5, −0.5, 1.5): 4/5.
  EXPECT_DOUBLE_EQ(pearson_correlation(Floats{1, 2, 3, 4}, Floats{1, 3, 2, 4}, {}), 0.8);
}

TEST(PearsonCorrelation, IsZeroWithoutVariance) {
  EXPECT_EQ(pearson_correlation(Floats{0.1f, 0.1f, 0.1f}, Floats{1, 2, 3}, {}), 0.0);
  EXPECT_EQ(pearson_correlation(Floats{1, 2, 3}, Floats{0, 0, 0}, {}), 0.0);
  EXPECT_EQ(pearson_correlation(Floats{4}, Floats{5}, {}), 0.0);
  EXPECT_EQ(pearson_correlation(Floats{1, 2}, Floats{1, 2}, Floats{1, 0}), 0.0);
}

TEST(PearsonCorrelation, SurvivesAFarMean) {
  // Mean 1e6, spread 1: one pass with float sums would leave nothing.
  const Sample sample = random_sample(2000, 0.0, 0.125, 0.0, 3);
  Floats far = sample.values;
  for (float& x : far) x += 1e6f;  // steps of 1/16 there: multiples of 1/8 are exact
  EXPECT_NEAR(pearson_correlation(far, sample.values, sample.weights), 1.0, 1e-9);
}

TEST(PearsonCorrelation, RefusesUnequalColumnsAndNaN) {
  EXPECT_THROW(pearson_correlation(Floats{1, 2}, Floats{1}, {}), DataError);
  EXPECT_THROW(pearson_correlation(Floats{1, kNaN}, Floats{1, 2}, {}), DataError);
  EXPECT_THROW(pearson_correlation(Floats{1, 2}, Floats{1, kNaN}, {}), DataError);
  EXPECT_THROW(pearson_correlation({}, {}, {}), DataError);
}

}  // namespace
}  // namespace trueup
