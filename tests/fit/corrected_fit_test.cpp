// Fits by gradient without the weights' own error: methods auc and loss with `corrected`.
#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/fit.hpp>

#include "learnt_options.hpp"

namespace trueup {
namespace {

using testing_support::exact_weights_of_mean;
using testing_support::gaussian;
using testing_support::gaussian_generator;

constexpr double kTruth = 0.6;
constexpr std::size_t kEvents = 30'000;
constexpr std::size_t kGenerated = 300'000;

const std::vector<Reweighter>& spoiled() {
  static const std::vector<Reweighter> one = [] {
    ThreadPool pool(2);
    return std::vector<Reweighter>{testing_support::spoiled_reweighter(pool)};
  }();
  return one;
}

FitOptions options(FitMethod method, bool corrected) {
  FitOptions options = testing_support::learnt_options(method);
  options.corrected = corrected;
  return options;
}

FitResult fit(std::uint64_t toy, const std::vector<Reweighter>& weights, const FitOptions& with,
              int threads = 2) {
  ThreadPool pool(threads);
  return fit_parameters(gaussian(kEvents, kTruth, kTruth, 1000 + toy),
                        gaussian(kEvents, 0.0, 0.0, 2000 + toy), gaussian_generator(kGenerated, 3000 + toy),
                        weights, with, pool);
}

TEST(CorrectedFit, SpoiledWeightsMoveThePlainFitOnly) {
  for (const FitMethod method : {FitMethod::auc, FitMethod::loss}) {
    double corrected = 0.0, plain = 0.0;
    constexpr int kToys = 3;
    for (std::uint64_t toy = 0; toy < kToys; ++toy) {
      corrected += (fit(toy, spoiled(), options(method, true)).parameters[0].value - kTruth) / kToys;
      plain += (fit(toy, spoiled(), options(method, false)).parameters[0].value - kTruth) / kToys;
    }
    // Errors of a mean of three: 0.005 corrected, 0.007 plain; the factor moves the plain one by about −0.022.
    EXPECT_TRUE(std::abs(corrected) <= 0.015) << corrected;
    EXPECT_TRUE(plain <= corrected - 0.01) << plain;
  }
}

// The mean of y gives sqrt(1 + 0.25) / sqrt(N) from the data; ranks lose 5 % at most.
TEST(CorrectedFit, StatesItsErrorAndShares) {
  const FitResult result = fit(5, exact_weights_of_mean(), options(FitMethod::auc, true));
  const FittedParameter& mu = result.parameters.at(0);
  ASSERT_TRUE(result.score.has_value());
  const double n = static_cast<double>(kEvents), data = std::sqrt(1.25 / n);
  const double simulation = std::sqrt(0.25 * std::exp(kTruth * kTruth) / n);
  EXPECT_TRUE(std::abs(result.score->data[0] / data - 1.0) <= 0.08) << result.score->data[0] / data;
  EXPECT_TRUE(std::abs(result.score->simulation[0] / simulation - 1.0) <= 0.2)
      << result.score->simulation[0] / simulation;
  EXPECT_GT(result.score->generator[0], 0.0);
  EXPECT_TRUE(result.score->converged);
  EXPECT_FALSE(result.score->tests.empty());
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value;
  EXPECT_EQ(mu.high - mu.value, mu.value - mu.low);
}

TEST(CorrectedFit, WithExactWeightsIsThePlainFitWithLessNoise) {
  const FitResult plain = fit(6, exact_weights_of_mean(), options(FitMethod::auc, false));
  const FitResult corrected = fit(6, exact_weights_of_mean(), options(FitMethod::auc, true));
  // What φ takes off is the generator-level part of the simulation's noise: 1.2/√N.
  EXPECT_TRUE(std::abs(plain.parameters[0].value - corrected.parameters[0].value) <= 0.03);
  EXPECT_LT(corrected.parameters[0].statistical, plain.parameters[0].statistical);
}

// Classifiers that learn their few events by heart: φ of a fold must not know what was learnt from that fold's events, or the
// mean of t − φ is that of events that were trained on.
TEST(CorrectedFit, ClassifiersThatLearnEventsByHeartDoNotShiftIt) {
  constexpr std::size_t kFew = 1000;
  constexpr int kToys = 60;
  FitOptions with = options(FitMethod::loss, true);
  with.hidden = {64};
  with.training.batch_size = 50;
  with.training.max_epochs = 25;
  with.training.keep = KeptEpoch::last;
  ThreadPool pool(2);
  double sum = 0.0, squares = 0.0;
  for (std::uint64_t toy = 0; toy < kToys; ++toy) {
    with.seed = toy;
    const FitResult result =
        fit_parameters(gaussian(kFew, kTruth, kTruth, 5000 + toy), gaussian(kFew, 0.0, 0.0, 6000 + toy),
                       gaussian_generator(20'000, 7000 + toy), exact_weights_of_mean(), with, pool);
    const double pull = (result.parameters[0].value - kTruth) / result.parameters[0].statistical;
    sum += pull;
    squares += pull * pull;
  }
  const double mean = sum / kToys;
  EXPECT_TRUE(std::abs(mean) <= 0.45) << mean << ", rms " << std::sqrt(squares / kToys);  // its error: 0.13
}

// φ and the moment have a value for each parameter, and the equation is solved for both.
TEST(CorrectedFit, FitsTwoParameters) {
  ThreadPool pool(2);
  const std::vector<Reweighter> weights{testing_support::mean_and_width_reweighter(pool)};
  constexpr double kMean = -0.3, kWidth = 0.9;
  const auto sample = [](double mean, double width, std::size_t events, std::uint64_t index) {
    return gaussian(events, testing_support::GaussianRange{mean, mean, width, width}, index);
  };
  GeneratorEvents generator;
  generator.at = [&](std::span<const double> theta) { return sample(theta[0], theta[1], kGenerated, 9003); };
  FitOptions with = options(FitMethod::loss, true);
  with.training.max_epochs = 10;
  const FitResult result = fit_parameters(sample(kMean, kWidth, kEvents, 9001),
                                          sample(0.0, 1.0, kEvents, 9002), generator, weights, with, pool);
  const double n = static_cast<double>(kEvents), v = kWidth * kWidth + 0.25;
  const std::vector<double> truth{kMean, kWidth}, bound{std::sqrt(v / n), v / (kWidth * std::sqrt(2.0 * n))};
  ASSERT_EQ(result.parameters.size(), 2u);
  EXPECT_EQ(result.uncorrected.size(), 2u);
  for (std::size_t p = 0; p < 2; ++p) {
    const FittedParameter& fitted = result.parameters[p];
    EXPECT_TRUE(std::abs(fitted.value - truth[p]) <= 4.0 * fitted.statistical)
        << fitted.name << " " << fitted.value << " " << fitted.statistical;
    // No better than the data allow; a classifier learns little of a small change of the width.
    EXPECT_TRUE(result.score->data[p] >= 0.97 * bound[p] && result.score->data[p] <= 1.4 * bound[p])
        << fitted.name << " " << result.score->data[p] << " " << bound[p];
  }
}

TEST(CorrectedFit, TrainingsOfWDisagreeLess) {
  const std::vector<Reweighter> both{exact_weights_of_mean().front(), spoiled().front()};
  const FitResult plain = fit(8, both, options(FitMethod::auc, false));
  const FitResult corrected = fit(8, both, options(FitMethod::auc, true));
  ASSERT_EQ(corrected.by_weights.size(), 2u);
  // The spoiled one alone moves the plain fit by about −0.022.
  const double apart = std::abs(plain.by_weights[0][0] - plain.by_weights[1][0]);
  const double still = std::abs(corrected.by_weights[0][0] - corrected.by_weights[1][0]);
  EXPECT_GT(apart, 0.01);
  EXPECT_LT(still, 0.4 * apart);
  EXPECT_LT(corrected.parameters[0].weights, 0.4 * plain.parameters[0].weights);
}

// A tenth of the events of either sample count −1; both keep their distributions.
TEST(CorrectedFit, TakesSignedWeights) {
  const auto signed_events = [](Table table) {
    std::vector<float> weights(table.rows(), 1.0f);
    for (std::size_t i = 0; i < weights.size(); i += 10) weights[i] = -1.0f;
    table.set_weights(std::move(weights));
    return table;
  };
  ThreadPool pool(2);
  const FitOptions with = options(FitMethod::auc, true);
  const Table data = gaussian(kEvents, kTruth, kTruth, 1010), simulation = gaussian(kEvents, 0.0, 0.0, 2010);
  const GeneratorEvents generator = gaussian_generator(kGenerated, 3010);
  const FitResult all = fit_parameters(data, simulation, generator, exact_weights_of_mean(), with, pool);
  const FitResult some = fit_parameters(signed_events(data), signed_events(simulation), generator,
                                        exact_weights_of_mean(), with, pool);
  const FittedParameter& mu = some.parameters[0];
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value << " " << mu.statistical;
  // (Σv)² / Σv² is 64 % of the events: shares 1.25 times as large.
  EXPECT_TRUE(std::abs(some.score->data[0] / all.score->data[0] - 1.25) <= 0.1)
      << some.score->data[0] / all.score->data[0];
  EXPECT_TRUE(std::abs(some.score->simulation[0] / all.score->simulation[0] - 1.25) <= 0.15)
      << some.score->simulation[0] / all.score->simulation[0];
}

TEST(CorrectedFit, GivesTheSameBitsForAnyNumberOfThreads) {
  const FitOptions with = options(FitMethod::auc, true);
  EXPECT_EQ(fit(7, spoiled(), with, 1).parameters[0].value, fit(7, spoiled(), with, 3).parameters[0].value);
}

TEST(CorrectedFit, RefusesWhatItCannotDo) {
  ThreadPool pool(2);
  const auto refused = [&](const FitOptions& with, const GeneratorEvents& generator) {
    EXPECT_THROW(fit_parameters(gaussian(1000, kTruth, kTruth, 1), gaussian(1000, 0.0, 0.0, 2), generator,
                                exact_weights_of_mean(), with, pool),
                 ConfigError);
  };
  const FitOptions good = options(FitMethod::auc, true);
  FitOptions one_fold = good, scan = good;
  one_fold.folds = 1;
  scan.minimiser = Minimiser::scan;
  refused(good, {});
  refused(one_fold, gaussian_generator(1000, 3));
  refused(scan, gaussian_generator(1000, 3));
}

}  // namespace
}  // namespace trueup
