// Kernels over a network's parameter block. Each has the same signature in trueup::kernels (Highway, chosen at run time
// for the machine) and in trueup::reference (plain loops: the documentation and the oracle).
#pragma once

#include <cmath>
#include <cstddef>

namespace trueup {

/// The constants of one AdamW step, with the bias corrections worked out.
struct AdamWStep {
  float learning_rate;   ///< α / (1 − β1^t)
  float keep;            ///< 1 − α λ where weights decay, else 1
  float gradient_scale;  ///< below 1 when the gradient is clipped
  float beta1;
  float beta2;
  float rest1;  ///< 1 − β1 and 1 − β2, rounded once: the difference of floats would be off in the fifth digit
  float rest2;
  float epsilon;
  float second_correction;  ///< 1 / sqrt(1 − β2^t)
};

namespace kernels {

/// One update of n parameters and their moments.
void adamw_update(std::size_t n, const AdamWStep& step, const float* gradient, float* parameters,
                  float* first_moment, float* second_moment);

/// Σ x²
double squared_norm(std::size_t n, const float* x);

/// average ← average + rate (x − average)
void move_towards(std::size_t n, float rate, const float* x, float* average);

}  // namespace kernels

namespace reference {

template <typename T>
void adamw_update(std::size_t n, const AdamWStep& step, const T* gradient, T* parameters, T* first_moment,
                  T* second_moment) {
  for (std::size_t i = 0; i < n; ++i) {
    const T g = step.gradient_scale * gradient[i];
    first_moment[i] = step.beta1 * first_moment[i] + step.rest1 * g;
    second_moment[i] = step.beta2 * second_moment[i] + step.rest2 * g * g;
    const T denominator = std::sqrt(second_moment[i]) * step.second_correction + step.epsilon;
    parameters[i] = step.keep * parameters[i] - step.learning_rate * first_moment[i] / denominator;
  }
}

template <typename T>
double squared_norm(std::size_t n, const T* x) {
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  }
  return sum;
}

template <typename T>
void move_towards(std::size_t n, T rate, const T* x, T* average) {
  for (std::size_t i = 0; i < n; ++i) {
    average[i] += rate * (x[i] - average[i]);
  }
}

}  // namespace reference
}  // namespace trueup
