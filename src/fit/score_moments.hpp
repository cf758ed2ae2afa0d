// Moments of the score ∂ log w/∂θ over the weighted simulation.
#pragma once

#include <span>

#include "stats/linear.hpp"

namespace trueup {

/// Covariance of the scores (N, parameters) with weights w: the Fisher information of one generator-level event.
SquareMatrix score_covariance(std::span<const float> weights, std::span<const float> scores,
                              std::size_t parameters);

}  // namespace trueup
