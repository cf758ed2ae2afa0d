// The area under the ROC curve of weighted samples, exact with ties, and its spread when there is nothing to tell apart.
#include <trueup/stats.hpp>

#include <cmath>

#include <fmt/format.h>

#include <stats/sorted_sample.hpp>
#include <trueup/error.hpp>

namespace trueup {

using stats::KeyedWeight;
using stats::step_at;
using stats::WeightedSample;

double auc(std::span<const float> positive, std::span<const float> positive_weights,
           std::span<const float> negative, std::span<const float> negative_weights) {
  const WeightedSample above{positive, positive_weights}, below{negative, negative_weights};
  const double total_above = stats::require_usable(above, "AUC, positive sample", "score");
  const double total_below = stats::require_usable(below, "AUC, negative sample", "score");
  const std::vector<KeyedWeight> p = stats::sorted_sample(above), n = stats::sorted_sample(below);

  // Σ over positive events of w · (weight of the negative ones below + half of that at the same score).
  double sum = 0.0, passed = 0.0;
  for (std::size_t i = 0, j = 0; i < p.size();) {
    const std::uint32_t score = p[i].key;
    while (j < n.size() && n[j].key < score) passed += n[j++].weight;
    const auto [weight, next] = step_at(p, i, score);
    const auto [tied, next_negative] = step_at(n, j, score);
    sum += weight * (passed + 0.5 * tied);
    passed += tied;
    i = next;
    j = next_negative;
  }
  return sum / (total_above * total_below);
}

double auc_null_spread(double n_positive, double n_negative) {
  if (!(n_positive > 0.0) || !(n_negative > 0.0)) {
    throw DataError(
        fmt::format("spread of the AUC: effective sample sizes are {} and {}; expected positive numbers",
                    n_positive, n_negative));
  }
  return std::sqrt((1.0 / n_positive + 1.0 / n_negative) / 12.0);
}

}  // namespace trueup
