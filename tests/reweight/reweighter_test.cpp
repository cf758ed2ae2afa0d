// Reweighting on the 1-D Gaussian, whose weights are known exactly (SRGN Eq. 10).
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <reweight/gaussian_samples.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

Table gaussian(std::size_t events, bool scanned, std::uint64_t index) {
  return testing_support::gaussian_sample(RandomStream(21, "reweighter test", index), events, scanned);
}

ReweightOptions options_for_gaussian() {
  ReweightOptions options;
  options.features = {"x"};
  options.parameters = {"mu"};
  options.nominal = {0.0};
  options.training.batch_size = 2000;
  options.training.max_epochs = 30;
  options.training.patience = 30;
  options.training.schedule = LearningRateSchedule::cosine;
  options.training.adam.learning_rate = 2e-3;
  return options;
}

TEST(Reweighter, LearnsTheExactWeights) {
  ThreadPool pool(2);
  const Table nominal = gaussian(60000, false, 0), scanned = gaussian(60000, true, 1);
  const ReweightOptions options = options_for_gaussian();
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  const Table fresh = gaussian(40000, false, 2);
  for (const double mu : {-0.8, 0.0, 0.5}) {
    const auto weights = reweighter.weights(fresh, std::vector<double>{mu}, pool);
    std::vector<float> squared;
    const auto x = fresh.values("x");
    for (std::size_t r = 0; r < weights.size(); ++r) {
      const double exact = std::exp(mu * x[r] - 0.5 * mu * mu);
      squared.push_back(static_cast<float>((weights[r] - exact) * (weights[r] - exact)));
    }
    const double rms = std::sqrt(weighted_mean(squared, {}).value);
    EXPECT_TRUE(rms <= 0.18) << "mu " << mu << " rms "
                             << rms;  // exact weights have a spread of 0.95 at mu = -0.8
    // Over six samples of this size E[w] scatters by 0.01 at mu = -0.8; three times that, and a little.
    EXPECT_TRUE(std::abs(weighted_mean(weights, {}).value - 1.0) <= 0.04)
        << mu << " " << weighted_mean(weights, {}).value;
  }
  EXPECT_DOUBLE_EQ(reweighter.model().parameters[0].nominal, 0.0);
  EXPECT_TRUE(std::abs(reweighter.model().parameters[0].low + 1.0) <= 1e-3);
}

TEST(Reweighter, DifferenceFormIsExactAtNominalAndCloseNearIt) {
  ThreadPool pool(2);
  const Table nominal = gaussian(60000, false, 0), scanned = gaussian(60000, true, 1);
  ReweightOptions options = options_for_gaussian();
  options.form = WeightForm::difference;
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  const Table fresh = gaussian(40000, false, 2);
  for (const float w : reweighter.weights(fresh, std::vector<double>{0.0}, pool)) {
    ASSERT_EQ(w, 1.0f);
  }
  const auto x = fresh.values("x");
  for (const double mu : {0.05, -0.8}) {
    const auto weights = reweighter.weights(fresh, std::vector<double>{mu}, pool);
    std::vector<float> exact;
    for (const float v : x) {
      exact.push_back(static_cast<float>(std::exp(mu * static_cast<double>(v) - 0.5 * mu * mu)));
    }
    // Over six samples of this size the mean of x is off by 0.003 at mu = 0.05, by 0.02 at -0.8 (rms).
    const double moved = weighted_mean(x, weights).value - weighted_mean(x, exact).value;
    EXPECT_TRUE(std::abs(moved) <= (mu > 0.0 ? 0.012 : 0.08)) << mu << " " << moved;
  }
}

