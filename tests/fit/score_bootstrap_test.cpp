// The sandwich covariance of method score against the spread of bootstrap samples, which knows nothing of formulas.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "learnt_options.hpp"

namespace trueup {
namespace {

using testing_support::exact_weights_of_mean;
using testing_support::gaussian;
using testing_support::gaussian_generator;
using testing_support::learnt_options;

constexpr double kTruth = 0.8;
constexpr std::size_t kEvents = 1500;
constexpr std::size_t kGenerated = 20'000;
constexpr std::uint64_t kSamples = 40;

/// Each event counts as often as a Poisson number of mean 1 says.
Table resampled(const Table& table, std::uint64_t index) {
  RandomStream stream(77, "score bootstrap test", index);
  std::vector<float> counts;
  for (std::size_t i = 0; i < table.rows(); ++i) counts.push_back(static_cast<float>(stream.poisson(1.0)));
  Table result = table;
  result.set_weights(counts);
  return result;
}

double spread(const std::vector<double>& values) {
  double sum = 0.0, squares = 0.0;
  for (const double v : values) sum += v, squares += v * v;
  const double n = static_cast<double>(values.size());
  return std::sqrt((squares - sum * sum / n) / (n - 1.0));
}

TEST(ScoreBootstrap, SharesOfTheErrorAreTheSpreadsOfResampledEvents) {
  ThreadPool pool(2);
  const Table data = gaussian(kEvents, kTruth, kTruth, 300), simulation = gaussian(kEvents, 0, 0, 301);
  const GeneratorEvents generator = gaussian_generator(kGenerated, 302);
  FitOptions options = learnt_options(FitMethod::score);
  options.hidden = {16, 16};
  options.score.max_expansions = 1;  // half the time, for a statistic that is a little less precise
  options.training.batch_size = 100;
  const auto fit = [&](const Table& some_data, const Table& some_simulation) {
    return fit_parameters(some_data, some_simulation, generator, exact_weights_of_mean(), options, pool);
  };
  const ScoreReport report = *fit(data, simulation).score;
  std::vector<double> by_data, by_simulation;
  for (std::uint64_t b = 0; b < kSamples; ++b) {
    by_data.push_back(fit(resampled(data, b), simulation).parameters[0].value);
    by_simulation.push_back(fit(data, resampled(simulation, 1000 + b)).parameters[0].value);
  }
  // A spread of 40 is known to 1/√(2·39) = 11 %; four of these. Networks learnt from other simulated events move the value
  // by a part of their own, in second order.
  EXPECT_TRUE(std::abs(spread(by_data) / report.data[0] - 1.0) <= 0.45)
      << spread(by_data) << " " << report.data[0];
  EXPECT_TRUE(std::abs(spread(by_simulation) / report.simulation[0] - 1.0) <= 0.45)
      << spread(by_simulation) << " " << report.simulation[0];
}

// What each event adds to the value is known; its squares sum to the shares.
TEST(ScoreBootstrap, InfluencesOfTheEventsMakeUpTheShares) {
  ThreadPool pool(2);
  const FitResult result = fit_parameters(gaussian(kEvents, kTruth, kTruth, 310),
                                          gaussian(kEvents, 0, 0, 311), gaussian_generator(kGenerated, 312),
                                          exact_weights_of_mean(), learnt_options(FitMethod::score), pool);
  double data = 0.0, simulation = 0.0;
  for (const float d : result.score->data_influence) data += static_cast<double>(d) * static_cast<double>(d);
  for (const float d : result.score->simulation_influence)
    simulation += static_cast<double>(d) * static_cast<double>(d);
  EXPECT_NEAR(std::sqrt(data) / result.score->data[0], 1.0, 1e-4);
  EXPECT_NEAR(std::sqrt(simulation) / result.score->simulation[0], 1.0, 1e-4);
}

// t and φ that have learnt next to nothing cost precision; the interval has to say so. The width of 60 pulls is known to
// 1/√(2·60) = 9 %; with φ's share left out of the slope it is 0.65.
TEST(ScoreBootstrap, ErrorsOfBadlyTrainedStatisticsAreRight) {
  constexpr std::uint64_t kToys = 60;
  constexpr std::size_t kToyEvents = 4000;
  ThreadPool pool(2);
  FitOptions options = learnt_options(FitMethod::score);
  options.training.max_epochs = 1;
  std::vector<double> pulls;
  for (std::uint64_t toy = 0; toy < kToys; ++toy) {
    options.seed = 1 + toy;
    const std::uint64_t stream = 400 + 3 * toy;
    const FitResult result = fit_parameters(
        gaussian(kToyEvents, kTruth, kTruth, stream), gaussian(kToyEvents, 0, 0, stream + 1),
        gaussian_generator(2 * kGenerated, stream + 2), exact_weights_of_mean(), options, pool);
    const ScoreReport& score = *result.score;
    const double error = std::hypot(score.data[0], score.simulation[0], score.generator[0]);
    pulls.push_back((result.parameters[0].value - kTruth) / error);
  }
  EXPECT_GT(spread(pulls), 0.78);
  EXPECT_LT(spread(pulls), 1.30);
}

}  // namespace
}  // namespace trueup
