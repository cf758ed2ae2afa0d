// Philox against published vectors, and the distributions made from it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

using Block = std::array<std::uint32_t, 4>;

TEST(Philox, GivesThePublishedVectors) {  // kat_vectors of Random123
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kAll = 0xffffffff;
  EXPECT_EQ(philox4x32({kAll, kAll, kAll, kAll}, {kAll, kAll}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, RepeatsAndDependsOnEveryPartOfItsKey) {
  std::set<std::uint64_t> first;
  for (const std::uint64_t seed : {0ULL, 1ULL, ~0ULL}) {
    for (const char* purpose : {"", "init", "shuffle"}) {
      for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 40}) {
        RandomStream a(seed, purpose, index), b(seed, purpose, index);
        const std::uint64_t value = a.next_u64();
        EXPECT_EQ(value, b.next_u64());
        first.insert(value);
      }
    }
  }
  EXPECT_EQ(first.size(), 27U);
}

TEST(RandomStream, KeepsItsNumbers) {
  // Fixed forever: stored results and golden files depend on them.
  RandomStream stream(42, "golden", 7);
  EXPECT_EQ(stream.next_u64(), 1019078151601360148ULL);
  EXPECT_EQ(derive_seed(42, "golden", 7), 16287175401833829141ULL);
}

TEST(RandomStream, UniformFillsTheUnitInterval) {
  RandomStream stream(1, "uniform");
  constexpr int kN = 200000;
  double sum = 0, squares = 0, low = 1, high = 0;
  for (int i = 0; i < kN; ++i) {
    const double u = stream.uniform();
    sum += u, squares += u * u, low = std::min(low, u), high = std::max(high, u);
  }
  // Five standard errors: 1/sqrt(12 N) and sqrt(4/45 / N).
  EXPECT_LT(std::fabs(sum / kN - 0.5), 5 * std::sqrt(1.0 / 12 / kN));
  EXPECT_LT(std::fabs(squares / kN - 1.0 / 3), 5 * std::sqrt(4.0 / 45 / kN));
  EXPECT_GE(low, 0.0);
  EXPECT_LT(high, 1.0);
}

TEST(RandomStream, UniformRangeExcludesItsEnd) {
  RandomStream stream(2, "range");
  const double next = std::nextafter(1.0, 2.0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stream.uniform(1.0, next), 1.0);
  EXPECT_EQ(stream.uniform(3.0, 3.0), 3.0);
}

TEST(RandomStream, NormalHasItsMoments) {
  RandomStream stream(3, "normal");
  constexpr int kN = 200000;
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0, pairs = 0, before = 0;
  for (int i = 0; i < kN; ++i) {
    const double z = stream.normal();
    m1 += z, m2 += z * z, m3 += z * z * z, m4 += z * z * z * z, pairs += z * before;
    before = z;
  }
  const double error = 5 / std::sqrt(static_cast<double>(kN));
  EXPECT_LT(std::fabs(m1 / kN), error);
  EXPECT_LT(std::fabs(m2 / kN - 1), error * std::sqrt(2.0));
  EXPECT_LT(std::fabs(m3 / kN), error * std::sqrt(15.0));
  EXPECT_LT(std::fabs(m4 / kN - 3), error * std::sqrt(96.0));
  EXPECT_LT(std::fabs(pairs / kN), error);
}

TEST(RandomStream, BelowIsFair) {
  RandomStream stream(4, "below");
  for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 10ULL}) {
    std::vector<int> count(n);
    for (int i = 0; i < 60000; ++i) ++count.at(stream.below(n));
    const double expected = 60000.0 / static_cast<double>(n);
    for (const int c : count) EXPECT_LT(std::fabs(c - expected), 5 * std::sqrt(expected) + 1e-9);
  }
  const std::uint64_t large = (1ULL << 63) + 1;
  for (int i = 0; i < 1000; ++i) EXPECT_LT(stream.below(large), large);
  EXPECT_THROW(stream.below(0), ConfigError);
}

TEST(RandomStream, PoissonHasMeanAndVariance) {
  RandomStream stream(5, "poisson");
  for (const double mean : {0.0, 0.1, 1.0, 5.0, 16.0, 100.0}) {
    constexpr int kN = 50000;
    double sum = 0, squares = 0;
    for (int i = 0; i < kN; ++i) {
      const double k = stream.poisson(mean);
      sum += k, squares += k * k;
    }
    const double average = sum / kN, variance = squares / kN - average * average;
    EXPECT_LE(std::fabs(average - mean), 5 * std::sqrt(mean / kN)) << mean;
    EXPECT_LE(std::fabs(variance - mean), 5 * std::sqrt((mean + 2 * mean * mean) / kN)) << mean;
  }
  EXPECT_THROW(stream.poisson(-1), ConfigError);
  EXPECT_THROW(stream.poisson(std::numeric_limits<double>::quiet_NaN()), ConfigError);
  EXPECT_THROW(stream.poisson(std::numeric_limits<double>::infinity()), ConfigError);
}

TEST(RandomPermutation, HoldsEachIndexOnce) {
  for (const std::size_t n : {0U, 1U, 1000U}) {
    RandomStream stream(6, "permutation", n);
    std::vector<std::uint32_t> order = random_permutation(n, stream);
    EXPECT_EQ(std::is_sorted(order.begin(), order.end()), n < 2) << n;
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(order[i], i);
  }
}

TEST(RandomPermutation, MakesAllOrdersAlike) {
  RandomStream stream(7, "orders");
  std::vector<int> count(6);
  constexpr int kN = 60000;
  for (int i = 0; i < kN; ++i) {
    const auto p = random_permutation(3, stream);
    ++count[2 * p[0] + (p[1] > p[2] ? 1 : 0)];
  }
  for (const int c : count) EXPECT_LT(std::fabs(c - kN / 6.0), 5 * std::sqrt(kN / 6.0));
}

}  // namespace
}  // namespace trueup
