// Quantiles of weighted columns, and the normal distribution's at the same probabilities.
#include "fit/normal_scores.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stats/probit.hpp"

namespace trueup {
namespace {

constexpr std::size_t kQuantiles = 64;

/// Where knots are wanted, the ends included; closer in the tails, where a line between two of them would be far from a normal's.
std::vector<double> wanted_probabilities() {
  std::vector<double> wanted{0.0, 1e-4, 1e-3, 5e-3};
  for (std::size_t k = 1; k < kQuantiles; ++k) {
    wanted.push_back(static_cast<double>(k) / static_cast<double>(kQuantiles));
  }
  for (const double upper : {5e-3, 1e-3, 1e-4, 0.0}) wanted.push_back(1.0 - upper);
  return wanted;
}

}  // namespace

NormalScores::NormalScores(const FeatureMatrix& values, std::span<const float> weights,
                           std::span<const std::uint32_t> rows)
    : columns_(values.features) {
  const std::vector<double> wanted = wanted_probabilities();
  std::vector<std::pair<float, double>> sorted(rows.size());
  for (std::size_t f = 0; f < values.features; ++f) {
    double total = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sorted[i] = {values.row(rows[i])[f], std::fabs(static_cast<double>(weights[rows[i]]))};
      total += sorted[i].second;
    }
    std::ranges::sort(sorted);
    double below = 0.0;
    auto next = wanted.begin();
    for (std::size_t i = 0; i < sorted.size();) {
      const float x = sorted[i].first;
      double here = 0.0;
      for (; i < sorted.size() && sorted[i].first == x; ++i) here += sorted[i].second;
      const double reached = (below + here) / total;
      if (i == sorted.size() || (next != wanted.end() && reached >= *next)) {
        // Equal values stand in the middle of their own.
        columns_[f].values.push_back(x);
        columns_[f].scores.push_back(static_cast<float>(probit((below + 0.5 * here) / total)));
        next = std::upper_bound(next, wanted.end(), reached);
      }
      below += here;
    }
  }
}

float NormalScores::operator()(std::size_t f, float x) const {
  const auto& [values, scores] = columns_[f];
  const auto above = std::ranges::upper_bound(values, x);
  if (above == values.begin()) return scores.front();
  if (above == values.end()) return scores.back();
  const auto i = static_cast<std::size_t>(above - values.begin());
  return scores[i - 1] + (scores[i] - scores[i - 1]) * ((x - values[i - 1]) / (values[i] - values[i - 1]));
}

void NormalScores::transform(FeatureMatrix& values) const {
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    values.values[i] = (*this)(i % values.features, values.values[i]);
  }
}

}  // namespace trueup
