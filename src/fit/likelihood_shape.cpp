// Maximum, profiles and contours of a log likelihood.
#include "fit/likelihood_shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>

namespace trueup {

namespace {

constexpr int kMostSteps = 40;
constexpr int kMostHalvings = 12;
constexpr double kDifference = 0.3;  // of an error: gradients there differ by far more than rounding
constexpr double kStill = 0.005;     // of an error: a step so short ends a search
constexpr double kCrossing = 0.003;  // of an error: how well a crossing is known
constexpr int kMostTries = 12;       // at a crossing
constexpr double kShown = 3.0;       // errors to each side of a profile
constexpr int kProfilePoints = 6;    // to each side
constexpr std::size_t kContourPoints = 32;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// −∂² log L from differences of gradients, symmetric; one-sided where the box ends.
SquareMatrix curvature_at(const LogLikelihoodFunction& f, const ParameterBox& box,
                          const std::vector<double>& theta, const std::vector<double>& scale) {
  const std::size_t P = theta.size();
  SquareMatrix raw(P), result(P);
  for (std::size_t p = 0; p < P; ++p) {
    std::vector<double> below = theta, above = theta;
    below[p] = std::max(box.low[p], theta[p] - kDifference * scale[p]);
    above[p] = std::min(box.high[p], theta[p] + kDifference * scale[p]);
    const LogLikelihoodValue low = f(below), high = f(above);
    for (std::size_t q = 0; q < P; ++q) {
      raw(p, q) = -(high.gradient[q] - low.gradient[q]) / (above[p] - below[p]);
    }
  }
  for (std::size_t p = 0; p < P; ++p) {
    for (std::size_t q = 0; q < P; ++q) result(p, q) = 0.5 * (raw(p, q) + raw(q, p));
  }
  return result;
}

std::vector<double> moved(const ParameterBox& box, const std::vector<double>& theta,
                          const std::vector<double>& step, double part) {
  std::vector<double> next = theta;
  for (std::size_t p = 0; p < next.size(); ++p) {
    next[p] = std::clamp(theta[p] + part * step[p], box.low[p], box.high[p]);
  }
  return next;
}

/// At an end of the box, with log L rising outwards.
bool held(const ParameterBox& box, const std::vector<double>& theta, const std::vector<double>& gradient,
          std::size_t p) {
  return (theta[p] <= box.low[p] && gradient[p] < 0.0) || (theta[p] >= box.high[p] && gradient[p] > 0.0);
}

/// Of the parameters that the box does not hold. Away from a maximum the curvature may be none: then the one that `scale`
/// stands for.
std::vector<double> newton_step(const ParameterBox& box, const std::vector<double>& theta,
                                SquareMatrix curvature, std::vector<double> gradient,
                                const std::vector<double>& scale) {
  const std::vector<double> outwards = gradient;
  for (std::size_t p = 0; p < gradient.size(); ++p) {
    if (!held(box, theta, outwards, p)) continue;
    gradient[p] = 0.0;
    for (std::size_t q = 0; q < gradient.size(); ++q) curvature(p, q) = curvature(q, p) = 0.0;
    curvature(p, p) = 1.0;
  }
  if (const auto l = cholesky(curvature)) return solve_lower_transposed(*l, solve_lower(*l, gradient));
  std::vector<double> step = gradient;
  for (std::size_t p = 0; p < step.size(); ++p) step[p] *= scale[p] * scale[p];
  return step;
}

}  // namespace

bool ParameterBox::holds(std::span<const double> theta) const {
  for (std::size_t p = 0; p < theta.size(); ++p) {
    if (!(theta[p] >= low[p] && theta[p] <= high[p])) return false;
  }
  return true;
}

LikelihoodMaximum maximise(const LogLikelihoodFunction& f, const ParameterBox& box, std::vector<double> start,
                           const std::vector<double>& scale) {
  LikelihoodMaximum maximum;
  maximum.theta = moved(box, start, start, 0.0);
  LogLikelihoodValue here = f(maximum.theta);
  bool still = false;
  for (int s = 0; s < kMostSteps && !still; ++s) {
    maximum.curvature = curvature_at(f, box, maximum.theta, scale);
    const std::vector<double> step = newton_step(box, maximum.theta, maximum.curvature, here.gradient, scale);
    double part = 1.0;
    for (int h = 0; h < kMostHalvings; ++h, part *= 0.5) {
      const std::vector<double> next = moved(box, maximum.theta, step, part);
      LogLikelihoodValue there = f(next);
      double length = 0.0;
      for (std::size_t p = 0; p < next.size(); ++p) {
        length = std::max(length, std::fabs(next[p] - maximum.theta[p]) / scale[p]);
      }
      still = length <= kStill;
      if (!(there.value >= here.value) && !still) continue;
      maximum.theta = next;
      here = std::move(there);
      break;
    }
  }
  maximum.value = here.value;
  for (std::size_t p = 0; p < start.size(); ++p) {
    maximum.at_edge = maximum.at_edge || held(box, maximum.theta, here.gradient, p);
  }
  const bool peak = cholesky(maximum.curvature).has_value();
  if (peak) maximum.covariance = *inverse(maximum.curvature);
  maximum.found = peak && still && !maximum.at_edge;
  return maximum;
}

namespace {

/// log L at θ_p = value, largest over the other parameters: Newton steps with the curvature of the maximum.
class Profiled {
 public:
  Profiled(const LogLikelihoodFunction& f, const ParameterBox& box, const LikelihoodMaximum& maximum,
           std::size_t parameter)
      : f_(f), box_(box), maximum_(maximum), p_(parameter) {
    const std::size_t P = maximum.theta.size();
    SquareMatrix others(P - 1);
    for (std::size_t a = 0; a + 1 < P; ++a) {
      for (std::size_t b = 0; b + 1 < P; ++b) others(a, b) = maximum.curvature(other(a), other(b));
    }
    if (P > 1) inverted_ = inverse(others);
  }

