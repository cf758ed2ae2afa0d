// The computed permutation: each element once, a different order for each key, no trace of the first order.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/permutation.hpp>

namespace trueup {
namespace {

TEST(KeyedPermutation, HasEachElementOnce) {
  for (const std::size_t n : {1ul, 2ul, 3ul, 5ul, 16ul, 17ul, 1000ul, 65536ul, 65537ul, 1'000'000ul}) {
    const KeyedPermutation order(n, 3, "test", n);
    std::vector<bool> seen(n, false);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t p = order(static_cast<std::uint32_t>(i));
      ASSERT_LT(p, n);
      ASSERT_FALSE(seen[p]);
      seen[p] = true;
    }
  }
}

TEST(KeyedPermutation, DependsOnEachPartOfItsKey) {
  const auto first_ten = [](const KeyedPermutation& order) {
    std::vector<std::uint32_t> values;
    for (std::uint32_t i = 0; i < 10; ++i) {
      values.push_back(order(i));
    }
    return values;
  };
  const auto base = first_ten(KeyedPermutation(5000, 1, "a", 0));
  EXPECT_EQ(base, first_ten(KeyedPermutation(5000, 1, "a", 0)));
  EXPECT_NE(base, first_ten(KeyedPermutation(5000, 2, "a", 0)));
  EXPECT_NE(base, first_ten(KeyedPermutation(5000, 1, "b", 0)));
  EXPECT_NE(base, first_ten(KeyedPermutation(5000, 1, "a", 1)));
}

/// Over many keys each position receives each element equally often, and neighbours are not kept together.
TEST(KeyedPermutation, LooksRandom) {
  constexpr std::uint32_t kSize = 50;
  constexpr int kKeys = 20000;
  std::vector<double> counts(kSize * kSize, 0.0);
  int neighbours = 0;
  for (int k = 0; k < kKeys; ++k) {
    const KeyedPermutation order(kSize, 7, "uniform", static_cast<std::uint64_t>(k));
    for (std::uint32_t i = 0; i < kSize; ++i) {
      counts[i * kSize + order(i)] += 1.0;
      neighbours += i + 1 < kSize && order(i + 1) == order(i) + 1 ? 1 : 0;
    }
  }
  const double expected = static_cast<double>(kKeys) / kSize;
  double chi2 = 0.0;
  for (const double c : counts) {
    chi2 += (c - expected) * (c - expected) / expected;
  }
  const double ndof = (kSize - 1.0) * (kSize - 1.0);
  EXPECT_LE(std::abs(chi2 - ndof), 6.0 * std::sqrt(2.0 * ndof)) << chi2;
  // A random order of 50 has (50 − 1)/50 such pairs on average.
  const double mean = static_cast<double>(neighbours) / kKeys;
  EXPECT_LE(std::abs(mean - 0.98), 6.0 * std::sqrt(0.98 / kKeys)) << mean;
}

/// The mean of a batch drawn from sorted values has the spread of sampling without replacement.
TEST(KeyedPermutation, BatchesOfSortedValuesAreFairSamples) {
  constexpr std::uint32_t kSize = 100'000, kBatch = 1000;
  double chi2 = 0.0;
  const KeyedPermutation order(kSize, 11, "batches");
  for (std::uint32_t b = 0; b < kSize / kBatch; ++b) {
    double sum = 0.0;
    for (std::uint32_t i = 0; i < kBatch; ++i) {
      sum += (static_cast<double>(order(b * kBatch + i)) + 0.5) / kSize;
    }
    const double pull = (sum / kBatch - 0.5) / std::sqrt(1.0 / 12.0 / kBatch);
    chi2 += pull * pull;
  }
  EXPECT_LE(std::abs(chi2 - 100.0), 6.0 * std::sqrt(200.0)) << chi2;
}

TEST(KeyedPermutation, RefusesNoElements) {
  EXPECT_THROW(KeyedPermutation(0, 1, "test"), ConfigError);
}

}  // namespace
}  // namespace trueup