TEST(Reweighter, ClosureSeesWhatWasCorrected) {
  ThreadPool pool(2);
  const Table nominal = gaussian(40000, false, 3), scanned = gaussian(40000, true, 4);
  const ReweightOptions options = options_for_gaussian();
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  const auto points = check_closure(reweighter, nominal, scanned, options, ClosureOptions{}, pool);
  ASSERT_EQ(points.size(), 3u);
  for (const ClosurePoint& point : points) {
    EXPECT_TRUE(std::abs(point.mean_weight - 1.0) <= 0.05) << point.mean_weight;
    EXPECT_TRUE(std::abs(point.auc - 0.5) <= 4.5 * point.auc_null_spread) << point.auc;
    EXPECT_GT(point.generated_events, 1000u);
    EXPECT_GT(point.effective_fraction, 0.3);
    ASSERT_EQ(point.columns.size(), 1u);
    EXPECT_LT(point.columns[0].chi2_per_ndof, 2.5);
  }
  // At the outer points (|mu| = 2/3) there was something to correct; in the middle nothing.
  for (const std::size_t outer : {0u, 2u}) {
    EXPECT_GT(points[outer].auc_unweighted, 0.62);
    EXPECT_GT(points[outer].columns[0].chi2_per_ndof_unweighted, 10.0);
  }
}

TEST(Reweighter, SameBitsForAnyThreadCountAndOwnWeightsCount) {
  const Table nominal = gaussian(5000, false, 5), scanned = gaussian(5000, true, 6);
  ReweightOptions options = options_for_gaussian();
  options.training.max_epochs = 2;
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
    results.push_back(reweighter.weights(nominal, std::vector<double>{0.3}, pool));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
  ThreadPool pool(1);
  Table weighted = nominal;
  weighted.set_weights(std::vector<float>(nominal.rows(), -2.0f));
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  const auto doubled = reweighter.weights(weighted, std::vector<double>{0.3}, pool);
  EXPECT_EQ(doubled[7], -2.0f * results[0][7]);
}

TEST(Reweighter, EventWeightsOfTheScanSayHowOftenAThetaOccursNotHowLikelyItsEventsAre) {
  ThreadPool pool(2);
  const Table nominal = gaussian(40000, false, 9);
  Table scanned = gaussian(40000, true, 10);
  std::vector<float> rising;
  for (const float mu : scanned.values("mu")) {
    rising.push_back(0.01f * (1.0f + 0.8f * mu));  // events at mu = 0.7 count 3.5 times as much as at -0.7
  }
  scanned.set_weights(std::move(rising));
  const Reweighter reweighter = train_reweighter(nominal, scanned, options_for_gaussian(), pool);
  for (const double mu : {-0.7, 0.0, 0.7}) {
    const auto weights = reweighter.weights(nominal, std::vector<double>{mu}, pool);
    // As in LearnsTheExactWeights, with two thirds of the events.
    EXPECT_TRUE(std::abs(weighted_mean(weights, {}).value - 1.0) <= 0.05)
        << mu << " " << weighted_mean(weights, {}).value;
  }
}

TEST(Reweighter, ClosureTakesEventWeightsApartFromLearntOnes) {
  ThreadPool pool(2);
  Table nominal = gaussian(20000, false, 11), scanned = gaussian(20000, true, 12);
  const ReweightOptions options = options_for_gaussian();
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  const auto bare = check_closure(reweighter, nominal, scanned, options, ClosureOptions{}, pool);
  // Cross sections as weights: their size says nothing about the density ratio. Powers of 2 round nothing.
  nominal.set_weights(std::vector<float>(nominal.rows(), 0.25f));
  scanned.set_weights(std::vector<float>(scanned.rows(), 8.0f));
  const auto weighted = check_closure(reweighter, nominal, scanned, options, ClosureOptions{}, pool);
  ASSERT_EQ(bare.size(), weighted.size());
  for (std::size_t k = 0; k < bare.size(); ++k) {
    EXPECT_DOUBLE_EQ(weighted[k].mean_weight, bare[k].mean_weight);
    EXPECT_DOUBLE_EQ(weighted[k].mean_weight_error, bare[k].mean_weight_error);
    EXPECT_DOUBLE_EQ(weighted[k].largest_weight, bare[k].largest_weight);
    EXPECT_DOUBLE_EQ(weighted[k].effective_fraction, bare[k].effective_fraction);
    EXPECT_DOUBLE_EQ(weighted[k].columns[0].chi2_per_ndof, bare[k].columns[0].chi2_per_ndof);
  }
}

