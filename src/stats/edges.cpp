// Bin edges that show a sample well: integers get bins of their own, outliers do not stretch the axis.
#include <trueup/stats.hpp>

#include <algorithm>
#include <cmath>

#include <stats/weighted_sample.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Beyond this, integers are better shown as if they were continuous.
constexpr float kLargestSmallInteger = 1e4f;
constexpr double kTail = 0.001;

bool all_small_integers(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(),
                     [](float x) { return std::fabs(x) <= kLargestSmallInteger && x == std::nearbyint(x); });
}

/// The values between which all but a fraction kTail on either side lie.
std::pair<double, double> central_range(std::span<const float> values) {
  std::vector<float> copy(values.begin(), values.end());
  const auto tail = static_cast<std::ptrdiff_t>(kTail * static_cast<double>(copy.size() - 1));
  const auto last = static_cast<std::ptrdiff_t>(copy.size()) - 1;
  std::nth_element(copy.begin(), copy.begin() + tail, copy.end());
  const double low = copy[static_cast<std::size_t>(tail)];
  std::nth_element(copy.begin(), copy.begin() + (last - tail), copy.end());
  return {low, copy[static_cast<std::size_t>(last - tail)]};
}

/// Each bin holds the same number of integers; with few integers there are fewer than `bins` bins.
std::vector<double> integer_edges(double low, double high, std::size_t bins) {
  const double integers = high - low + 1.0;
  const double width = std::ceil(integers / static_cast<double>(bins));
  const auto used = static_cast<std::size_t>(std::ceil(integers / width));
  std::vector<double> edges(used + 1);
  for (std::size_t i = 0; i < edges.size(); ++i) edges[i] = low - 0.5 + width * static_cast<double>(i);
  return edges;
}

}  // namespace

std::vector<double> suggest_edges(std::span<const float> values, std::size_t bins) {
  if (bins == 0) throw ConfigError("bin edges: 0 bins asked for; expected at least 1");
  stats::require_usable({values, {}}, "bin edges", "value");
  stats::require_no_infinity(values, "bin edges", "value");
  auto [low, high] = central_range(values);
  if (all_small_integers(values)) return integer_edges(low, high, bins);
  if (!(low < high)) {  // nearly all values are the same: a bin around it
    const double half = std::max(0.5 * std::fabs(low), 0.5);
    high = low + half;
    low -= half;
  }
  std::vector<double> edges(bins + 1);
  for (std::size_t i = 0; i <= bins; ++i) {
    const double fraction = static_cast<double>(i) / static_cast<double>(bins);
    edges[i] = low + (high - low) * fraction;
  }
  edges.back() = high;  // rounding must not push the largest value into the overflow
  return edges;
}

}  // namespace trueup
