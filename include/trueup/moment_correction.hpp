// A small term beside a network's output that makes simple moments right: means and products of what the network sees.
#pragma once

#include <cstddef>
#include <vector>

namespace trueup {

/// How a sum over members is brought to mean 0 and width 1: (x − shift) · scale.
struct SumScaling {
  float shift = 0.0f;
  float scale = 1.0f;
};

/// Added to the output: Σ_km c_km b_k(x) μ_m(τ). The b are 1, the model's standardised columns z (cut at ±limit), and for
/// order 2 their products z_i z_j, i ≤ j. With members there are as many z more: the number of members and the sum of each of
/// their standardised columns. The μ are the monomials of degree 1 to `degree` in τ, the distance of the scaled θ from nominal;
/// for a network without anchors 1 is among them. A weight w(x,θ) becomes an exponentially tilted one.
struct MomentCorrection {
  static constexpr float kLimit = 4.0f;

  std::size_t order = 0;   ///< 1: means, 2: and products
  std::size_t degree = 0;  ///< in θ; of no meaning without parameters
  std::vector<SumScaling> sums = {};
  std::vector<float> coefficients = {};  ///< (statistics b, monomials μ), row by row; empty: no correction

  bool none() const noexcept { return coefficients.empty(); }
};

}  // namespace trueup
