// Filling a histogram of weighted values.
#include <trueup/stats.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <stats/weighted_sample.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

void require_ascending(const std::vector<double>& edges) {
  if (edges.size() < 2) {
    throw ConfigError(fmt::format("histogram: {} bin edges; expected at least 2", edges.size()));
  }
  for (std::size_t i = 1; i < edges.size(); ++i) {
    if (edges[i - 1] < edges[i]) continue;
    throw ConfigError(fmt::format("histogram: bin edge {} is {} after {}; expected strictly ascending edges",
                                  i, edges[i], edges[i - 1]));
  }
}

}  // namespace

// Bins are [low, high); the last one includes its upper edge, as NumPy has it.
// Sums of weights may be 0 or negative here, and there may be no events: it is still a histogram.
Histogram histogram(std::span<const float> values, std::span<const float> weights,
                    std::vector<double> edges) {
  require_ascending(edges);
  const stats::WeightedSample sample{values, weights};
  stats::require_same_length(sample, "histogram");
  stats::require_no_nan(values, "histogram", "value");
  stats::require_finite_weights(weights, "histogram");
  Histogram filled;
  filled.sums.assign(edges.size() - 1, 0.0);
  filled.squares.assign(edges.size() - 1, 0.0);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double x = values[i], w = sample.weight(i);
    if (x < edges.front()) {
      filled.underflow += w;
    } else if (x > edges.back()) {
      filled.overflow += w;
    } else {
      const auto above = std::upper_bound(edges.begin() + 1, edges.end() - 1, x);
      const auto bin = static_cast<std::size_t>(above - edges.begin()) - 1;
      filled.sums[bin] += w;
      filled.squares[bin] += w * w;
    }
  }
  filled.edges = std::move(edges);
  return filled;
}

}  // namespace trueup
