// AUC, loss and loss gradient of one fold.
#include "fit/held_out_values.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

namespace trueup {

namespace {

double softplus(double z) {
  return z > 0.0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

/// Σ w values / norm and the standard error of it about `centre`, weights taken as fixed.
template <class Value>
ValueWithError mean_of(const std::vector<float>& weights, double norm, const Value& value, bool centred) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += static_cast<double>(weights[i]) * value(i);
  const double mean = sum / norm;
  double squares = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double term = static_cast<double>(weights[i]) * (value(i) - (centred ? mean : 0.0)) / norm;
    squares += term * term;
  }
  return {mean, std::sqrt(squares)};
}

double sum_of(const std::vector<float>& weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace

ValueWithError loss_below_guessing(const ScoredFold& fold) {
  const auto positive = mean_of(
      fold.positive_weights, sum_of(fold.positive_weights),
      [&](std::size_t i) { return softplus(-static_cast<double>(fold.scores.positive.logits[i])); }, true);
  const auto negative = mean_of(
      fold.negative_weights, fold.negative_norm,
      [&](std::size_t i) { return softplus(static_cast<double>(fold.scores.negative.logits[i])); }, true);
  return {std::numbers::ln2 - 0.5 * (positive.value + negative.value),
          0.5 * std::hypot(positive.error, negative.error)};
}

std::vector<ValueWithError> loss_gradient(const ScoredFold& fold, std::span<const float> scores,
                                          std::size_t parameters, bool normalised) {
  const auto& rows = fold.scores.negative.rows;
  const auto& logits = fold.scores.negative.logits;
  const auto loss = [&](std::size_t i) { return softplus(static_cast<double>(logits[i])); };
  const double mean_loss =
      normalised ? mean_of(fold.negative_weights, fold.negative_norm, loss, true).value : 0.0;
  std::vector<ValueWithError> gradient;
  for (std::size_t p = 0; p < parameters; ++p) {
    const auto score = [&](std::size_t i) { return static_cast<double>(scores[rows[i] * parameters + p]); };
    const double mean_score =
        normalised ? mean_of(fold.negative_weights, fold.negative_norm, score, true).value : 0.0;
    const ValueWithError product = mean_of(
        fold.negative_weights, fold.negative_norm,
        [&](std::size_t i) { return (score(i) - mean_score) * (loss(i) - mean_loss); }, normalised);
    gradient.push_back({-0.5 * product.value, 0.5 * product.error});
  }
  return gradient;
}

}  // namespace trueup
