// MMD as plain loops in any precision: documentation of what the kernels and the loss compute, and their oracle.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <trueup/mmd.hpp>

namespace trueup::reference {

/// Rows (N, F) row by row, and N weights.
template <typename T>
struct MmdRowsOf {
  const std::vector<T>& rows;
  const std::vector<T>& weights;

  const T* row(std::size_t i, std::size_t columns) const { return rows.data() + i * columns; }
};

/// exp(−Σ_l (x_l − y_l)²/σ_l²), Fast Perfekt Eq. 2.
template <typename T>
T gaussian_kernel(const std::vector<double>& bandwidths, double scale, const T* x, const T* y) {
  T sum = 0;
  for (std::size_t l = 0; l < bandwidths.size(); ++l) {
    const T difference = (x[l] - y[l]) / static_cast<T>(scale * bandwidths[l]);
    sum += difference * difference;
  }
  return std::exp(-sum);
}

/// Σ_ij a_i b_j k over all pairs, or over those with i ≠ j; divided by the same sum without k. With `slope` (rows of b),
/// factor times the derivative with respect to b as the second argument of k is added.
template <typename T>
T mean_kernel(const MmdOptions& options, double scale, const MmdRowsOf<T>& a, const MmdRowsOf<T>& b,
              bool with_equal, T factor, std::vector<T>* slope) {
  const std::size_t columns = options.bandwidths.size();
  T pairs = 0, sum = 0;
  for (std::size_t i = 0; i < a.weights.size(); ++i) {
    for (std::size_t j = 0; j < b.weights.size(); ++j)
      pairs += with_equal || i != j ? a.weights[i] * b.weights[j] : 0;
  }
  for (std::size_t i = 0; i < a.weights.size(); ++i) {
    for (std::size_t j = 0; j < b.weights.size(); ++j) {
      if (!with_equal && i == j) continue;
      const T *x = a.row(i, columns), *y = b.row(j, columns);
      const T k = a.weights[i] * b.weights[j] * gaussian_kernel(options.bandwidths, scale, x, y) / pairs;
      sum += k;
      for (std::size_t l = 0; slope != nullptr && l < columns; ++l) {
        const T width = static_cast<T>(scale * options.bandwidths[l]);
        (*slope)[j * columns + l] -= factor * T(2) * k * (y[l] - x[l]) / (width * width);
      }
    }
  }
  return sum;
}

/// MMD² and, unless it is null, its gradient with respect to the output's rows: Fast Perfekt Eqs. 1 and 3 with weights,
/// as <trueup/mmd.hpp> has them.
template <typename T>
T mmd(const MmdOptions& options, const MmdRowsOf<T>& target, const MmdRowsOf<T>& output,
      std::vector<T>* gradient) {
  const bool with_equal = options.estimator == MmdEstimator::biased;
  const T scales = static_cast<T>(options.scales.size());
  if (gradient != nullptr) gradient->assign(output.rows.size(), T(0));
  T value = 0;
  for (const double scale : options.scales) {
    value += mean_kernel<T>(options, scale, target, target, with_equal, 0, nullptr) / scales;
    // The output's rows are both arguments of its own pairs: twice the derivative by the second one.
    value += mean_kernel<T>(options, scale, output, output, with_equal, T(2) / scales, gradient) / scales;
    value -= T(2) * mean_kernel<T>(options, scale, target, output, true, T(-2) / scales, gradient) / scales;
  }
  return value;
}

}  // namespace trueup::reference
