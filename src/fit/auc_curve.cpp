// Least-squares fit of the AUC's curve: for given centre and rounding the rest is linear, so the search has two
// dimensions and no bad starting point.
#include "fit/auc_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <nlopt.hpp>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

namespace {

constexpr std::size_t kFewestPoints = 6;
constexpr std::size_t kTerms = 3;
// Slopes on the two sides differ by (1 + a) / (1 − a): a factor of 4 at most.
constexpr double kMostAsymmetry = 0.6;
using Terms = std::array<double, kTerms>;

/// Solves the symmetric 3 × 3 normal equations by elimination with pivoting.
Terms solve(std::array<Terms, kTerms> a, Terms b) {
  for (std::size_t c = 0; c < kTerms; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < kTerms; ++r) {
      pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
    }
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (std::size_t r = c + 1; r < kTerms; ++r) {
      const double factor = a[c][c] != 0.0 ? a[r][c] / a[c][c] : 0.0;
      for (std::size_t k = c; k < kTerms; ++k) {
        a[r][k] -= factor * a[c][k];
      }
      b[r] -= factor * b[c];
    }
  }
  Terms x{};
  for (std::size_t c = kTerms; c-- > 0;) {
    double sum = b[c];
    for (std::size_t k = c + 1; k < kTerms; ++k) {
      sum -= a[c][k] * x[k];
    }
    x[c] = a[c][c] != 0.0 ? sum / a[c][c] : 0.0;
  }
  return x;
}

/// Scaled to u in [-1, 1], AUC in units of its spread: the same tolerances fit every parameter.
class CurveFit {
 public:
  CurveFit(std::span<const ScanPoint> points, double low, double high)
      : middle_(0.5 * (low + high)), half_(0.5 * (high - low)) {
    for (const ScanPoint& point : points) {
      u_.push_back((point.theta.front() - middle_) / half_);
      y_.push_back(point.auc);
    }
  }

  Terms linear_part(double centre, double rounding) const {
    std::array<Terms, kTerms> a{};
    Terms b{};
    for (std::size_t i = 0; i < u_.size(); ++i) {
      const Terms t = terms(u_[i] - centre, rounding);
      for (std::size_t r = 0; r < kTerms; ++r) {
        for (std::size_t c = 0; c < kTerms; ++c) {
          a[r][c] += t[r] * t[c];
        }
        b[r] += t[r] * y_[i];
      }
    }
    return solve(a, b);
  }

  double sum_of_squares(double centre, double rounding) const {
    const Terms x = linear_part(centre, rounding);
    double sum = 0.0;
    for (std::size_t i = 0; i < u_.size(); ++i) {
      const Terms t = terms(u_[i] - centre, rounding);
      const double difference = x[0] * t[0] + x[1] * t[1] + x[2] * t[2] - y_[i];
      sum += difference * difference;
    }
    return sum;
  }

  std::pair<double, double> search() const {
    std::pair<double, double> best{0.0, 0.2};
    double least = std::numeric_limits<double>::infinity();
    for (double centre = -1.0; centre <= 1.0; centre += 0.05) {
      for (const double rounding : {least_rounding(), 0.2, 0.4}) {
        const double sum = sum_of_squares(centre, rounding);
        if (sum < least && has_minimum(linear_part(centre, rounding))) {
          least = sum;
          best = {centre, rounding};
        }
      }
    }
    return refine(best);
  }

  FitResult::Curve curve(std::pair<double, double> at) const {
    const Terms x = linear_part(at.first, at.second);
    FitResult::Curve curve;
    curve.floor = x[0];
    curve.slope = has_minimum(x) ? x[1] / half_ : 0.0;
    curve.asymmetry = has_minimum(x) ? x[2] / x[1] : 0.0;
    curve.centre = middle_ + half_ * at.first;
    curve.rounding = half_ * at.second;
    return curve;
  }

 private:
  /// Rising on both sides, neither much steeper than the other: else the points are one branch, not a minimum.
  static bool has_minimum(const Terms& x) { return x[1] > 0.0 && std::abs(x[2]) < kMostAsymmetry * x[1]; }

  /// Points cannot show a corner sharper than half their spacing; a sharper one would snap to the nearest point.
  double least_rounding() const { return 1.0 / static_cast<double>(u_.size() - 1); }

  static Terms terms(double u, double rounding) { return {1.0, std::sqrt(u * u + rounding * rounding), u}; }

  std::pair<double, double> refine(std::pair<double, double> start) const {
    nlopt::opt optimiser(nlopt::LN_NELDERMEAD, 2);
    optimiser.set_lower_bounds({-1.0, least_rounding()});
    optimiser.set_upper_bounds({1.0, 2.0});
    optimiser.set_xtol_abs(1e-6);
    optimiser.set_maxeval(400);
    optimiser.set_initial_step(0.03);
    optimiser.set_min_objective(
        [](const std::vector<double>& x, std::vector<double>&, void* self) {
          return static_cast<const CurveFit*>(self)->sum_of_squares(x[0], x[1]);
        },
        const_cast<CurveFit*>(this));
    std::vector<double> x = {start.first, start.second};
    double least = 0.0;
    try {
      optimiser.optimize(x, least);
    } catch (const nlopt::roundoff_limited&) {
      // x holds the best point so far, which is all that rounding allows.
    }
    return {x[0], x[1]};
  }

  double middle_;
  double half_;
  std::vector<double> u_;
  std::vector<double> y_;
};

}  // namespace

double auc_curve(const FitResult::Curve& curve, double theta) {
  const double u = theta - curve.centre;
  return curve.floor +
         curve.slope * (std::sqrt(u * u + curve.rounding * curve.rounding) + curve.asymmetry * u);
}

FitResult::Curve fit_auc_curve(std::span<const ScanPoint> points, double low, double high) {
  if (points.size() < kFewestPoints) {
    throw ConfigError(
        fmt::format("the AUC's curve has five parameters: {} scan points are too few, use at least {}",
                    points.size(), kFewestPoints));
  }
  const CurveFit fit(points, low, high);
  FitResult::Curve curve = fit.curve(fit.search());
  curve.repetition = points.front().repetition;
  return curve;
}

}  // namespace trueup
