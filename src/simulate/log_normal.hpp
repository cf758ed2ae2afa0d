// Log-normal smearing: the result stays positive.
#pragma once

#include <cmath>

namespace trueup::sim {

/// The log-normal number with this mean and relative width (standard deviation / mean) that belongs to the standard
/// normal number `normal`.
inline double log_normal(double mean, double relative_width, double normal) {
  const double variance = std::log1p(relative_width * relative_width);
  return mean * std::exp(std::sqrt(variance) * normal - 0.5 * variance);
}

}  // namespace trueup::sim
