// The correction of moments: what a network leaves out it makes right, and where the network is right it does next to nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <reweight/gaussian_samples.hpp>
#include <reweight/poisson_members.hpp>
#include <trueup/error.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

Table gaussian(std::size_t events, bool scanned, std::uint64_t index) {
  return testing_support::gaussian_sample(RandomStream(21, "moments test", index), events, scanned);
}

/// One short epoch: far from what there is to learn.
ReweightOptions hardly_trained() {
  ReweightOptions options;
  options.features = {"x"};
  options.parameters = {"mu"};
  options.nominal = {0.0};
  options.hidden = {8};
  options.training.batch_size = 5000;
  options.training.max_epochs = 1;
  return options;
}

MeanWithError weighted_mean_of_x(const Reweighter& reweighter, double mu, ThreadPool& pool) {
  const Table fresh = gaussian(100'000, false, 9);
  return weighted_mean(fresh.values("x"), reweighter.weights(fresh, std::vector<double>{mu}, pool));
}

// log w = mu x − mu²/2 is among the corrections: whatever the network learnt, the sum can be exact.
TEST(Moments, MakeUpForATrainingThatHardlyTookPlace) {
  ThreadPool pool(2);
  const Table nominal = gaussian(60'000, false, 0), scanned = gaussian(60'000, true, 1);
  for (const WeightForm form : {WeightForm::difference, WeightForm::plain}) {
    ReweightOptions options = hardly_trained();
    options.form = form;
    const Reweighter corrected = train_reweighter(nominal, scanned, options, pool);
    options.moments = 0;
    const Reweighter alone = train_reweighter(nominal, scanned, options, pool);
    EXPECT_TRUE(alone.model().moments.none());
    for (const double mu : {-0.7, 0.5}) {
      // 60,000 scanned events know the mean at one mu to about 0.015.
      const double with = weighted_mean_of_x(corrected, mu, pool).value;
      const double without = weighted_mean_of_x(alone, mu, pool).value;
      EXPECT_TRUE(std::abs(with - mu) <= 0.05) << with << " at " << mu;
      EXPECT_TRUE(std::abs(without - mu) >= 0.15) << without << " at " << mu;
    }
    if (form == WeightForm::difference) {
      const auto at_nominal = corrected.weights(nominal, std::vector<double>{0.0}, pool);
      EXPECT_TRUE(std::ranges::all_of(at_nominal, [](float w) { return w == 1.0f; }));
    }
  }
}

TEST(Moments, AreThoseOfTheTargetWithoutParameters) {
  ThreadPool pool(2);
  ReweightOptions options = hardly_trained();
  options.parameters.clear();
  options.nominal.clear();
  options.form = WeightForm::plain;
  Table target = gaussian(60'000, false, 1);
  for (float& x : target.mutable_values("x")) x = 0.7f * x + 0.4f;
  const Reweighter reweighter = train_reweighter(gaussian(60'000, false, 0), target, options, pool);
  const Table fresh = gaussian(100'000, false, 9);
  const auto weights = reweighter.weights(fresh, {}, pool);
  const double mean = weighted_mean(fresh.values("x"), weights).value;
  std::vector<float> squares;
  for (const float x : fresh.values("x")) squares.push_back(x * x);
  const double width = std::sqrt(weighted_mean(squares, weights).value - mean * mean);
  EXPECT_TRUE(std::abs(mean - 0.4) <= 0.02) << mean;
  EXPECT_TRUE(std::abs(width - 0.7) <= 0.02) << width;
}

// The weights depend on the number of members alone, which is among the sums.
TEST(Moments, CountMembers) {
  ThreadPool pool(2);
  ReweightOptions options = testing_support::options_for_members();
  options.training.max_epochs = 1;
  options.training.batch_size = 10'000;
  const Table nominal = testing_support::poisson_members(20'000, testing_support::kNominalRate, 1);
  const Table scanned = testing_support::poisson_members(20'000, 0.0, 2);
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  EXPECT_EQ(reweighter.model().moments.sums.size(), 3u);  // members, and the sums of x and y
  const Table fresh = testing_support::poisson_members(50'000, testing_support::kNominalRate, 3);
  for (const double rate : {3.0, 5.0}) {
    const auto weights = reweighter.weights(fresh, std::vector<double>{rate}, pool);
    const double mean = weighted_mean(fresh.values("k"), weights).value;
    EXPECT_TRUE(std::abs(mean - rate) <= 0.1) << mean << " at " << rate;
  }
}

TEST(Moments, AreTheSameBitsForAnyNumberOfThreads) {
  const Table nominal = gaussian(20'000, false, 0), scanned = gaussian(20'000, true, 1);
  std::vector<float> first;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    const Reweighter reweighter = train_reweighter(nominal, scanned, hardly_trained(), pool);
    const std::vector<float>& found = reweighter.model().moments.coefficients;
    ASSERT_FALSE(found.empty());
    if (first.empty()) first = found;
    EXPECT_EQ(found, first) << threads;
  }
}

TEST(Moments, LeaveProductsOutWhereTheyAreTooMany) {
  ThreadPool pool(2);
  ReweightOptions options = hardly_trained();
  options.features.clear();
  Table nominal = gaussian(2000, false, 0), scanned = gaussian(2000, true, 1);
  for (int column = 0; column < 20; ++column) {
    const std::string name = "x" + std::to_string(column);
    options.features.push_back(name);
    for (Table* table : {&nominal, &scanned}) {
      const auto x = table->values("x");
      table->add_column(
          name, std::vector<float>(x.begin(), x.end()));  // all the same: only a prior tells them apart
    }
  }
  const Reweighter reweighter = train_reweighter(nominal, scanned, options, pool);
  EXPECT_EQ(reweighter.model().moments.order, 1u);
  EXPECT_EQ(reweighter.model().moments.coefficients.size(), 21u * 3u);
}

TEST(Moments, RefuseOrdersAndDegreesThatAreNotThere) {
  ThreadPool pool(2);
  const Table nominal = gaussian(1000, false, 0), scanned = gaussian(1000, true, 1);
  for (const auto& [order, degree] : {std::pair{3, 3}, {2, 0}, {2, 5}}) {
    ReweightOptions options = hardly_trained();
    options.moments = static_cast<std::size_t>(order);
    options.moments_degree = static_cast<std::size_t>(degree);
    EXPECT_THROW(train_reweighter(nominal, scanned, options, pool), ConfigError);
  }
}

}  // namespace
}  // namespace trueup
