// Differences of methods that see the same events, and the errors of these differences.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/fit_agreement.hpp>

#include "learnt_options.hpp"

namespace trueup {
namespace {

using testing_support::exact_weights_of_mean;
using testing_support::gaussian;
using testing_support::gaussian_generator;
using testing_support::learnt_options;

FitResult stated(double value, double statistical, double weights = 0.0, double training = 0.0) {
  FitResult fit;
  const double half = std::sqrt(statistical * statistical + weights * weights + training * training);
  fit.parameters = {{"mu", "", value, value - half, value + half, statistical, weights, training}};
  return fit;
}

FitResult with_shares(double value, double data, double simulation, double generator) {
  FitResult fit = stated(value, std::sqrt(data * data + simulation * simulation + generator * generator));
  ScoreReport report;
  report.data = {data};
  report.simulation = {simulation};
  report.generator = {generator};
  report.background = {0.0};
  report.background_share = {0.0};
  fit.score = report;
  return fit;
}

TEST(FitAgreement, ALessPreciseMethodDiffersByWhatItHasMore) {
  const FitResult precise = with_shares(1.0, 0.03, 0.04, 0.02), other = stated(1.1, 0.13);
  const MethodDifference found = method_differences(other, precise).at(0);
  EXPECT_NEAR(found.difference, 0.1, 1e-12);
  // 0.13² − 0.03² − 0.04² + 0.02²
  EXPECT_NEAR(found.error, std::sqrt(0.0169 - 0.0025 + 0.0004), 1e-12);
  EXPECT_NEAR(found.pull(), -method_differences(precise, other).at(0).pull(), 1e-12);
}

// Two fits of the same statistic differ by how well their maxima were searched.
TEST(FitAgreement, EqualFitsAreNotKnownToDifferByNothing) {
  const FitResult one = with_shares(1.0, 0.03, 0.0, 0.0), other = with_shares(1.0001, 0.03, 0.0, 0.0);
  EXPECT_LT(std::abs(method_differences(one, other).at(0).pull()), 1.0);
}

TEST(FitAgreement, TrainingsOfWAreComparedPairwise) {
  FitResult a = stated(1.0, 0.01, 0.5), b = stated(1.0, 0.01, 0.5);
  a.by_weights = {{0.5}, {1.0}, {1.5}};
  b.by_weights = {{0.52}, {1.02}, {1.52}};
  EXPECT_NEAR(method_differences(a, b).at(0).error, std::hypot(0.01, 0.01), 1e-9);
  b.by_weights.pop_back();
  EXPECT_NEAR(method_differences(a, b).at(0).error, std::sqrt(2.0 * (0.0001 + 0.25)), 1e-9);
}

TEST(FitAgreement, WithoutAnIntervalThereIsNoError) {
  FitResult none = stated(1.0, 0.1);
  none.parameters[0].low = NAN;
  EXPECT_TRUE(std::isnan(method_differences(none, stated(1.0, 0.1)).at(0).pull()));
  FitResult other = stated(1.0, 0.1);
  other.parameters[0].name = "sigma";
  EXPECT_THROW(method_differences(other, stated(1.0, 0.1)), ConfigError);
}

TEST(FitAgreement, ScoreAndLikelihoodDifferByTheErrorOfTheirDifference) {
  ThreadPool pool(2);
  double squares = 0.0, precision = 0.0;
  constexpr int kToys = 6;
  for (std::uint64_t toy = 0; toy < kToys; ++toy) {
    const Table data = gaussian(10'000, 0.6, 0.6, 500 + toy), simulation = gaussian(10'000, 0, 0, 600 + toy);
    const auto fit = [&](FitMethod method) {
      return fit_parameters(data, simulation, gaussian_generator(100'000, 700 + toy), exact_weights_of_mean(),
                            learnt_options(method, toy), pool);
    };
    const FitResult score = fit(FitMethod::score), likelihood = fit(FitMethod::likelihood);
    const MethodDifference found = method_differences(likelihood, score).at(0);
    squares += found.pull() * found.pull();
    precision += found.error / score.parameters[0].statistical / kToys;
  }
  // Two statistics that are both nearly the best one: the difference is known much better than either value.
  EXPECT_TRUE(precision <= 0.4) << precision;
  // χ² of 6 within its tails of 0.1 %.
  EXPECT_TRUE(squares >= 0.38 && squares <= 22.5) << squares;
}

}  // namespace
}  // namespace trueup
