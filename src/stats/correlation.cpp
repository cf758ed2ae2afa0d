// Pearson's correlation with weights.
#include <trueup/stats.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <stats/weighted_sample.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

double mean_of(const stats::WeightedSample& sample, double total) {
  double sum = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) sum += sample.weight(i) * sample.values[i];
  return sum / total;
}

/// Asked of the values, since rounding gives a constant column a tiny variance.
bool is_constant(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [&](float x) { return x == values.front(); });
}

}  // namespace

double pearson_correlation(std::span<const float> x, std::span<const float> y,
                           std::span<const float> weights) {
  if (x.size() != y.size()) {
    throw DataError(
        fmt::format("correlation: columns of {} and {} rows; expected the same", x.size(), y.size()));
  }
  const stats::WeightedSample first{x, weights}, second{y, weights};
  const double total = stats::require_usable(first, "correlation, first column", "value");
  stats::require_usable(second, "correlation, second column", "value");
  stats::require_no_infinity(x, "correlation, first column", "value");
  stats::require_no_infinity(y, "correlation, second column", "value");
  if (is_constant(x) || is_constant(y)) return 0.0;

  const double mean_x = mean_of(first, total), mean_y = mean_of(second, total);
  double xx = 0.0, yy = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double w = first.weight(i), dx = x[i] - mean_x, dy = y[i] - mean_y;
    xx += w * dx * dx;
    yy += w * dy * dy;
    xy += w * dx * dy;
  }
  // Weights of both signs, or zero for all but one value, can leave no variance.
  if (!(xx > 0.0) || !(yy > 0.0)) return 0.0;
  return std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
}

}  // namespace trueup
