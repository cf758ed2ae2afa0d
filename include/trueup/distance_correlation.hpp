// Distance correlation: how much two columns have to do with one another, in any way, not only linearly.
#pragma once

#include <span>

namespace trueup {

/// Székely, Rizzo, Bakirov (2007), Defs 2 to 5, with weights p_i = w_i / Σ w in the place of 1/n: in [0, 1], 0 for
/// independent columns of infinite length. Time grows with N², memory with N. 0 when a column is constant. Throws
/// ConfigError when lengths disagree, DataError when there are no rows, a weight is negative, or weights sum to 0.
double distance_correlation(std::span<const float> x, std::span<const float> y,
                            std::span<const float> weights);

}  // namespace trueup
