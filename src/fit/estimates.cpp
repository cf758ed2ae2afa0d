// Values and intervals from repetitions, and from shares that are known apart.
#include "fit/estimates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "fit/interval.hpp"

namespace trueup {

namespace {

std::vector<double> component(const std::vector<std::vector<double>>& thetas, std::size_t p) {
  std::vector<double> values;
  for (const std::vector<double>& theta : thetas) values.push_back(theta[p]);
  return values;
}

/// Half width of one value's interval from their scatter; 0 when there are fewer than two.
double scatter(const std::vector<std::vector<double>>& thetas, std::size_t p) {
  return thetas.size() < 2 ? 0.0 : interval_from_repetitions(component(thetas, p)).half_width;
}

constexpr std::size_t kTellCorrelation = 4;

/// Of two parameters over estimates; 0 where they do not tell.
double correlation(const std::vector<std::vector<double>>& thetas, std::size_t p, std::size_t q) {
  if (p == q) return 1.0;
  if (thetas.size() < kTellCorrelation) return 0.0;
  double sp = 0.0, sq = 0.0, pp = 0.0, qq = 0.0, pq = 0.0;
  const double n = static_cast<double>(thetas.size());
  for (const std::vector<double>& theta : thetas) sp += theta[p] / n, sq += theta[q] / n;
  for (const std::vector<double>& theta : thetas) {
    const double dp = theta[p] - sp, dq = theta[q] - sq;
    pp += dp * dp, qq += dq * dq, pq += dp * dq;
  }
  return pp > 0.0 && qq > 0.0 ? pq / std::sqrt(pp * qq) : 0.0;
}

}  // namespace

void fail_at_edge(const std::vector<ModelParameter>& parameters, std::size_t rejected,
                  std::size_t repetitions) {
  std::string ranges;
  for (const ModelParameter& p : parameters) {
    ranges += fmt::format("{}[{}, {}] of '{}'", ranges.empty() ? "" : ", ", p.low, p.high, p.name);
  }
  throw DataError(
      fmt::format("{} of {} repetitions have their minimum at the edge of the range {}: the data lie outside "
                  "of what was simulated, or the observables do not depend on it",
                  rejected, repetitions, ranges));
}

void take_single(const std::vector<ModelParameter>& parameters, const std::vector<double>& theta,
                 FitResult& result) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    result.parameters.push_back({parameters[p].name, parameters[p].unit, theta[p], kUnknown, kUnknown});
  }
}

void summarise_repetitions(const std::vector<ModelParameter>& parameters, FitResult& result) {
  if (result.repetitions.size() == 1) return take_single(parameters, result.repetitions.front(), result);
  std::vector<std::vector<double>> kept;
  for (std::size_t r = 0; r < result.repetitions.size(); ++r) {
    if (std::ranges::find(result.rejected, r) == result.rejected.end()) kept.push_back(result.repetitions[r]);
  }
  if (kept.size() < 2) fail_at_edge(parameters, result.rejected.size(), result.repetitions.size());
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const Interval interval = interval_from_repetitions(component(kept, p));
    result.parameters.push_back({parameters[p].name, parameters[p].unit, interval.value,
                                 interval.value - interval.half_width, interval.value + interval.half_width});
  }
}

void summarise_shares(const std::vector<ModelParameter>& parameters, const std::vector<double>& theta,
                      const Shares& shares, FitResult& result) {
  result.by_weights = shares.by_weights;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    FittedParameter fitted{parameters[p].name, parameters[p].unit, theta[p]};
    fitted.statistical = shares.statistical[p];
    fitted.weights = scatter(shares.by_weights, p);
    const double n = std::max(1.0, static_cast<double>(shares.by_training.size()));
    fitted.training = scatter(shares.by_training, p) / std::sqrt(n);
    const double half = std::sqrt(fitted.statistical * fitted.statistical + fitted.weights * fitted.weights +
                                  fitted.training * fitted.training);
    fitted.low = theta[p] - half;
    fitted.high = theta[p] + half;
    result.parameters.push_back(fitted);
  }
}

SquareMatrix scatter_covariance(const Shares& shares, const FitResult& result) {
  const auto& fitted = result.parameters;
  SquareMatrix covariance(fitted.size());
  for (std::size_t p = 0; p < fitted.size(); ++p) {
    for (std::size_t q = 0; q < fitted.size(); ++q) {
      covariance(p, q) = fitted[p].weights * fitted[q].weights * correlation(shares.by_weights, p, q) +
                         fitted[p].training * fitted[q].training * correlation(shares.by_training, p, q);
    }
  }
  return covariance;
}

}  // namespace trueup
