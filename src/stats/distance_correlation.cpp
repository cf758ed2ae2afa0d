// Distance correlation by its definition, without storing the matrices of distances.
#include <trueup/distance_correlation.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

std::vector<double> parts_of(std::span<const float> weights, std::size_t rows) {
  if (weights.empty()) return std::vector<double>(rows, 1.0 / static_cast<double>(rows));
  double sum = 0.0;
  for (const float w : weights) sum += static_cast<double>(w);
  if (!(sum > 0.0) || std::any_of(weights.begin(), weights.end(), [](float w) { return w < 0.0f; }))
    throw DataError(fmt::format(
        "distance correlation: weights must not be negative and sum to more than 0, not {}", sum));
  std::vector<double> parts;
  for (const float w : weights) parts.push_back(static_cast<double>(w) / sum);
  return parts;
}

double distance(std::span<const float> x, std::size_t i, std::size_t j) {
  return std::fabs(static_cast<double>(x[i]) - static_cast<double>(x[j]));
}

/// Mean distance of each row from all, and the mean of those.
struct Centre {
  std::vector<double> rows;
  double all = 0.0;

  Centre(std::span<const float> x, const std::vector<double>& p) : rows(x.size(), 0.0) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < x.size(); ++j) rows[i] += p[j] * distance(x, i, j);
      all += p[i] * rows[i];
    }
  }
  double centred(std::span<const float> x, std::size_t i, std::size_t j) const {
    return distance(x, i, j) - rows[i] - rows[j] + all;
  }
};

}  // namespace

double distance_correlation(std::span<const float> x, std::span<const float> y,
                            std::span<const float> weights) {
  if (x.size() != y.size() || (!weights.empty() && weights.size() != x.size())) {
    throw ConfigError(fmt::format("distance correlation: {} and {} values with {} weights", x.size(),
                                  y.size(), weights.size()));
  }
  if (x.empty()) throw DataError("distance correlation: there are no rows");
  const std::vector<double> p = parts_of(weights, x.size());
  const Centre a(x, p), b(y, p);
  double both = 0.0, own_x = 0.0, own_y = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double u = a.centred(x, i, j), v = b.centred(y, i, j), w = p[i] * p[j];
      both += w * u * v, own_x += w * u * u, own_y += w * v * v;
    }
  }
  const double scale = std::sqrt(own_x * own_y);
  return scale > 0.0 ? std::sqrt(std::max(0.0, both / scale)) : 0.0;
}

}  // namespace trueup
