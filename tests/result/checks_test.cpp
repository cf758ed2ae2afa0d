// Quality checks: what passes, what fails, and that NaN fails.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include <result/agreement_run.hpp>
#include <result/checks.hpp>
#include <result/likelihood_checks.hpp>
#include <result/score_checks.hpp>

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

FitResult good_score_fit() {
  FitResult fit = good_fit();
  ScoreReport score;
  score.expansions = {{0, {0.31}, {0.3}, 0.01}, {1, {0.38}, {0.31}, 0.07}};
  score.converged = true;
  score.instability = 0.2;
  score.tests = {{"width of y", 0.004, 0.002}};
  score.weights = {{{0.3}, 1.0, 0.01, 0.7, 0.3}, {{0.8}, 1.01, 0.01, 0.4, 0.4}};
  fit.score = score;
  return fit;
}

std::string failed_check(const FitResult& fit) {
  std::string failed;
  for (const Check& check : score_checks(fit)) {
    if (!check.passed) failed += (failed.empty() ? "" : "; ") + check.name;
  }
  return failed;
}

TEST(Checks, Score) {
  EXPECT_EQ(failed_check(good_score_fit()), "");
  FitResult fit = good_score_fit();
  fit.score->converged = false;
  EXPECT_EQ(failed_check(fit), "expansion point");
  fit = good_score_fit();
  for (const double instability : {0.6, kNaN}) {
    fit.score->instability = instability;
    EXPECT_EQ(failed_check(fit), "stability against the expansion point");
  }
  fit.repetitions.pop_back();  // one repetition has nothing to compare
  EXPECT_EQ(failed_check(fit), "");
  fit = good_score_fit();
  for (const double difference : {0.011, -0.011, kNaN}) {
    fit.score->tests[0].difference = difference;
    EXPECT_EQ(failed_check(fit), "moment, width of y");
  }
  fit = good_score_fit();
  fit.score->weights[0].pareto_shape = 0.8;
  EXPECT_EQ(failed_check(fit), "tail of the weights, mu = 0.3");
  fit = good_score_fit();
  fit.score->weights[1].mean = 1.2;
  EXPECT_EQ(failed_check(fit), "mean weight, mean of ratios, mu = 0.8");
}

FitResult good_likelihood_fit() {
  FitResult fit = good_score_fit();
  LikelihoodReport report;
  const FittedParameter& fitted = fit.parameters[0];
  const double half = 0.5 * (fitted.high - fitted.low);
  report.correction = {half};
  fit.score->data = {half};
  fit.score->data_influence.assign(100, 0.0f);
  report.mean_ratio = 1.01;
  report.profiles = {{{}, {}, fitted.value - half, fitted.value + half}};
  fit.likelihood = report;
  return fit;
}

TEST(Checks, Likelihood) {
  const auto failed = [](const FitResult& fit) {
    std::string names;
    for (const Check& check : likelihood_checks(fit)) names += check.passed ? "" : check.name + ";";
    return names;
  };
  EXPECT_EQ(failed(good_likelihood_fit()), "");
  FitResult fit = good_likelihood_fit();
  const std::string name = fit.parameters[0].name;
  for (const double mean : {0.9, kNaN}) {
    fit.likelihood->mean_ratio = mean;
    EXPECT_EQ(failed(fit), "mean likelihood ratio;");
  }
  fit = good_likelihood_fit();
  fit.likelihood->profiles[0].high = kNaN;
  EXPECT_EQ(failed(fit), "profile, " + name + ";");
  fit = good_likelihood_fit();
  // One of 100 events tells 10 errors of the data.
  for (const double errors : {-2.1, 2.1, kNaN}) {
    fit.likelihood->correction[0] = errors * fit.score->data[0];
    EXPECT_EQ(failed(fit), "bias of the likelihood, " + name + ";");
  }
}

TEST(Checks, AgreementOfMethods) {
  const auto judged = [](double shift, const std::string& why) {
    const FitResult main = good_fit();
    OtherFit other{FitMethod::loss, good_fit(), why};
    for (double* value :
         {&other.fit->parameters[0].value, &other.fit->parameters[0].low, &other.fit->parameters[0].high})
      *value += shift;
    Result result;
    add_agreement(FitMethod::auc, main, {other}, result);
    return result;
  };
  const double half = 0.5 * (good_fit().parameters[0].high - good_fit().parameters[0].low);
  // Two methods that know nothing of one another: √2 errors of either.
  EXPECT_TRUE(judged(5.5 * half, "").passed());
  EXPECT_FALSE(judged(5.8 * half, "").passed());
  EXPECT_FALSE(judged(kNaN, "").passed());
  EXPECT_FALSE(judged(0.0, "no minimum").passed());
  const std::string name = good_fit().parameters[0].name;
  EXPECT_EQ(judged(0.0, "").checks.at(0).name, "agreement of auc and loss, " + name);
  EXPECT_EQ(judged(0.0, "").metrics.at("loss_value_" + name), good_fit().parameters[0].value);
}

TEST(Checks, ThetaText) {
  EXPECT_EQ(theta_text({"a", "b"}, {0.15, 2}), "a = 0.15, b = 2");
}

}  // namespace
}  // namespace trueup
