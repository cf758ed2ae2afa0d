// AdamW's update, the norm of a gradient, averages of parameters. Included once for each instruction set.
#if defined(TRUEUP_NN_OPTIMISER_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_OPTIMISER_INL
#undef TRUEUP_NN_OPTIMISER_INL
#else
#define TRUEUP_NN_OPTIMISER_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/optimiser_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using BlockTag = hn::ScalableTag<float>;
using BlockVec = hn::Vec<BlockTag>;

/// One parameter in scalar form, for what does not fill a vector.
HWY_INLINE void adamw_update_one(const AdamWStep& step, float gradient, float& parameter, float& first,
                                 float& second) {
  const float g = step.gradient_scale * gradient;
  first = step.beta1 * first + step.rest1 * g;
  second = step.beta2 * second + step.rest2 * g * g;
  const float denominator = __builtin_sqrtf(second) * step.second_correction + step.epsilon;
  parameter = step.keep * parameter - step.learning_rate * first / denominator;
}

HWY_NOINLINE void adamw_update_kernel(std::size_t n, const AdamWStep& step,
                                      const float* HWY_RESTRICT gradient, float* HWY_RESTRICT parameters,
                                      float* HWY_RESTRICT first_moment, float* HWY_RESTRICT second_moment) {
  const BlockTag d;
  const std::size_t lanes = hn::Lanes(d);
  const BlockVec scale = hn::Set(d, step.gradient_scale);
  const BlockVec keep = hn::Set(d, step.keep);
  const BlockVec beta1 = hn::Set(d, step.beta1);
  const BlockVec beta2 = hn::Set(d, step.beta2);
  const BlockVec rest1 = hn::Set(d, step.rest1);
  const BlockVec rest2 = hn::Set(d, step.rest2);
  const BlockVec correction = hn::Set(d, step.second_correction);
  const BlockVec epsilon = hn::Set(d, step.epsilon);
  const BlockVec rate = hn::Set(d, step.learning_rate);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const BlockVec g = hn::Mul(scale, hn::LoadU(d, gradient + i));
    const BlockVec first = hn::MulAdd(beta1, hn::LoadU(d, first_moment + i), hn::Mul(rest1, g));
    const BlockVec second = hn::MulAdd(beta2, hn::LoadU(d, second_moment + i), hn::Mul(hn::Mul(rest2, g), g));
    hn::StoreU(first, d, first_moment + i);
    hn::StoreU(second, d, second_moment + i);
    const BlockVec denominator = hn::MulAdd(hn::Sqrt(second), correction, epsilon);
    const BlockVec change = hn::Div(hn::Mul(rate, first), denominator);
    hn::StoreU(hn::MulSub(keep, hn::LoadU(d, parameters + i), change), d, parameters + i);
  }
  for (; i < n; ++i) {
    adamw_update_one(step, gradient[i], parameters[i], first_moment[i], second_moment[i]);
  }
}

/// Summed in float lanes: callers give a few thousand numbers at a time and add the parts in double.
HWY_NOINLINE double squared_norm_kernel(std::size_t n, const float* HWY_RESTRICT x) {
  const BlockTag d;
  const std::size_t lanes = hn::Lanes(d);
  BlockVec sum = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const BlockVec values = hn::LoadU(d, x + i);
    sum = hn::MulAdd(values, values, sum);
  }
  auto total = static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  for (; i < n; ++i) {
    total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  }
  return total;
}

HWY_NOINLINE void move_towards_kernel(std::size_t n, float rate, const float* HWY_RESTRICT x,
                                      float* HWY_RESTRICT average) {
  const BlockTag d;
  const std::size_t lanes = hn::Lanes(d);
  const BlockVec part = hn::Set(d, rate);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const BlockVec before = hn::LoadU(d, average + i);
    hn::StoreU(hn::MulAdd(part, hn::Sub(hn::LoadU(d, x + i), before), before), d, average + i);
  }
  for (; i < n; ++i) {
    average[i] += rate * (x[i] - average[i]);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
