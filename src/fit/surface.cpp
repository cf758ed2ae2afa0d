// Weighted least squares of a polynomial to the objective's values.
#include "fit/surface.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "stats/linear.hpp"
#include "stats/probit.hpp"

namespace trueup {

namespace {

constexpr double kRelativeModelError = 0.1;

/// Powers of v up to `degree`, each as the list of its factors.
std::vector<std::vector<std::size_t>> monomials(std::size_t parameters, std::size_t degree) {
  std::vector<std::vector<std::size_t>> all{{}};
  for (std::size_t first = 0, d = 0; d < degree; ++d) {
    const std::size_t last = all.size();
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t p = all[i].empty() ? 0 : all[i].back(); p < parameters; ++p) {
        all.push_back(all[i]);
        all.back().push_back(p);
      }
    }
    first = last;
  }
  return all;
}

/// The box of the points, in which coordinates run from −1 to 1.
struct Box {
  std::vector<double> middle;
  std::vector<double> half;

  explicit Box(std::span<const ScanPoint> points) {
    for (std::size_t p = 0; p < points.front().theta.size(); ++p) {
      double low = std::numeric_limits<double>::infinity(), high = -low;
      for (const ScanPoint& point : points) {
        low = std::min(low, point.theta[p]), high = std::max(high, point.theta[p]);
      }
      middle.push_back(0.5 * (low + high));
      half.push_back(high > low ? 0.5 * (high - low) : 1.0);
    }
  }
  std::vector<double> to_v(std::span<const double> theta) const {
    std::vector<double> v;
    for (std::size_t p = 0; p < theta.size(); ++p) v.push_back((theta[p] - middle[p]) / half[p]);
    return v;
  }
};

struct Polynomial {
  std::vector<std::vector<std::size_t>> terms;
  std::vector<double> coefficients;

  static double term(const std::vector<std::size_t>& factors, std::span<const double> v) {
    double product = 1.0;
    for (const std::size_t p : factors) product *= v[p];
    return product;
  }
  double value(std::span<const double> v) const {
    double sum = 0.0;
    for (std::size_t t = 0; t < terms.size(); ++t) sum += coefficients[t] * term(terms[t], v);
    return sum;
  }
  /// The term without one of its factors p, times how often p is among them.
  static double slope(std::vector<std::size_t> factors, std::size_t p, std::span<const double> v) {
    const auto times = static_cast<double>(std::ranges::count(factors, p));
    if (!(times > 0.0)) return 0.0;
    factors.erase(std::ranges::find(factors, p));
    return times * term(factors, v);
  }
  std::vector<double> gradient(std::span<const double> v) const {
    std::vector<double> g(v.size(), 0.0);
    for (std::size_t t = 0; t < terms.size(); ++t) {
      for (std::size_t p = 0; p < v.size(); ++p) g[p] += coefficients[t] * slope(terms[t], p, v);
    }
    return g;
  }
  SquareMatrix hessian(std::span<const double> v) const {
    SquareMatrix h(v.size());
    for (std::size_t t = 0; t < terms.size(); ++t) {
      for (std::size_t p = 0; p < v.size(); ++p) {
        const auto times = static_cast<double>(std::ranges::count(terms[t], p));
        if (!(times > 0.0)) continue;
        std::vector<std::size_t> rest = terms[t];
        rest.erase(std::ranges::find(rest, p));
        for (std::size_t q = 0; q < v.size(); ++q) h(p, q) += coefficients[t] * times * slope(rest, q, v);
      }
    }
    return h;
  }
};

std::optional<Polynomial> fit(std::span<const ScanPoint> points, const Box& box, FitMethod method,
                              std::size_t degree) {
  Polynomial polynomial{monomials(box.half.size(), degree), {}};
  std::vector<SmoothValue> values;
  double lowest = std::numeric_limits<double>::infinity();
  for (const ScanPoint& point : points) {
    values.push_back(smooth_value(point, method));
    lowest = std::min(lowest, values.back().value);
  }
  LeastSquares least_squares(polynomial.terms.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::vector<double> v = box.to_v(points[i].theta);
    std::vector<double> row;
    for (const auto& term : polynomial.terms) row.push_back(Polynomial::term(term, v));
    const double height = values[i].value - lowest;
    least_squares.add(row, values[i].value,
                      std::hypot(values[i].error, kRelativeModelError * height) + 1e-12);
  }
  const auto found = least_squares.solve();
  if (!found) return std::nullopt;
  polynomial.coefficients = *found;
  return polynomial;
}

/// Newton's method from v; nothing when the polynomial has no minimum near.
std::optional<std::vector<double>> minimum_of(const Polynomial& polynomial, std::vector<double> v) {
  constexpr int kMostSteps = 50;
  constexpr double kFarAway = 3.0;
  for (int step = 0; step < kMostSteps; ++step) {
    const auto factor = cholesky(polynomial.hessian(v));
    if (!factor) return std::nullopt;
    const auto move = solve_lower_transposed(*factor, solve_lower(*factor, polynomial.gradient(v)));
    double largest = 0.0;
    for (std::size_t p = 0; p < v.size(); ++p) {
      v[p] -= std::clamp(move[p], -0.5, 0.5);
      largest = std::max(largest, std::fabs(move[p]));
      if (!(std::fabs(v[p]) < kFarAway)) return std::nullopt;
    }
    if (largest < 1e-10) return v;
  }
  return std::nullopt;
}

const ScanPoint& lowest_point(std::span<const ScanPoint> points) {
  return *std::min_element(points.begin(), points.end(),
                           [](const ScanPoint& a, const ScanPoint& b) { return a.objective < b.objective; });
}

}  // namespace

std::size_t quadratic_terms(std::size_t parameters) {
  return (parameters + 1) * (parameters + 2) / 2;
}

SmoothValue smooth_value(const ScanPoint& point, FitMethod method) {
  if (method != FitMethod::auc) return {point.objective, point.objective_error};
  constexpr double kExtreme = 1e-9;
  const double z = probit(std::clamp(point.auc, kExtreme, 1.0 - kExtreme));
  const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
  const double error = point.auc_null_spread / density;
  // The variance of z² for Gaussian z; its mean is too high by error².
  return {z * z - error * error,
          std::sqrt(4.0 * z * z * error * error + 2.0 * error * error * error * error)};
}

Surface fit_surface(std::span<const ScanPoint> points, FitMethod method) {
  const std::size_t P = points.empty() ? 1 : points.front().theta.size();
  if (points.size() < quadratic_terms(P)) {
    throw ConfigError(fmt::format("a quadratic in {} parameters has {} terms: {} points are too few", P,
                                  quadratic_terms(P), points.size()));
  }
  Surface surface;
  const ScanPoint& lowest = lowest_point(points);
  surface.minimum = lowest.theta;
  surface.lowest_error = smooth_value(lowest, method).error;
  const Box box(points);
  const std::size_t cubic_terms = quadratic_terms(P) * (P + 3) / 3;
  for (const std::size_t degree : {3u, 2u}) {
    if (degree == 3 && points.size() < 2 * cubic_terms) continue;
    const auto polynomial = fit(points, box, method, degree);
    if (!polynomial) continue;
    const auto v = minimum_of(*polynomial, box.to_v(lowest.theta));
    if (!v) continue;
    surface.convex = true;
    surface.inside = std::ranges::all_of(*v, [](double x) { return std::fabs(x) <= 1.0; });
    surface.floor = polynomial->value(*v);
    for (std::size_t p = 0; p < P; ++p) surface.minimum[p] = box.middle[p] + box.half[p] * (*v)[p];
    break;
  }
  return surface;
}

}  // namespace trueup
