// The interval from a few repetitions.
#include "fit/interval.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

namespace {

/// P(|t| < x) for Student's t by Simpson's rule; smooth integrand, so few points give full precision.
double central_probability(double x, double n) {
  const double norm =
      std::exp(std::lgamma(0.5 * (n + 1.0)) - std::lgamma(0.5 * n)) / std::sqrt(n * std::numbers::pi);
  const auto density = [&](double t) { return norm * std::pow(1.0 + t * t / n, -0.5 * (n + 1.0)); };
  constexpr int kSteps = 400;
  const double h = x / kSteps;
  double sum = density(0.0) + density(x);
  for (int i = 1; i < kSteps; ++i) {
    sum += density(i * h) * (i % 2 == 1 ? 4.0 : 2.0);
  }
  return 2.0 * sum * h / 3.0;
}

}  // namespace

double student_t_one_sigma(std::size_t degrees_of_freedom) {
  const double target = std::erf(1.0 / std::numbers::sqrt2);
  const auto n = static_cast<double>(degrees_of_freedom);
  double low = 0.5;
  double high = 2.0;  // n = 1 gives 1.84
  while (high - low > 1e-10) {
    const double middle = 0.5 * (low + high);
    (central_probability(middle, n) < target ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Interval interval_from_repetitions(std::span<const double> values) {
  if (values.size() < 2) {
    throw ConfigError(fmt::format("an error needs at least 2 repetitions, not {}", values.size()));
  }
  const auto n = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double v : values) {
    sum += v;
  }
  const double mean = sum / n;
  double squares = 0.0;
  for (const double v : values) {
    squares += (v - mean) * (v - mean);
  }
  return {mean, student_t_one_sigma(values.size() - 1) * std::sqrt(squares / (n - 1.0))};
}

}  // namespace trueup