/// x ~ N(mean, 1), each event counting (1 + x²) / 2 where asked.
Table shifted_gaussian(std::size_t events, double mean, bool weighted, std::uint64_t index) {
  Table table = gaussian(events, false, index);
  for (float& x : table.mutable_values("x")) x += static_cast<float>(mean);
  if (!weighted) return table;
  std::vector<float> weights;
  for (const float x : table.values("x")) weights.push_back(0.5f * (1.0f + x * x));
  table.set_weights(std::move(weights));
  return table;
}

TEST(Reweighter, WithoutParametersTurnsOneSampleIntoAnother) {
  ThreadPool pool(2);
  ReweightOptions options = options_for_gaussian();
  options.parameters = {};
  options.nominal = {};
  for (const bool weighted : {false, true}) {
    const Table source = shifted_gaussian(40000, 0.0, weighted, 9),
                target = shifted_gaussian(50000, 0.4, false, 10);
    const Reweighter reweighter = train_reweighter(source, target, options, pool);
    const Table fresh = shifted_gaussian(30000, 0.0, weighted, 11);
    const auto weights = reweighter.weights(fresh, {}, pool);
    // Event weights included, those of the source become those of N(0.4, 1).
    EXPECT_NEAR(weighted_mean(fresh.values("x"), weights).value, 0.4, 0.03) << weighted;
    const auto points = check_closure(reweighter, source, target, options, {}, pool);
    ASSERT_EQ(points.size(), 1u);
    EXPECT_TRUE(points[0].theta.empty());
    EXPECT_GT(points[0].auc_unweighted, 0.55) << weighted;
    EXPECT_LT(points[0].auc, 0.5 + 5.0 * points[0].auc_null_spread + 0.01) << weighted;
    EXPECT_NEAR(points[0].mean_weight, 1.0, 0.05) << weighted;
  }
}

TEST(Reweighter, WithoutParametersClosureNeedsEventsAndCanBeLeftOut) {
  ThreadPool pool(1);
  ReweightOptions options = options_for_gaussian();
  options.parameters = {};
  options.nominal = {};
  const Table source = gaussian(150, false, 12);
  EXPECT_THROW(require_closure_events(source, source, options, {}), DataError);
  EXPECT_NO_THROW(require_closure_events(source, source, options, {.points = 0}));
}

TEST(Reweighter, RefusesWhatItCannotLearn) {
  ThreadPool pool(1);
  const Table nominal = gaussian(100, false, 7), scanned = gaussian(100, true, 8);
  ReweightOptions options = options_for_gaussian();
  options.training.max_epochs = 1;

  ReweightOptions wrong = options;
  wrong.features = {"y"};
  EXPECT_THROW(train_reweighter(nominal, scanned, wrong, pool), DataError);
  wrong = options;
  wrong.nominal = {};
  EXPECT_THROW(train_reweighter(nominal, scanned, wrong, pool), ConfigError);
  wrong = options;
  wrong.train_fraction = 1.0;
  EXPECT_THROW(train_reweighter(nominal, scanned, wrong, pool), ConfigError);

  Table constant = scanned;
  for (float& mu : constant.mutable_values("mu")) {
    mu = 0.5f;
  }
  EXPECT_THROW(train_reweighter(nominal, constant, options, pool), DataError);
  Table broken = nominal;
  broken.mutable_values("x")[3] = NAN;
  EXPECT_THROW(train_reweighter(broken, scanned, options, pool), DataError);
  EXPECT_THROW(train_reweighter(nominal.slice(0, 0), scanned, options, pool), DataError);
  Table negative = nominal;
  negative.set_weights(std::vector<float>(nominal.rows(), -1.0f));
  EXPECT_THROW(train_reweighter(negative, scanned, options, pool), DataError);

  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  EXPECT_THROW(reweighter.weights(nominal, std::vector<double>{7.0}, pool), ConfigError);
  EXPECT_THROW(reweighter.weights(nominal, std::vector<double>{}, pool), ConfigError);
}

}  // namespace
}  // namespace trueup
