// Data with a background that does not depend on the parameters.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include <trueup/error.hpp>

#include "learnt_options.hpp"

namespace trueup {
namespace {

using testing_support::exact_weights_of_mean;
using testing_support::gaussian;
using testing_support::gaussian_generator;
using testing_support::GaussianRange;
using testing_support::learnt_options;

constexpr double kTruth = 0.6;
constexpr double kShare = 0.25;
constexpr std::size_t kEvents = 20'000;

Table observable(const Table& table) {
  Table result;
  result.add_column("y", table.column("y").values);
  return result;
}

/// A narrow peak beside the signal.
Table background(std::size_t events, std::uint64_t index) {
  return observable(gaussian(events, GaussianRange{-1.2, -1.2, 0.3, 0.3}, index));
}

Table mixed_data(std::uint64_t index) {
  const auto other = static_cast<std::size_t>(kShare * kEvents);
  Table data = observable(gaussian(kEvents - other, kTruth, kTruth, index));
  data.append(background(other, index + 1));
  return data;
}

FitResult fit(FitMethod method, const Background& with, const Table& data) {
  ThreadPool pool(2);
  const Table simulation = gaussian(kEvents, 0, 0, 410);
  const GeneratorEvents generator = gaussian_generator(200'000, 411);
  return fit_parameters(FitSamples{data, simulation, generator, with}, exact_weights_of_mean(),
                        learnt_options(method), pool);
}

TEST(FitBackground, IsTakenIntoAccount) {
  const Background known{background(kEvents, 420), kShare, 0.0};
  for (const FitMethod method : {FitMethod::score, FitMethod::likelihood}) {
    const FitResult with = fit(method, known, mixed_data(400));
    const FittedParameter& mu = with.parameters[0];
    EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value << " " << mu.statistical;
    EXPECT_GT(with.score->background[0], 0.0);
    EXPECT_EQ(with.score->background_share[0], 0.0);
    // The narrow peak holds events of little signal: the data know less than 15,000 signal events alone, not much less.
    const double signal_alone = std::sqrt(1.25 / ((1.0 - kShare) * kEvents));
    EXPECT_TRUE(with.score->data[0] >= 0.98 * signal_alone && with.score->data[0] <= 1.7 * signal_alone)
        << with.score->data[0] << " " << signal_alone;
    EXPECT_TRUE(std::abs(with.auc_at_minimum - 0.5) <= 0.03) << with.auc_at_minimum;
  }
  // Not taken into account it pulls the mean down by a good part of 0.25 · 1.8.
  EXPECT_LT(fit(FitMethod::score, {}, mixed_data(400)).parameters[0].value, kTruth - 0.1);
}

TEST(FitBackground, TheErrorOfItsShareIsAShareOfTheError) {
  constexpr double kError = 0.02;
  const Table data = mixed_data(400);
  const FitResult centre = fit(FitMethod::score, {background(kEvents, 420), kShare, kError}, data);
  const FitResult more = fit(FitMethod::score, {background(kEvents, 420), kShare + kError, 0.0}, data);
  const double moved = std::abs(more.parameters[0].value - centre.parameters[0].value);
  // First order against a difference over 0.02, and statistics that are learnt anew.
  EXPECT_TRUE(std::abs(centre.score->background_share[0] / moved - 1.0) <= 0.2)
      << centre.score->background_share[0] << " " << moved;
  EXPECT_GE(centre.parameters[0].high - centre.parameters[0].value, centre.score->background_share[0]);
}

TEST(FitBackground, SignedWeightsOfItAreSums) {
  Table table = background(kEvents, 430);
  std::vector<float> signs(kEvents);
  for (std::size_t i = 0; i < kEvents; ++i) signs[i] = i % 5 == 0 ? -1.0f : 1.0f;
  table.set_weights(signs);
  const FitResult result = fit(FitMethod::score, {table, kShare, 0.0}, mixed_data(400));
  const FittedParameter& mu = result.parameters[0];
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value << " " << mu.statistical;
}

TEST(FitBackground, SaysWhatIsWrong) {
  const Table data = mixed_data(440);
  const auto refused = [&](FitMethod method, const Background& wrong) {
    EXPECT_THROW(fit(method, wrong, data), ConfigError);
  };
  for (const FitMethod method : {FitMethod::auc, FitMethod::loss}) {
    refused(method, {background(100, 1), kShare, 0.0});
  }
  refused(FitMethod::score, {background(100, 1), 1.0, 0.0});
  refused(FitMethod::score, {background(100, 1), -0.1, 0.0});
  refused(FitMethod::score, {background(100, 1), kShare, -1.0});
  refused(FitMethod::score, {background(100, 1), std::numeric_limits<double>::quiet_NaN(), 0.0});
  Table broken = background(100, 1);
  broken.mutable_values("y")[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(fit(FitMethod::score, {broken, kShare, 0.0}, data), DataError);
  Table cancelled = background(100, 1);
  cancelled.set_weights(std::vector<float>(100, -1.0f));
  EXPECT_THROW(fit(FitMethod::score, {cancelled, kShare, 0.0}, data), DataError);
}

}  // namespace
}  // namespace trueup
