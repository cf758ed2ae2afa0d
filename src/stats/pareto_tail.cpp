// The generalised Pareto fit to a tail.
#include "stats/pareto_tail.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace trueup {

namespace {

constexpr std::size_t kLeast = 100;
constexpr double kPriorStrength = 10.0;  // in excesses, towards 0.5
constexpr double kPriorScale = 3.0;

double mean_log1p(const std::vector<double>& excesses, double factor) {
  double sum = 0.0;
  for (const double x : excesses) sum += std::log1p(factor * x);
  return sum / static_cast<double>(excesses.size());
}

/// Shape of excesses, ascending and positive: the posterior mean over a grid of b, with k(b) = mean log(1 − b x).
double shape_of(const std::vector<double>& excesses) {
  const auto n = static_cast<double>(excesses.size());
  const std::size_t grid = 30 + static_cast<std::size_t>(std::sqrt(n));
  const double quartile = excesses[static_cast<std::size_t>(n / 4.0 + 0.5) - 1];
  std::vector<double> b, log_likelihood;
  for (std::size_t j = 1; j <= grid; ++j) {
    const double step = 1.0 - std::sqrt(static_cast<double>(grid) / (static_cast<double>(j) - 0.5));
    b.push_back(1.0 / excesses.back() + step / (kPriorScale * quartile));
    const double k = mean_log1p(excesses, -b.back());
    log_likelihood.push_back(n * (std::log(-b.back() / k) - k - 1.0));
  }
  const double highest = *std::ranges::max_element(log_likelihood);
  double sum = 0.0, mean = 0.0;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double p = std::exp(log_likelihood[j] - highest);
    sum += p;
    mean += p * b[j];
  }
  const double k = mean_log1p(excesses, -mean / sum);
  return (n * k + kPriorStrength * 0.5) / (n + kPriorStrength);
}

}  // namespace

double pareto_shape(std::span<const float> weights) {
  if (weights.size() < kLeast) return std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(weights.size());
  const auto tail = static_cast<std::size_t>(std::min(n / 5.0, 3.0 * std::sqrt(n)));
  std::vector<double> sizes;
  for (const float w : weights) sizes.push_back(std::fabs(static_cast<double>(w)));
  const auto first = sizes.end() - static_cast<std::ptrdiff_t>(tail);
  std::ranges::nth_element(sizes, first - 1);
  const double threshold = *(first - 1);
  std::vector<double> excesses;
  for (auto at = first; at != sizes.end(); ++at) {
    if (*at > threshold) excesses.push_back(*at - threshold);
  }
  if (excesses.size() < 5) return 0.0;
  std::ranges::sort(excesses);
  return shape_of(excesses);
}

}  // namespace trueup
