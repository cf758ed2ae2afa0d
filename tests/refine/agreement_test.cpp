// What refinements are judged by: against the plain formulas, batches, pairs, weights.
#include <gtest/gtest.h>

#include <cmath>

#include <trueup/agreement.hpp>
#include <trueup/error.hpp>

#include "refine_samples.hpp"

namespace trueup {
namespace {

using refine_tests::paired_samples;

AgreementOptions options_of(std::size_t batch, bool pairs) {
  AgreementOptions options;
  options.columns = {{.name = "x"}};
  options.hidden = {{.name = "gen"}};
  options.bandwidths = {0.8, 1.3};
  options.batch = batch;
  options.pairs = pairs;
  return options;
}

/// Fast Perfekt Eqs. 1 and 2, row by row.
double plain_mmd(const Table& a, const Table& b, std::size_t first, std::size_t n, bool with_gen) {
  const auto kernel = [&](const Table& s, std::size_t i, const Table& t, std::size_t j) {
    const double x = (s.values("x")[i] - t.values("x")[j]) / 0.8,
                 g = (s.values("gen")[i] - t.values("gen")[j]) / 1.3;
    return std::exp(-x * x - (with_gen ? g * g : 0.0));
  };
  double sum = 0.0;
  for (std::size_t i = first; i < first + n; ++i) {
    for (std::size_t j = first; j < first + n; ++j)
      sum += kernel(a, i, a, j) + kernel(b, i, b, j) - 2.0 * kernel(a, i, b, j);
  }
  return sum / static_cast<double>(n * n);
}

TEST(Agreement, IsTheFormulaOverBatches) {
  const auto [fast, full] = paired_samples(130);
  ThreadPool pool(2);
  const Agreement found = agreement(fast, full, options_of(60, true), pool);
  const auto mean = [&, f = &fast, t = &full](bool with_gen) {
    return 0.5 * (plain_mmd(*f, *t, 0, 60, with_gen) + plain_mmd(*f, *t, 60, 60, with_gen));
  };
  EXPECT_EQ(found.mmd_biased.batches, 2u);
  EXPECT_NEAR(found.mmd_biased.value, mean(false), 1e-6);  // kernels in float
  EXPECT_NEAR(found.omniscient_biased.value, mean(true), 1e-6);
  EXPECT_LT(found.mmd_unbiased.value, found.mmd_biased.value);
  double squares = 0.0;
  for (std::size_t r = 0; r < 120; ++r) squares += std::pow(fast.values("x")[r] - full.values("x")[r], 2.0);
  EXPECT_NEAR(found.mse->value, squares / 120.0, 1e-5);
}

TEST(Agreement, OfASampleWithItselfIsPerfect) {
  const auto [fast, full] = paired_samples(5000);
  ThreadPool pool(2);
  const Agreement found = agreement(full, full, options_of(1000, true), pool);
  EXPECT_NEAR(found.mmd_biased.value, 0.0, 1e-6);
  EXPECT_EQ(found.mse->value, 0.0);
  EXPECT_EQ(found.chi2_per_ndof(), 0.0);
  EXPECT_EQ(found.columns[0].ks, 0.0);
}

/// Rows of weight 2 are rows that stand there twice.
TEST(Agreement, CountsWeights) {
  auto [fast, full] = paired_samples(200);
  Table twice = fast;
  twice.append(fast.slice(0, 50));
  std::vector<float> weights(200, 1.0f);
  std::fill_n(weights.begin(), 50, 2.0f);
  fast.set_weights(weights);
  ThreadPool pool(1);
  AgreementOptions options = options_of(250, false);
  Table longer = full;
  longer.append(full.slice(0, 50));
  full.set_weights(weights);
  const Agreement by_weight = agreement(fast, full, options, pool),
                  by_rows = agreement(twice, longer, options, pool);
  EXPECT_NEAR(by_weight.mmd_biased.value, by_rows.mmd_biased.value, 1e-6);
  EXPECT_FALSE(by_weight.mse.has_value());
  EXPECT_TRUE(std::isnan(by_weight.mmd_biased.spread)) << "of a single batch";
}

TEST(Agreement, RefusesWhatDoesNotFit) {
  const auto [fast, full] = paired_samples(50);
  ThreadPool pool(1);
  AgreementOptions options = options_of(10, true);
  EXPECT_THROW(agreement(fast, full.slice(0, 40), options, pool), DataError);
  options.bandwidths = {1.0};
  EXPECT_THROW(agreement(fast, full, options, pool), ConfigError);
}

}  // namespace
}  // namespace trueup
