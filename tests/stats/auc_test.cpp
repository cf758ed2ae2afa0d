// The AUC against hand calculation and against counting all pairs, its limits, its errors, and that it is fast.
#include <gtest/gtest.h>

#include <chrono>
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

/// Sums of at most a few million terms of one size in double: 1e-12 leaves room for their rounding.
constexpr double kRounding = 1e-12;

/// The definition: every pair counted.
double auc_of_pairs(const Sample& p, const Sample& n) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < p.values.size(); ++i) {
    for (std::size_t j = 0; j < n.values.size(); ++j) {
      const double w = static_cast<double>(p.weights[i]) * n.weights[j];
      total += w;
      if (p.values[i] > n.values[j]) sum += w;
      if (p.values[i] == n.values[j]) sum += 0.5 * w;
    }
  }
  return sum / total;
}

TEST(Auc, AgreesWithHandCalculation) {
  // Pairs: 0.35 beats 0.1 but not 0.4; 0.8 beats both.
  EXPECT_DOUBLE_EQ(auc(Floats{0.35f, 0.8f}, {}, Floats{0.1f, 0.4f}, {}), 0.75);
  // Weights: (3·1·[2 > 1] + 3·2·½[2 = 2] + 1·0 + 1·0) / (4·3)
  EXPECT_DOUBLE_EQ(auc(Floats{2, 0}, Floats{3, 1}, Floats{1, 2}, Floats{1, 2}), 0.5);
  // One negative weight: (2·[5 > 1] + 2·[5 > 3] − 1·½[1 = 1]) / ((2 − 1)·2)
  EXPECT_DOUBLE_EQ(auc(Floats{5, 1}, Floats{2, -1}, Floats{1, 3}, Floats{1, 1}), 1.75);
}

TEST(Auc, ReachesItsLimits) {
  EXPECT_EQ(auc(Floats{2, 3}, {}, Floats{0, 1}, {}), 1.0);
  EXPECT_EQ(auc(Floats{0, 1}, {}, Floats{2, 3}, {}), 0.0);
  EXPECT_EQ(auc(Floats{1, 1, 1}, {}, Floats{1, 1}, {}), 0.5);
  EXPECT_EQ(auc(Floats{kInfinity}, {}, Floats{-kInfinity, 3e38f}, {}), 1.0);
  EXPECT_EQ(auc(Floats{0.0f}, {}, Floats{-0.0f}, {}), 0.5) << "zeros of both signs are equal";
  EXPECT_EQ(auc(Floats{-1e-42f}, {}, Floats{1e-42f}, {}), 0.0) << "denormal scores keep their order";
}

TEST(Auc, AgreesWithCountingAllPairs) {
  std::uint64_t seed = 0;
  for (const std::size_t n : {1, 2, 17, 300}) {
    for (const double grid : {0.0, 0.5, 10.0}) {
      for (const double negative : {0.0, 0.2}) {
        const Sample a = random_sample(n, 0.3, grid, n > 2 ? negative : 0.0, ++seed);
        const Sample b = random_sample(n + 5, 0.0, grid, n > 2 ? negative : 0.0, ++seed);
        // Negative weights cancel in the denominator: room for ten times the rounding.
        EXPECT_NEAR(auc(a.values, a.weights, b.values, b.weights), auc_of_pairs(a, b), 10 * kRounding)
            << n << " events, grid " << grid << ", negative " << negative;
      }
    }
  }
}

TEST(Auc, OfSwappedSamplesIsTheComplement) {
  const Sample a = random_sample(1000, 0.5, 0.1, 0.1, 1), b = random_sample(700, 0.0, 0.1, 0.0, 2);
  const double forward = auc(a.values, a.weights, b.values, b.weights);
  EXPECT_NEAR(forward + auc(b.values, b.weights, a.values, a.weights), 1.0, kRounding);
  // Φ(0.5/√2) = 0.638 for unit Gaussians half a width apart; the spread of 1000 on 700 events is 0.014.
  EXPECT_NEAR(forward, 0.638, 5 * 0.014);
}

TEST(Auc, TakesAWeightOfTwoAsTwoEvents) {
  const Floats a{1, 2, 2, 5}, b{0, 2, 3};
  EXPECT_DOUBLE_EQ(auc(Floats{1, 2, 5}, Floats{1, 2, 1}, b, {}), auc(a, {}, b, {}));
}

TEST(Auc, NullSpreadIsThatOfEqualDistributions) {
  EXPECT_DOUBLE_EQ(auc_null_spread(300, 300), std::sqrt(2.0 / 300 / 12));
  constexpr int kToys = 400;
  constexpr std::size_t kEvents = 200;
  double squares = 0.0;
  for (int toy = 0; toy < kToys; ++toy) {
    const auto seed = static_cast<std::uint64_t>(2 * toy);
    const Sample a = random_sample(kEvents, 0.0, 0.0, 0.0, seed),
                 b = random_sample(kEvents, 0.0, 0.0, 0.0, seed + 1);
    squares += std::pow(auc(a.values, {}, b.values, {}) - 0.5, 2);
  }
  // The spread of 400 toys is known to 1/√800 = 3.5 %: four times that.
  EXPECT_NEAR(std::sqrt(squares / kToys) / auc_null_spread(kEvents, kEvents), 1.0, 0.14);
  EXPECT_THROW(auc_null_spread(0, 10), DataError);
  EXPECT_THROW(auc_null_spread(10, std::numeric_limits<double>::quiet_NaN()), DataError);
}

TEST(Auc, RefusesWhatItIsNotDefinedFor) {
  const Floats good{1, 2};
  EXPECT_THROW(auc({}, {}, good, {}), DataError);
  EXPECT_THROW(auc(good, {}, {}, {}), DataError);
  EXPECT_THROW(auc(good, Floats{1}, good, {}), DataError);
  EXPECT_THROW(auc(good, Floats{1, kNaN}, good, {}), DataError);
  EXPECT_THROW(auc(good, {}, good, Floats{1, kInfinity}), DataError);
  EXPECT_THROW(auc(good, Floats{1, -1}, good, {}), DataError);
  EXPECT_THROW(auc(good, {}, good, Floats{-1, -1}), DataError);
  try {
    auc(good, {}, Floats{1, kNaN}, {});
    ADD_FAILURE() << "a NaN score went through";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "AUC, negative sample: the score in row 1 is NaN; remove such events first");
  }
}

TEST(Auc, SortsTwoHundredThousandScoresInMilliseconds) {
  const Sample a = random_sample(100000, 0.1, 0.0, 0.0, 1), b = random_sample(100000, 0.0, 0.0, 0.0, 2);
  double fastest = std::numeric_limits<double>::infinity();
  double value = 0.0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    value = auc(a.values, a.weights, b.values, b.weights);
    fastest =
        std::min(fastest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  EXPECT_GT(value, 0.5);
  RecordProperty("milliseconds", std::to_string(1e3 * fastest));
  // Some 3 ms on a quiet core; this much only fails when the sort is no longer linear, sanitizers and busy machines included.
  EXPECT_LT(fastest, 0.5);
}

}  // namespace
}  // namespace trueup
