// What the held-out outputs of one fold say: AUC, loss, and the derivative of the loss through the weights.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <stats/held_out.hpp>

namespace trueup {

struct ValueWithError {
  double value = 0.0;
  double error = 0.0;
};

/// One fold's scored events with their weights: data, and simulation weighted to θ. `negative_norm` is what the
/// simulation's weights are divided by: their own sum (normalised), or the sum of the event weights (raw).
struct ScoredFold {
  const HeldOutScores& scores;
  std::vector<float> positive_weights;
  std::vector<float> negative_weights;
  double negative_norm = 1.0;
};

/// log 2 − ½ [Σ v softplus(−z)/Σ v over data + Σ w softplus(z)/norm over simulation], in nats, with its standard error for
/// given classifier and weights.
ValueWithError loss_below_guessing(const ScoredFold& fold);

/// Its derivative in θ through the weights alone, from the scores ∂ log w/∂θ (N, parameters) of all
/// simulated events; for the best
/// classifier that is the whole derivative (envelope theorem). With normalised weights −½ Cov_w(s, softplus(z)).
std::vector<ValueWithError> loss_gradient(const ScoredFold& fold, std::span<const float> scores,
                                          std::size_t parameters, bool normalised);

}  // namespace trueup
