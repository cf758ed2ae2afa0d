// Distances between the distribution functions of two weighted samples.
#include <trueup/stats.hpp>

#include <algorithm>
#include <cmath>

#include <stats/sorted_sample.hpp>

namespace trueup {
namespace {

using stats::KeyedWeight;
using stats::step_at;
using stats::WeightedSample;

/// Calls visit(value, F_a − F_b from that value on) at each distinct value, ascending.
template <class Visit>
void walk_differences(const WeightedSample& a, const WeightedSample& b, const char* name, Visit visit) {
  const double total_a = stats::require_usable(a, name, "value");
  const double total_b = stats::require_usable(b, name, "value");
  const std::vector<KeyedWeight> left = stats::sorted_sample(a), right = stats::sorted_sample(b);
  double below_a = 0.0, below_b = 0.0;
  for (std::size_t i = 0, j = 0; i < left.size() || j < right.size();) {
    const std::uint32_t key = i == left.size()    ? right[j].key
                              : j == right.size() ? left[i].key
                                                  : std::min(left[i].key, right[j].key);
    const auto [weight_a, next_a] = step_at(left, i, key);
    const auto [weight_b, next_b] = step_at(right, j, key);
    below_a += weight_a;
    below_b += weight_b;
    i = next_a;
    j = next_b;
    visit(stats::value_of_key(key), below_a / total_a - below_b / total_b);
  }
}

}  // namespace

double ks_distance(std::span<const float> a, std::span<const float> a_weights, std::span<const float> b,
                   std::span<const float> b_weights) {
  double largest = 0.0;
  walk_differences({a, a_weights}, {b, b_weights}, "Kolmogorov-Smirnov distance",
                   [&](float, double difference) { largest = std::max(largest, std::fabs(difference)); });
  return largest;
}

double wasserstein_distance(std::span<const float> a, std::span<const float> a_weights,
                            std::span<const float> b, std::span<const float> b_weights) {
  stats::require_no_infinity(a, "Wasserstein distance, first sample", "value");
  stats::require_no_infinity(b, "Wasserstein distance, second sample", "value");
  double area = 0.0, height = 0.0, from = 0.0;
  walk_differences({a, a_weights}, {b, b_weights}, "Wasserstein distance",
                   [&](float value, double difference) {
                     // Left of the first value both functions are 0: its height of 0 makes `from` irrelevant.
                     area += height * (value - from);
                     from = value;
                     height = std::fabs(difference);
                   });
  return area;
}

}  // namespace trueup
