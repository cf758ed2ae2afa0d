// The AUC fit on the 1-D Gaussian with detector noise, its curve, its interval, and its refusals.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/fit.hpp>

#include "fit/auc_curve.hpp"
#include "fit/interval.hpp"
#include "gaussian_samples.hpp"

namespace trueup {
namespace {

using testing_support::gaussian;
using testing_support::weight_options;

class GaussianFit : public ::testing::Test {
 protected:
  static constexpr double kTruth = 0.4;

  static std::vector<Reweighter> reweighters() {
    ThreadPool pool(2);
    return {train_reweighter(gaussian(60000, 0, 0, 0), gaussian(60000, -1, 1, 1), weight_options(), pool)};
  }

  static FitOptions options() {
    FitOptions options;
    options.observables = {"y"};
    options.hidden = {32, 32};
    options.training.max_epochs = 8;
    options.training.patience = 3;
    options.coarse_points = 5;
    options.fine_points = 7;
    options.repetitions = 3;
    return options;
  }
};

TEST_F(GaussianFit, FindsTheTruthWithAScan) {
  ThreadPool pool(2);
  const Table simulation = gaussian(40000, 0, 0, 2), data = gaussian(40000, kTruth, kTruth, 3);
  const auto result = fit_parameters(data, simulation, reweighters(), options(), pool);
  ASSERT_EQ(result.parameters.size(), 1u);
  const auto& mu = result.parameters[0];
  // The best error of 40,000 events on both sides is 0.008; this method's about twice that.
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 0.06) << mu.value << " [" << mu.low << ", " << mu.high << "]";
  EXPECT_LT(mu.low, mu.value);
  EXPECT_GT(mu.high, mu.value);
  EXPECT_TRUE(mu.high - mu.low <= 0.2) << mu.high - mu.low;
  EXPECT_EQ(result.repetitions.size(), 3u);
  EXPECT_EQ(result.curves.size(), 3u);
  EXPECT_TRUE(result.rejected.empty());
  EXPECT_TRUE(std::abs(result.auc_at_minimum - 0.5) <= 0.02) << result.auc_at_minimum;
  EXPECT_EQ(result.classifier_trainings, result.scan.size());
}

TEST_F(GaussianFit, MinimisersAgreeWithTheScan) {
  ThreadPool pool(2);
  const Table simulation = gaussian(20000, 0, 0, 4), data = gaussian(20000, kTruth, kTruth, 5);
  FitOptions with = options();
  with.repetitions = 2;
  with.max_evaluations = 15;
  for (const Minimiser minimiser : {Minimiser::bobyqa, Minimiser::praxis}) {
    with.minimiser = minimiser;
    const auto result = fit_parameters(data, simulation, reweighters(), with, pool);
    EXPECT_TRUE(std::abs(result.parameters[0].value - kTruth) <= 0.15) << result.parameters[0].value;
    EXPECT_LE(result.classifier_trainings, 2u * 18u);
  }
}

TEST_F(GaussianFit, SameBitsForAnyThreadCount) {
  const Table simulation = gaussian(15000, 0, 0, 6), data = gaussian(15000, kTruth, kTruth, 7);
  const auto weights = reweighters();
  FitOptions quick = options();
  quick.training.max_epochs = 5;
  quick.repetitions = 2;
  std::vector<double> values;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    const auto result = fit_parameters(data, simulation, weights, quick, pool);
    values.push_back(result.parameters[0].value);
    values.push_back(result.scan.back().auc);
  }
  EXPECT_EQ(values[0], values[2]);
  EXPECT_EQ(values[1], values[3]);
  EXPECT_EQ(values[0], values[4]);
  EXPECT_EQ(values[1], values[5]);
}

TEST_F(GaussianFit, SaysWhenTheDataLieOutsideTheRange) {
  ThreadPool pool(2);
  const Table simulation = gaussian(20000, 0, 0, 8), data = gaussian(20000, 2.5, 2.5, 9);
  FitOptions quick = options();
  quick.repetitions = 2;
  EXPECT_THROW(fit_parameters(data, simulation, reweighters(), quick, pool), DataError);
}

TEST_F(GaussianFit, RefusesWrongOptions) {
  ThreadPool pool(1);
  const Table simulation = gaussian(200, 0, 0, 10), data = gaussian(200, kTruth, kTruth, 11);
  const auto weights = reweighters();
  FitOptions wrong = options();
  wrong.observables = {"z"};
  EXPECT_THROW(fit_parameters(data, simulation, weights, wrong, pool), DataError);
  wrong = options();
  wrong.observables = {};
  EXPECT_THROW(fit_parameters(data, simulation, weights, wrong, pool), ConfigError);
  wrong = options();
  wrong.repetitions = 0;
  EXPECT_THROW(fit_parameters(data, simulation, weights, wrong, pool), ConfigError);
  wrong = options();
  wrong.fine_points = 4;
  EXPECT_THROW(fit_parameters(data, simulation, weights, wrong, pool), ConfigError);
  EXPECT_THROW(fit_parameters(data, simulation, {}, options(), pool), ConfigError);
}

TEST(AucCurve, IsRecoveredFromItsPoints) {
  const FitResult::Curve truth{0.501, 5.6, 0.1502, 0.0007, 0.08, 2};
  std::vector<ScanPoint> points;
  for (double theta = 0.140; theta < 0.1601; theta += 0.001) {
    ScanPoint point;
    point.theta = {theta};
    point.auc = auc_curve(truth, theta);
    point.repetition = 2;
    points.push_back(point);
  }
  const auto fitted = fit_auc_curve(points, 0.140, 0.160);
  EXPECT_TRUE(std::abs(fitted.centre - truth.centre) <= 2e-5) << fitted.centre;
  EXPECT_TRUE(std::abs(fitted.floor - truth.floor) <= 5e-4) << fitted.floor;
  EXPECT_TRUE(std::abs(fitted.slope - truth.slope) <= 0.1) << fitted.slope;
  EXPECT_EQ(fitted.repetition, 2u);
}

TEST(AucCurve, HasNoMinimumInFallingPoints) {
  std::vector<ScanPoint> points;
  for (int i = 0; i < 9; ++i) {
    ScanPoint point;
    point.theta = {0.1 * i};
    point.auc = 0.7 - 0.02 * i;
    points.push_back(point);
  }
  const auto curve = fit_auc_curve(points, 0.0, 0.8);
  EXPECT_TRUE(!(curve.slope > 0.0)) << curve.slope << " " << curve.centre;
}

TEST(Interval, HasStudentsWidth) {
  // Quantiles of Student's t at 0.84134: tan(0.34134 π) for 1 degree of freedom; 1.1416 for 4 (tables).
  EXPECT_TRUE(std::abs(student_t_one_sigma(1) - 1.8373) <= 1e-3) << student_t_one_sigma(1);
  EXPECT_TRUE(std::abs(student_t_one_sigma(4) - 1.1416) <= 1e-3) << student_t_one_sigma(4);
  EXPECT_TRUE(std::abs(student_t_one_sigma(1000) - 1.0) <= 1e-3);
  const std::vector<double> values = {1.0, 2.0, 3.0, 4.0, 5.0};
  const Interval interval = interval_from_repetitions(values);
  EXPECT_DOUBLE_EQ(interval.value, 3.0);
  EXPECT_TRUE(std::abs(interval.half_width - 1.1416 * std::sqrt(2.5)) <= 2e-3) << interval.half_width;
  EXPECT_THROW(interval_from_repetitions(std::vector<double>{1.0}), ConfigError);
}

}  // namespace
}  // namespace trueup
