// Standardising columns.
#include "fit/column_scaling.hpp"

#include <cmath>

namespace trueup {

ColumnScaling column_scaling(const FeatureMatrix& values, std::span<const float> weights,
                             std::span<const std::uint32_t> rows) {
  const std::size_t F = values.features;
  std::vector<double> first(F, 0.0), second(F, 0.0);
  double sum = 0.0;
  for (const std::uint32_t r : rows) {
    const double w = std::fabs(static_cast<double>(weights[r]));
    sum += w;
    for (std::size_t f = 0; f < F; ++f) first[f] += w * static_cast<double>(values.row(r)[f]);
  }
  for (double& m : first) m /= sum;
  for (const std::uint32_t r : rows) {
    const double w = std::fabs(static_cast<double>(weights[r]));
    for (std::size_t f = 0; f < F; ++f) {
      const double d = static_cast<double>(values.row(r)[f]) - first[f];
      second[f] += w * d * d;
    }
  }
  ColumnScaling scaling;
  for (std::size_t f = 0; f < F; ++f) {
    const double width = std::sqrt(second[f] / sum);
    scaling.shift.push_back(static_cast<float>(first[f]));
    scaling.scale.push_back(width > 0.0 ? static_cast<float>(1.0 / width) : 1.0f);
  }
  return scaling;
}

}  // namespace trueup
