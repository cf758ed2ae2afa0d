// Standardising the columns of weighted events.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <trueup/two_sample.hpp>

namespace trueup {

/// (x − shift) · scale has mean 0 and variance 1; a constant column has scale 1.
struct ColumnScaling {
  std::vector<float> shift;
  std::vector<float> scale;
};

/// Over the rows named. Events count by the size of their weight, also when it is negative.
ColumnScaling column_scaling(const FeatureMatrix& values, std::span<const float> weights,
                             std::span<const std::uint32_t> rows);

}  // namespace trueup
