// Method likelihood on the Gaussian with detector noise, where the ratio and all errors are known exactly.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/fit.hpp>

#include "learnt_options.hpp"

namespace trueup {
namespace {

using testing_support::exact_weights_of_mean;
using testing_support::gaussian;
using testing_support::gaussian_generator;
using testing_support::GaussianRange;
using testing_support::learnt_options;

constexpr double kTruth = 0.6;
constexpr double kVariance = 1.25;  // of y: 1 + 0.5²
constexpr std::size_t kEvents = 20'000;
constexpr std::size_t kGenerated = 200'000;

FitOptions options(std::uint64_t seed = 1) {
  return learnt_options(FitMethod::likelihood, seed);
}

GeneratorEvents generator(std::uint64_t seed) {
  return gaussian_generator(kGenerated, 1000 + seed);
}

FitResult fit(std::uint64_t seed, const FitOptions& with, double truth = kTruth) {
  ThreadPool pool(2);
  return fit_parameters(gaussian(kEvents, truth, truth, 100 + seed), gaussian(kEvents, 0, 0, 200 + seed),
                        generator(seed), exact_weights_of_mean(), with, pool);
}

TEST(LikelihoodFit, ShapeAndErrorsAreThoseOfTheExactLikelihood) {
  const FitResult result = fit(1, options());
  ASSERT_TRUE(result.likelihood.has_value());
  const FittedParameter& mu = result.parameters.at(0);
  const LikelihoodReport& report = *result.likelihood;
  const double data = std::sqrt(kVariance / static_cast<double>(kEvents));
  // log L of a Gaussian mean is a parabola of this width; a network that learnt it from 20,000 events knows it to a tenth.
  EXPECT_TRUE(std::abs(report.hessian_error[0] / data - 1.0) <= 0.1)
      << report.hessian_error[0] << " " << data;
  EXPECT_TRUE(std::abs((report.profiles[0].high - report.profiles[0].low) / (2.0 * data) - 1.0) <= 0.1);
  EXPECT_TRUE(std::abs(result.score->data[0] / data - 1.0) <= 0.05) << result.score->data[0] << " " << data;
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value << " " << mu.statistical;
  EXPECT_TRUE(std::abs(report.maximum[0] + report.correction[0] - mu.value) <= 1e-12);
  EXPECT_TRUE(std::abs(report.mean_ratio - 1.0) <= 0.02) << report.mean_ratio;
  const double down = mu.value - mu.low, up = mu.high - mu.value;
  EXPECT_TRUE(std::abs(down / mu.statistical - 1.0) <= 0.05 && std::abs(up / mu.statistical - 1.0) <= 0.05)
      << down << " " << up << " " << mu.statistical;
  EXPECT_TRUE(result.score->converged);
  EXPECT_TRUE(result.rejected.empty());
  EXPECT_TRUE(report.contours.empty());
}

TEST(LikelihoodFit, SpreadOverToysIsTheErrorItGives) {
  double sum = 0.0, squares = 0.0;
  constexpr int kToys = 6;
  for (int toy = 0; toy < kToys; ++toy) {
    const FitResult result =
        fit(10 + static_cast<std::uint64_t>(toy), options(static_cast<std::uint64_t>(toy)));
    const double pull = (result.parameters[0].value - kTruth) / result.parameters[0].statistical;
    sum += pull;
    squares += pull * pull;
  }
  // 6 standard normal numbers: mean within 3/√6, and χ² of 6 within its tails of 0.1 %.
  EXPECT_TRUE(std::abs(sum / kToys) <= 1.22) << sum / kToys;
  EXPECT_TRUE(squares >= 0.38 && squares <= 22.5) << squares;
}

// Two epochs leave the ratio wrong by far more than the error, and the value must not follow it.
TEST(LikelihoodFit, CalibrationTakesOutTheBiasOfABadRatio) {
  FitOptions bad = options();
  bad.hidden = {16, 16};
  bad.training.max_epochs = 2;
  bad.likelihood.normalised = false;
  for (const std::uint64_t seed : {31u, 32u}) {
    bad.seed = seed;
    const FitResult result = fit(seed, bad, 0.9);
    const FittedParameter& mu = result.parameters.at(0);
    EXPECT_GE(std::abs(result.likelihood->maximum[0] - 0.9), 2.5 * mu.statistical) << seed;
    EXPECT_LE(std::abs(mu.value - 0.9), 3.0 * mu.statistical) << seed << " " << mu.value;
    EXPECT_LE(mu.statistical, 0.012) << seed;  // bound: 0.0079 of the data, as much again of the simulation
  }
}

// Mean and width: y has variance v = σ² + 0.25, so the bounds are v/N and v²/(2 σ² N), uncorrelated.
TEST(LikelihoodFit, TwoParametersHaveAContour) {
  ThreadPool pool(2);
  const std::vector<Reweighter> weights{testing_support::mean_and_width_reweighter(pool)};
  constexpr double kMean = -0.3, kWidth = 0.9;
  const auto sample = [](double mean, double width, std::size_t events, std::uint64_t seed) {
    return gaussian(events, GaussianRange{mean, mean, width, width}, seed);
  };
  GeneratorEvents events;
  events.at = [&](std::span<const double> theta) { return sample(theta[0], theta[1], kGenerated, 3); };
  const FitResult result = fit_parameters(sample(kMean, kWidth, kEvents, 1), sample(0.0, 1.0, kEvents, 2),
                                          events, weights, options(), pool);
  const double n = static_cast<double>(kEvents), v = kWidth * kWidth + 0.25;
  const std::vector<double> truth{kMean, kWidth}, bound{std::sqrt(v / n), v / (kWidth * std::sqrt(2.0 * n))};
  for (std::size_t p = 0; p < 2; ++p) {
    const FittedParameter& fitted = result.parameters.at(p);
    // The statistic is nearly the best one, its slope known to some per cent by a φ learnt in a second; the curvature of
    // such a ratio is known to a third.
    EXPECT_TRUE(result.score->data[p] >= 0.92 * bound[p] && result.score->data[p] <= 1.15 * bound[p])
        << fitted.name << " " << result.score->data[p] << " " << bound[p];
    EXPECT_TRUE(std::abs(result.likelihood->hessian_error[p] / bound[p] - 1.0) <= 0.35)
        << fitted.name << " " << result.likelihood->hessian_error[p] << " " << bound[p];
    EXPECT_TRUE(std::abs(fitted.value - truth[p]) <= 4.0 * fitted.statistical)
        << fitted.name << " " << fitted.value;
  }
  ASSERT_EQ(result.likelihood->contours.size(), 2u);
  const LikelihoodContour& inner = result.likelihood->contours[0];
  ASSERT_EQ(inner.data.size(), inner.all.size());
  double reach_data = 0.0, reach_all = 0.0;
  for (std::size_t i = 0; i < inner.data.size(); ++i) {
    reach_data = std::max(reach_data, inner.data[i][0] - result.likelihood->maximum[0]);
    reach_all = std::max(reach_all, inner.all[i][0] - result.parameters[0].value);
  }
  // 2.30 of 2 Δ log L: 1.515 errors.
  EXPECT_TRUE(std::abs(reach_data / (1.515 * result.likelihood->hessian_error[0]) - 1.0) <= 0.1)
      << reach_data;
  EXPECT_TRUE(std::abs(reach_all / (1.515 * result.parameters[0].statistical) - 1.0) <= 0.05) << reach_all;
}

// A fifth of the simulated events count −1, and half of some data events at another mean: they cancel.
TEST(LikelihoodFit, SignedWeightsAreSums) {
  ThreadPool pool(2);
  Table data = gaussian(kEvents, kTruth, kTruth, 70);
  const Table wrong = gaussian(kEvents / 2, -0.5, -0.5, 71);
  data.append(wrong);
  std::vector<float> weights(data.rows(), 1.0f);
  for (std::size_t i = kEvents; i < data.rows(); ++i) weights[i] = i % 2 == 0 ? 1.0f : -1.0f;
  data.set_weights(weights);
  Table simulation = gaussian(kEvents, 0, 0, 72);
  std::vector<float> signs(kEvents);
  for (std::size_t i = 0; i < kEvents; ++i) signs[i] = i % 5 == 0 ? -1.0f : 1.0f;
  simulation.set_weights(signs);
  const FitResult result =
      fit_parameters(data, simulation, generator(4), exact_weights_of_mean(), options(), pool);
  const FittedParameter& mu = result.parameters.at(0);
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value << " " << mu.statistical;
  // (Σv)² / Σv² of the data is two thirds of kEvents.
  const double signal = std::sqrt(kVariance / (kEvents / 1.5));
  EXPECT_TRUE(result.score->data[0] >= 0.9 * signal) << result.score->data[0] << " " << signal;
  simulation.set_weights(std::vector<float>(kEvents, -1.0f));
  EXPECT_THROW(fit_parameters(data, simulation, generator(4), exact_weights_of_mean(), options(), pool),
               DataError);
}

TEST(LikelihoodFit, SameBitsForAnyThreadCount) {
  FitOptions quick = options();
  quick.training.max_epochs = 2;
  quick.score.approach_events = 3000;
  quick.likelihood.members = 2;
  std::vector<FitResult> found;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    found.push_back(fit_parameters(gaussian(6000, kTruth, kTruth, 50), gaussian(6000, 0, 0, 51), generator(3),
                                   exact_weights_of_mean(), quick, pool));
  }
  for (std::size_t t = 1; t < found.size(); ++t) {
    EXPECT_EQ(found[t].parameters[0].value, found[0].parameters[0].value);
    EXPECT_EQ(found[t].parameters[0].high, found[0].parameters[0].high);
    EXPECT_EQ(found[t].likelihood->profiles[0].rise, found[0].likelihood->profiles[0].rise);
  }
}

TEST(LikelihoodFit, SaysWhatIsWrong) {
  ThreadPool pool(1);
  const Table data = gaussian(2000, kTruth, kTruth, 60), simulation = gaussian(2000, 0, 0, 61);
  const auto refused = [&](const auto& change) {
    FitOptions wrong = options();
    change(wrong);
    EXPECT_THROW(fit_parameters(data, simulation, generator(1), exact_weights_of_mean(), wrong, pool),
                 ConfigError);
  };
  refused([](FitOptions& o) { o.folds = 1; });
  refused([](FitOptions& o) { o.likelihood.members = 0; });
  refused([](FitOptions& o) { o.likelihood.theta_draws = 0; });
  refused([](FitOptions& o) { o.likelihood.window = 0.0; });
  EXPECT_THROW(fit_parameters(data, simulation, exact_weights_of_mean(), options(), pool), ConfigError);
  // Data outside of what the weights can make.
  const FitResult outside = fit_parameters(gaussian(2000, 3.0, 3.0, 62), simulation, generator(1),
                                           exact_weights_of_mean(), options(), pool);
  EXPECT_FALSE(outside.rejected.empty());
  EXPECT_TRUE(std::isnan(outside.parameters[0].low));
}

}  // namespace
}  // namespace trueup
