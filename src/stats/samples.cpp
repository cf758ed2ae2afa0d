// Effective size and mean of a weighted sample.
#include <trueup/stats.hpp>

#include <cmath>
#include <limits>

#include <stats/weighted_sample.hpp>

namespace trueup {

double effective_sample_size(std::span<const float> weights) {
  stats::require_finite_weights(weights, "effective sample size");
  double sum = 0.0, squares = 0.0;
  for (const double w : weights) {
    sum += w;
    squares += w * w;
  }
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

// Var(mean) = Σ w² (v − mean)² / (Σ w)² · N/(N−1): the last factor makes it s²/N for equal weights.
// One event says nothing about its own spread: the error is infinite then, not 0.
MeanWithError weighted_mean(std::span<const float> values, std::span<const float> weights) {
  const stats::WeightedSample sample{values, weights};
  const double total = stats::require_usable(sample, "mean", "value");
  stats::require_no_infinity(values, "mean", "value");
  double sum = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) sum += sample.weight(i) * values[i];
  MeanWithError mean;
  mean.value = sum / total;
  double squares = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double deviation = sample.weight(i) * (values[i] - mean.value);
    squares += deviation * deviation;
  }
  const auto N = static_cast<double>(sample.size());
  mean.error = N > 1.0 ? std::sqrt(squares * N / (N - 1.0)) / total : std::numeric_limits<double>::infinity();
  return mean;
}

}  // namespace trueup
