// Maximum, profiles and contours of functions whose shape is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "fit/likelihood_shape.hpp"

namespace trueup {
namespace {

// A crossing is known to 0.003 errors.
constexpr double kTolerance = 0.005;

ParameterBox box(double half, std::size_t parameters = 2) {
  return {std::vector<double>(parameters, -half), std::vector<double>(parameters, half)};
}

/// log L of a normal estimate of (a, b) with errors 0.1 and 0.2, correlation 0.6, maximum at (0.3, −0.2).
LogLikelihoodValue normal(std::span<const double> theta) {
  constexpr double kA = 0.1, kB = 0.2, kRho = 0.6, kNorm = 1.0 - kRho * kRho;
  const double u = (theta[0] - 0.3) / kA, v = (theta[1] + 0.2) / kB;
  return {-0.5 * (u * u - 2.0 * kRho * u * v + v * v) / kNorm,
          {-(u - kRho * v) / kNorm / kA, -(v - kRho * u) / kNorm / kB}};
}

/// log L of the mean of 10 events of a Poisson distribution, 25 counts in all, as a function of the mean.
LogLikelihoodValue poisson(std::span<const double> theta) {
  return {25.0 * std::log(theta[0]) - 10.0 * theta[0], {25.0 / theta[0] - 10.0}};
}

TEST(LikelihoodShape, MaximumAndCovarianceOfANormal) {
  const LikelihoodMaximum maximum = maximise(normal, box(2.0), {-1.0, 1.0}, {0.1, 0.2});
  ASSERT_TRUE(maximum.found);
  EXPECT_NEAR(maximum.theta[0], 0.3, 1e-6);
  EXPECT_NEAR(maximum.theta[1], -0.2, 1e-6);
  EXPECT_NEAR(maximum.covariance(0, 0), 0.01, 1e-8);
  EXPECT_NEAR(maximum.covariance(1, 1), 0.04, 1e-8);
  EXPECT_NEAR(maximum.covariance(0, 1), 0.012, 1e-8);
}

TEST(LikelihoodShape, AProfileIsMaximalOverTheOthers) {
  const LikelihoodMaximum maximum = maximise(normal, box(2.0), {0.0, 0.0}, {0.1, 0.2});
  const LikelihoodProfile of_b = profile(normal, box(2.0), maximum, 1);
  // Whatever the correlation, the profile falls by 1/2 one error away; a section would at 0.8 of it.
  EXPECT_NEAR(of_b.low, -0.4, 0.2 * kTolerance);
  EXPECT_NEAR(of_b.high, 0.0, 0.2 * kTolerance);
  for (std::size_t i = 0; i < of_b.theta.size(); ++i) {
    const double errors = (of_b.theta[i] + 0.2) / 0.2;
    EXPECT_NEAR(of_b.rise[i], errors * errors, 0.01);
  }
}

TEST(LikelihoodShape, AnAsymmetricProfileHasItsOwnSides) {
  const ParameterBox positive{{0.1}, {10.0}};
  const LikelihoodMaximum maximum = maximise(poisson, positive, {1.0}, {0.5});
  ASSERT_TRUE(maximum.found);
  EXPECT_NEAR(maximum.theta[0], 2.5, 1e-3);
  const LikelihoodProfile of_mean = profile(poisson, positive, maximum, 0);
  const double low = of_mean.low, high = of_mean.high;
  for (const double side : {low, high}) {
    const double rise =
        2.0 * (poisson(std::vector<double>{2.5}).value - poisson(std::vector<double>{side}).value);
    EXPECT_NEAR(rise, 1.0, 2.0 * kTolerance);
  }
  EXPECT_GT(high - 2.5, 1.05 * (2.5 - low));
}

TEST(LikelihoodShape, PointsOfAContourHaveItsLikelihood) {
  const LikelihoodMaximum maximum = maximise(normal, box(2.0), {0.0, 0.0}, {0.1, 0.2});
  const auto points = contour(normal, box(2.0), maximum, 2.3);
  ASSERT_GE(points.size(), 20u);
  EXPECT_EQ(points.front(), points.back());
  double widest = 0.0;
  for (const auto& point : points) {
    EXPECT_NEAR(-2.0 * normal(point).value, 2.3, 2.3 * 2.0 * kTolerance);
    widest = std::max(widest, point[0] - 0.3);
  }
  // The ellipse reaches √2.3 errors, up to the spacing of the points.
  EXPECT_NEAR(widest, 0.1 * std::sqrt(2.3), 0.004);
}

TEST(LikelihoodShape, AMaximumOutsideOfTheBoxIsNotOne) {
  const LikelihoodMaximum maximum = maximise(normal, {{-1.0, -1.0}, {0.1, 1.0}}, {-0.5, 0.5}, {0.1, 0.2});
  EXPECT_TRUE(maximum.at_edge);
  EXPECT_FALSE(maximum.found);
  EXPECT_DOUBLE_EQ(maximum.theta[0], 0.1);
  // At the edge in a; the other is at its maximum given that.
  EXPECT_NEAR(maximum.theta[1], -0.2 + 0.6 * 2.0 * (0.1 - 0.3), 0.01);
}

TEST(LikelihoodShape, WhatLeavesTheBoxIsNotAnswered) {
  const ParameterBox narrow{{0.15, -0.6}, {0.45, 0.2}};
  const LikelihoodMaximum maximum = maximise(normal, narrow, {0.2, 0.0}, {0.1, 0.2});
  ASSERT_TRUE(maximum.found);
  EXPECT_TRUE(std::isfinite(profile(normal, narrow, maximum, 0).low));
  const auto points = contour(normal, narrow, maximum, 6.2);
  EXPECT_TRUE(std::ranges::any_of(points, [](const auto& point) { return std::isnan(point[0]); }));
}

TEST(LikelihoodShape, AFunctionWithoutAMaximumIsNotOne) {
  const auto flat = [](std::span<const double> theta) {
    return LogLikelihoodValue{theta[0] * theta[0], {2.0 * theta[0]}};
  };
  EXPECT_FALSE(maximise(flat, box(1.0, 1), {0.1}, {0.1}).found);
}

}  // namespace
}  // namespace trueup
