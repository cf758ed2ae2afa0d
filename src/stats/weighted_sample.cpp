// What every statistic asks of its samples, and the messages when they are not like that.
#include <stats/weighted_sample.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup::stats {
namespace {

/// Index of the first entry for which bad(x), or the size.
template <class Predicate>
std::size_t first_where(std::span<const float> values, Predicate bad) {
  return static_cast<std::size_t>(std::find_if(values.begin(), values.end(), bad) - values.begin());
}

}  // namespace

void require_finite_weights(std::span<const float> weights, std::string_view name) {
  const std::size_t row = first_where(weights, [](float w) { return !std::isfinite(w); });
  if (row == weights.size()) return;
  throw DataError(
      fmt::format("{}: the weight in row {} is {}; expected finite weights", name, row, weights[row]));
}

void require_no_infinity(std::span<const float> values, std::string_view name, std::string_view quantity) {
  const std::size_t row = first_where(values, [](float x) { return std::isinf(x); });
  if (row == values.size()) return;
  throw DataError(
      fmt::format("{}: the {} in row {} is infinite; remove such events first", name, quantity, row));
}

void require_same_length(const WeightedSample& sample, std::string_view name) {
  const auto& [values, weights] = sample;
  if (weights.empty() || weights.size() == values.size()) return;
  throw DataError(fmt::format("{}: {} weights for {} events; expected one each, or none", name,
                              weights.size(), values.size()));
}

void require_no_nan(std::span<const float> values, std::string_view name, std::string_view quantity) {
  const std::size_t row = first_where(values, [](float x) { return std::isnan(x); });
  if (row == values.size()) return;
  throw DataError(fmt::format("{}: the {} in row {} is NaN; remove such events first", name, quantity, row));
}

double require_usable(const WeightedSample& sample, std::string_view name, std::string_view quantity) {
  if (sample.values.empty()) throw DataError(fmt::format("{} is empty; expected at least one event", name));
  require_same_length(sample, name);
  require_no_nan(sample.values, name, quantity);
  require_finite_weights(sample.weights, name);
  double sum = sample.weights.empty() ? static_cast<double>(sample.size()) : 0.0;
  for (const float w : sample.weights) sum += w;
  if (!(sum > 0.0))
    throw DataError(fmt::format("{}: the weights sum to {}; expected a positive sum", name, sum));
  return sum;
}

}  // namespace trueup::stats