  double error() const { return std::sqrt(maximum_.covariance(p_, p_)); }

  /// 2 Δ log L; NaN outside the box.
  double rise(double value) const {
    const double way = value - maximum_.theta[p_];
    std::vector<double> theta = maximum_.theta;
    // The others follow as they do in a quadratic.
    for (std::size_t q = 0; q < theta.size(); ++q) {
      theta[q] += maximum_.covariance(q, p_) / maximum_.covariance(p_, p_) * way;
    }
    theta[p_] = value;
    if (!box_.holds(theta)) return kNone;
    LogLikelihoodValue here = f_(theta);
    for (int s = 0; s < kMostTries && inverted_; ++s) {
      std::vector<double> gradient(theta.size() - 1);
      for (std::size_t a = 0; a < gradient.size(); ++a) gradient[a] = here.gradient[other(a)];
      const std::vector<double> step = *inverted_ * gradient;
      if (!(dot(step, gradient) > kStill * kStill)) break;
      std::vector<double> next = theta;
      for (std::size_t a = 0; a < step.size(); ++a) next[other(a)] += step[a];
      if (!box_.holds(next)) return kNone;
      LogLikelihoodValue there = f_(next);
      if (!(there.value > here.value)) break;
      theta = next;
      here = std::move(there);
    }
    return 2.0 * (maximum_.value - here.value);
  }

 private:
  std::size_t other(std::size_t a) const { return a < p_ ? a : a + 1; }

  const LogLikelihoodFunction& f_;
  const ParameterBox& box_;
  const LikelihoodMaximum& maximum_;
  std::size_t p_;
  std::optional<SquareMatrix> inverted_;
};

/// The s > 0 with rise(s) = wanted, where √rise is nearly linear in s; NaN when there is none in reach.
template <class Rise>
double crossing(const Rise& rise, double wanted, double start) {
  double s = start;
  for (int t = 0; t < kMostTries; ++t) {
    const double found = rise(s);
    if (!(found > 0.0)) return kNone;
    const double factor = std::sqrt(wanted / found);
    if (std::fabs(factor - 1.0) <= kCrossing) return s;
    s *= std::clamp(factor, 0.5, 2.0);
  }
  return kNone;
}

}  // namespace

LikelihoodProfile profile(const LogLikelihoodFunction& f, const ParameterBox& box,
                          const LikelihoodMaximum& maximum, std::size_t parameter) {
  const Profiled profiled(f, box, maximum, parameter);
  const double centre = maximum.theta[parameter], error = profiled.error();
  LikelihoodProfile result;
  for (int i = -kProfilePoints; i <= kProfilePoints; ++i) {
    const double value = centre + kShown * error * i / kProfilePoints;
    const double rise = i == 0 ? 0.0 : profiled.rise(value);
    if (!std::isfinite(rise)) continue;
    result.theta.push_back(value);
    result.rise.push_back(rise);
  }
  result.low = centre - crossing([&](double s) { return profiled.rise(centre - s); }, 1.0, error);
  result.high = centre + crossing([&](double s) { return profiled.rise(centre + s); }, 1.0, error);
  return result;
}

std::vector<std::vector<double>> contour(const LogLikelihoodFunction& f, const ParameterBox& box,
                                         const LikelihoodMaximum& maximum, double rise) {
  const auto l = cholesky(maximum.covariance);
  std::vector<std::vector<double>> points;
  for (std::size_t i = 0; l && i < kContourPoints; ++i) {
    const double angle =
        2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(kContourPoints);
    const double u = std::cos(angle), v = std::sin(angle);
    const auto at = [&](double r) {
      return std::vector<double>{maximum.theta[0] + r * (*l)(0, 0) * u,
                                 maximum.theta[1] + r * ((*l)(1, 0) * u + (*l)(1, 1) * v)};
    };
    const double r = crossing(
        [&](double s) {
          const std::vector<double> theta = at(s);
          return box.holds(theta) ? 2.0 * (maximum.value - f(theta).value) : kNone;
        },
        rise, std::sqrt(rise));
    points.push_back(std::isfinite(r) ? at(r) : std::vector<double>{kNone, kNone});
  }
  if (!points.empty()) points.push_back(points.front());
  return points;
}

}  // namespace trueup
