// The polynomial through the objective's points: its minimum, and when there is none.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "fit/surface.hpp"

namespace trueup {
namespace {

/// Points of f over a grid in two parameters, `steps` a side, with noise of the given size.
template <class Function>
std::vector<ScanPoint> grid(int steps, double noise, const Function& f) {
  RandomStream stream(5, "surface test");
  std::vector<ScanPoint> points;
  for (int i = 0; i < steps; ++i) {
    for (int j = 0; j < steps; ++j) {
      ScanPoint point;
      point.theta = {-1.0 + 2.0 * i / (steps - 1), 10.0 + 4.0 * j / (steps - 1)};
      point.objective = f(point.theta[0], point.theta[1]) + noise * stream.normal();
      point.objective_error = noise > 0.0 ? noise : 1e-6;
      points.push_back(point);
    }
  }
  return points;
}

TEST(Surface, FindsTheMinimumOfAQuadraticExactly) {
  const auto points = grid(3, 0.0, [](double a, double b) {
    return 0.3 + (a - 0.2) * (a - 0.2) + 0.05 * (b - 12.5) * (b - 12.5) + 0.1 * (a - 0.2) * (b - 12.5);
  });
  const Surface surface = fit_surface(points, FitMethod::loss);
  EXPECT_TRUE(surface.convex);
  EXPECT_TRUE(surface.inside);
  // Exact but for rounding in normal equations of nine points.
  EXPECT_TRUE(std::abs(surface.minimum[0] - 0.2) <= 1e-7) << surface.minimum[0];
  EXPECT_TRUE(std::abs(surface.minimum[1] - 12.5) <= 1e-7) << surface.minimum[1];
  EXPECT_TRUE(std::abs(surface.floor - 0.3) <= 1e-7) << surface.floor;
}

TEST(Surface, CubicTermsTakeASkewedMinimum) {
  const auto f = [](double a, double b) { return std::exp(a) - 1.2 * a + 0.05 * (b - 12) * (b - 12); };
  const Surface surface = fit_surface(grid(7, 0.0, f), FitMethod::loss);
  // The minimum is at log 1.2 = 0.1823; a quadratic over the same points is off by 0.04.
  EXPECT_TRUE(std::abs(surface.minimum[0] - std::log(1.2)) <= 0.01) << surface.minimum[0];
}

TEST(Surface, UsesAllPointsAgainstNoise) {
  const auto f = [](double a, double b) { return (a - 0.2) * (a - 0.2) + 0.25 * (b - 12) * (b - 12); };
  const Surface surface = fit_surface(grid(9, 0.03, f), FitMethod::loss);
  // Noise 0.03 at 81 points of curvature 2: some 0.01 in a, while the lowest point is on a grid of 0.25.
  EXPECT_TRUE(std::abs(surface.minimum[0] - 0.2) <= 0.04) << surface.minimum[0];
  EXPECT_TRUE(std::abs(surface.minimum[1] - 12.0) <= 0.08) << surface.minimum[1];
}

TEST(Surface, TheAucIsSmoothedByItsQuantile) {
  // AUC of two Gaussians of unit width: Φ(|Δ|/√2).
  std::vector<ScanPoint> points;
  for (int i = 0; i < 9; ++i) {
    ScanPoint point;
    point.theta = {0.1 * i};
    point.auc = 0.5 * std::erfc(-std::abs(point.theta[0] - 0.37) / 2.0);
    point.auc_null_spread = 1e-5;
    point.objective = point.auc;
    points.push_back(point);
  }
  const Surface surface = fit_surface(points, FitMethod::auc);
  EXPECT_TRUE(surface.convex);
  EXPECT_TRUE(std::abs(surface.minimum[0] - 0.37) <= 1e-3) << surface.minimum[0];
}

TEST(Surface, SaysWhenThereIsNone) {
  const auto saddle = grid(5, 0.0, [](double a, double b) { return a * a - 0.1 * (b - 12) * (b - 12); });
  EXPECT_FALSE(fit_surface(saddle, FitMethod::loss).convex);
  const auto beyond = grid(3, 0.0, [](double a, double b) { return (a - 1.4) * (a - 1.4) + b * b / 100; });
  const Surface surface = fit_surface(beyond, FitMethod::loss);
  EXPECT_FALSE(surface.convex && surface.inside);
  EXPECT_THROW(fit_surface(std::vector<ScanPoint>(saddle.begin(), saddle.begin() + 5), FitMethod::loss),
               ConfigError);
}

}  // namespace
}  // namespace trueup
