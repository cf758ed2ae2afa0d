// A sample as statistics take it: values with optional weights, checked once at the door.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace trueup::stats {

/// N values and their weights; without weights each counts 1. A view: it owns nothing.
struct WeightedSample {
  std::span<const float> values;
  std::span<const float> weights;

  std::size_t size() const { return values.size(); }
  double weight(std::size_t i) const { return weights.empty() ? 1.0 : static_cast<double>(weights[i]); }
};

/// Throws DataError, with `name` for the sample and `quantity` for its values, unless there is an event, there are as
/// many weights as values (or none), no value is NaN, all weights are finite, and Σw > 0. Returns Σw.
double require_usable(const WeightedSample& sample, std::string_view name, std::string_view quantity);

/// Throws DataError when a value is infinite: for statistics that take differences of values.
void require_no_infinity(std::span<const float> values, std::string_view name, std::string_view quantity);

/// Throws DataError unless there are as many weights as values, or none.
void require_same_length(const WeightedSample& sample, std::string_view name);

/// Throws DataError when a value is NaN.
void require_no_nan(std::span<const float> values, std::string_view name, std::string_view quantity);

/// Throws DataError naming the first weight that is NaN or infinite.
void require_finite_weights(std::span<const float> weights, std::string_view name);

}  // namespace trueup::stats
