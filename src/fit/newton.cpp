// Newton's method with a fitted model of the gradient.
#include "fit/newton.hpp"

#include <algorithm>
#include <cmath>

namespace trueup {

namespace {

// Departure of the gradient from linear at distance u is about this times u², both in units of curvature 1: for a shifted
// Gaussian the divergence's second derivative falls by a third over one standard deviation (u = 0.4).
constexpr double kNonlinearity = 0.8;

double norm(std::span<const double> x) {
  double sum = 0.0;
  for (const double v : x) sum += v * v;
  return std::sqrt(sum);
}

/// Coordinates around the lowest point in which the curvature is 1: u = Lᵀ (θ − θ_best), g_u = L⁻¹ g.
class Whitened {
 public:
  Whitened(const Evaluation& best) : best_(best.point), factor_(factor_of(best.curvature)) {}

  std::vector<double> to_u(std::span<const double> theta) const {
    const std::size_t P = theta.size();
    std::vector<double> u(P, 0.0);
    for (std::size_t r = 0; r < P; ++r) {
      for (std::size_t c = r; c < P; ++c) u[r] += factor_(c, r) * (theta[c] - best_.theta[c]);
    }
    return u;
  }
  std::vector<double> to_theta(std::span<const double> u) const {
    std::vector<double> theta = solve_lower_transposed(factor_, u);
    for (std::size_t p = 0; p < theta.size(); ++p) theta[p] += best_.theta[p];
    return theta;
  }
  std::vector<double> gradient(const ScanPoint& point) const { return solve_lower(factor_, point.gradient); }
  /// Errors of the gradient's components, taken as independent.
  std::vector<double> gradient_errors(const ScanPoint& point) const {
    const std::size_t P = point.gradient.size();
    std::vector<double> squares(P, 0.0);
    for (std::size_t p = 0; p < P; ++p) {
      std::vector<double> unit(P, 0.0);
      unit[p] = point.gradient_error[p];
      const std::vector<double> share = solve_lower(factor_, unit);
      for (std::size_t q = 0; q < P; ++q) squares[q] += share[q] * share[q];
    }
    for (double& s : squares) s = std::sqrt(s);
    return squares;
  }

 private:
  /// Parameters without any effect have no curvature; a small one keeps the rest solvable.
  static SquareMatrix factor_of(SquareMatrix curvature) {
    double trace = 0.0;
    for (std::size_t p = 0; p < curvature.size; ++p) trace += curvature(p, p);
    for (double ridge = 0.0;; ridge = ridge > 0.0 ? 10.0 * ridge : 1e-9 * trace + 1e-300) {
      SquareMatrix with = curvature;
      for (std::size_t p = 0; p < curvature.size; ++p) with(p, p) += ridge;
      if (const auto l = cholesky(with)) return *l;
    }
  }

  const ScanPoint& best_;
  SquareMatrix factor_;
};

/// Number of H(p,q) = H(q,p) among the coefficients, after the P components of g₀.
std::size_t coefficient_of(std::size_t p, std::size_t q, std::size_t P) {
  const auto [high, low] = std::pair(std::max(p, q), std::min(p, q));
  return P + high * (high + 1) / 2 + low;
}

/// The step −H⁻¹ g₀ of the fitted model; −g₀ when the fitted H is not positive definite.
std::vector<double> model_step(const std::vector<Evaluation>& points, const Whitened& white, std::size_t P,
                               const NewtonOptions& options) {
  LeastSquares fit(P + P * (P + 1) / 2);
  const std::size_t terms = P + P * (P + 1) / 2;
  for (std::size_t p = 0; p < P; ++p) {
    for (std::size_t q = 0; q <= p; ++q) {
      std::vector<double> row(terms, 0.0);
      row[coefficient_of(p, q, P)] = 1.0;
      fit.add(row, p == q ? 1.0 : 0.0, options.curvature_error);
    }
  }
  for (const Evaluation& evaluation : points) {
    const auto u = white.to_u(evaluation.point.theta), g = white.gradient(evaluation.point);
    const auto errors = white.gradient_errors(evaluation.point);
    const double distance = norm(u);
    for (std::size_t p = 0; p < P; ++p) {
      std::vector<double> row(terms, 0.0);
      row[p] = 1.0;
      for (std::size_t q = 0; q < P; ++q) row[coefficient_of(p, q, P)] += u[q];
      // Rounding alone would let the best point dictate everything.
      const double noise = options.heed_noise ? errors[p] : 0.0;
      fit.add(row, g[p], std::hypot(noise, kNonlinearity * distance * distance) + 1e-9);
    }
  }
  const auto found = fit.solve();
  std::vector<double> step(P, 0.0);
  if (!found) return step;
  SquareMatrix hessian(P);
  for (std::size_t p = 0; p < P; ++p) {
    for (std::size_t q = 0; q < P; ++q) hessian(p, q) = (*found)[coefficient_of(p, q, P)];
  }
  std::vector<double> downhill(found->begin(), found->begin() + static_cast<std::ptrdiff_t>(P));
  for (double& d : downhill) d = -d;
  const auto factor = cholesky(hessian);
  return factor ? solve_lower_transposed(*factor, solve_lower(*factor, downhill)) : downhill;
}

const Evaluation& lowest(const std::vector<Evaluation>& points) {
  return *std::min_element(points.begin(), points.end(), [](const Evaluation& a, const Evaluation& b) {
    return a.point.objective < b.point.objective;
  });
}

}  // namespace

std::vector<double> clamped(const std::vector<ModelParameter>& parameters, std::vector<double> theta) {
  for (std::size_t p = 0; p < theta.size(); ++p) {
    theta[p] = std::clamp(theta[p], parameters[p].low, parameters[p].high);
  }
  return theta;
}

NewtonResult newton_minimum(const Objective& objective, const std::vector<ModelParameter>& parameters,
                            const std::vector<double>& start, const NewtonOptions& options) {
  NewtonResult result;
  result.theta = clamped(parameters, start);
  const std::size_t P = parameters.size();
  double longest = options.longest_step;
  while (result.evaluations.size() < options.most_evaluations) {
    result.evaluations.push_back(objective.evaluate(result.theta));
    const Evaluation& best = lowest(result.evaluations);
    // A step that did not lead down was too long.
    longest = &best == &result.evaluations.back() ? options.longest_step : 0.5 * longest;
    const Whitened white(best);
    std::vector<double> step = model_step(result.evaluations, white, P, options);
    const double length = norm(step);
    if (length > longest) {
      for (double& s : step) s *= longest / length;
    }
    const std::vector<double> wanted = white.to_theta(step);
    result.theta = clamped(parameters, wanted);
    const double moved = norm(white.to_u(result.theta));
    result.at_edge = moved < 0.5 * std::min(length, longest) && result.theta != wanted;
    const double noise = options.heed_noise ? norm(white.gradient_errors(best.point)) : 0.0;
    result.converged = moved <= std::max(options.tolerance, noise);
    if (result.converged) break;
  }
  return result;
}

}  // namespace trueup
