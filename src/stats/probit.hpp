// Quantiles of the standard normal distribution.
#pragma once

namespace trueup {

/// Φ⁻¹(p) by bisection; p within (0, 1).
double probit(double p);

}  // namespace trueup
