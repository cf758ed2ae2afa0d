// Quality checks: what passes, what fails, and that NaN fails.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <result/checks.hpp>

namespace trueup {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool passed(double mean, double error, double fraction) {
  bool all = true;
  for (const Check& check : weight_checks({{"network 1", mean, error, fraction, 2.0}}, "mu = 1"))
    all = all && check.passed;
  return all;
}

TEST(Checks, MeanWeightMustBeOffByBothToFail) {
  EXPECT_TRUE(passed(1.001, 0.001, 0.5));
  EXPECT_TRUE(passed(1.049, 0.001, 0.5));  // many errors, but small
  EXPECT_TRUE(passed(1.2, 0.05, 0.5));     // large, but within errors
  EXPECT_FALSE(passed(1.06, 0.001, 0.5));
  EXPECT_FALSE(passed(0.94, 0.001, 0.5));
  EXPECT_FALSE(passed(kNaN, 0.001, 0.5));
}

TEST(Checks, EffectiveFraction) {
  EXPECT_FALSE(passed(1.0, 0.001, 0.009));
  EXPECT_FALSE(passed(1.0, 0.001, kNaN));
}

FitResult good_fit() {
  FitResult fit;
  fit.parameters = {{"mu", "", 0.3, 0.29, 0.31}};
  fit.repetitions = {{0.3}, {0.31}};
  fit.auc_at_minimum = 0.502;
  fit.auc_null_spread = 0.002;
  return fit;
}

bool fit_passes(const FitResult& fit) {
  bool all = true;
  for (const Check& check : fit_checks(fit)) all = all && check.passed;
  return all;
}

TEST(Checks, Fit) {
  EXPECT_TRUE(fit_passes(good_fit()));
  FitResult edge = good_fit();
  edge.rejected = {1};
  EXPECT_FALSE(fit_passes(edge));
  FitResult apart = good_fit();
  apart.auc_at_minimum = 0.52;
  EXPECT_FALSE(fit_passes(apart));
  apart.auc_at_minimum = kNaN;
  EXPECT_FALSE(fit_passes(apart));
  FitResult no_width = good_fit();
  no_width.parameters[0].low = no_width.parameters[0].high = 0.3;
  EXPECT_FALSE(fit_passes(no_width));
}

TEST(Checks, ClosureAuc) {
  ClosurePoint point;
  point.theta = {0.5};
  point.mean_weight = 1.0;
  point.mean_weight_error = 0.001;
  point.effective_fraction = 0.4;
  point.auc = 0.505;
  point.auc_null_spread = 0.003;
  const auto failed = [&] {
    std::size_t n = 0;
    for (const Check& check : closure_checks({point}, {"mu"})) n += check.passed ? 0 : 1;
    return n;
  };
  EXPECT_EQ(failed(), 0U);
  point.auc = 0.56;
  EXPECT_EQ(failed(), 1U);
}

TEST(Checks, ThetaText) {
  EXPECT_EQ(theta_text({"a", "b"}, {0.15, 2}), "a = 0.15, b = 2");
}

}  // namespace
}  // namespace trueup
