// How heavy the tail of a sample of weights is.
#pragma once

#include <span>

namespace trueup {

/// Shape k of a generalised Pareto distribution fitted to the largest weights, min(N/5, 3 sqrt(N)) of them, by the estimator
/// of Zhang and Stephens (Technometrics 51 (2009) 316), as Pareto-smoothed importance sampling has it (Vehtari et al.,
/// arXiv:1507.02646), with its weak prior towards 0.5. Moments above 1/k are infinite. Weights count by their size. NaN for
/// fewer than 100 weights; 0 when the largest are all the same.
double pareto_shape(std::span<const float> weights);

}  // namespace trueup
