// AdamW's update, the norm of a gradient, averages of parameters. Included once for each instruction set.
#if defined(TRUEUP_NN_OPTIMISER_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_OPTIMISER_INL
#undef TRUEUP_NN_OPTIMISER_INL
#else
#define TRUEUP_NN_OPTIMISER_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/optimiser_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using BlockTag = hn::ScalableTag<float>;
using BlockVec = hn::Vec<BlockTag>;

/// Moments that have decayed to nothing are made 0: denormal numbers would cost a hundred times a step's arithmetic.
HWY_INLINE BlockVec flushed(BlockVec moment) {
  const BlockTag d;
  return hn::IfThenZeroElse(hn::Lt(hn::Abs(moment), hn::Set(d, 1e-36f)), moment);  // NaN stays
}

/// numerator / (sqrt(x) · factor + epsilon), from the processor's estimates and a Newton step each: within 5e-7, and
/// several times as fast as dividing.
HWY_INLINE BlockVec over_root(BlockVec numerator, BlockVec x, BlockVec factor, BlockVec epsilon) {
  const BlockTag d;
  const BlockVec positive = hn::Max(x, hn::Set(d, 1e-36f));
  const BlockVec guess = hn::ApproximateReciprocalSqrt(positive);
  const BlockVec half = hn::Mul(hn::Mul(hn::Set(d, 0.5f), positive), guess);
  const BlockVec inverse_root = hn::Mul(guess, hn::NegMulAdd(half, guess, hn::Set(d, 1.5f)));
  const BlockVec denominator = hn::MulAdd(hn::Mul(x, inverse_root), factor, epsilon);
  const BlockVec inverse = hn::ApproximateReciprocal(denominator);
  const BlockVec refined = hn::Mul(inverse, hn::NegMulAdd(denominator, inverse, hn::Set(d, 2.0f)));
  return hn::Mul(numerator, refined);
}

/// One vector of parameters.
HWY_INLINE void adamw_update_vector(const AdamWStep& step, const float* HWY_RESTRICT gradient,
                                    float* HWY_RESTRICT parameters, float* HWY_RESTRICT first_moment,
                                    float* HWY_RESTRICT second_moment) {
  const BlockTag d;
  const auto all = [&](float value) HWY_ATTR { return hn::Set(d, value); };
  const BlockVec g = hn::Mul(all(step.gradient_scale), hn::LoadU(d, gradient));
  const BlockVec first =
      flushed(hn::MulAdd(all(step.beta1), hn::LoadU(d, first_moment), hn::Mul(all(step.rest1), g)));
  const BlockVec second = flushed(
      hn::MulAdd(all(step.beta2), hn::LoadU(d, second_moment), hn::Mul(hn::Mul(all(step.rest2), g), g)));
  hn::StoreU(first, d, first_moment);
  hn::StoreU(second, d, second_moment);
  const BlockVec change = over_root(hn::Mul(all(step.learning_rate), first), second,
                                    all(step.second_correction), all(step.epsilon));
  hn::StoreU(hn::MulSub(all(step.keep), hn::LoadU(d, parameters), change), d, parameters);
}

HWY_NOINLINE void adamw_update_kernel(std::size_t n, const AdamWStep& step,
                                      const float* HWY_RESTRICT gradient, float* HWY_RESTRICT parameters,
                                      float* HWY_RESTRICT first_moment, float* HWY_RESTRICT second_moment) {
  const std::size_t lanes = hn::Lanes(BlockTag());
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    adamw_update_vector(step, gradient + i, parameters + i, first_moment + i, second_moment + i);
  }
  if (i == n) return;
  // What does not fill a vector goes through one that it does not fill.
  float rest[4][HWY_MAX_BYTES / sizeof(float)] = {};
  const std::size_t left = n - i;
  std::copy_n(gradient + i, left, rest[0]);
  std::copy_n(parameters + i, left, rest[1]);
  std::copy_n(first_moment + i, left, rest[2]);
  std::copy_n(second_moment + i, left, rest[3]);
  adamw_update_vector(step, rest[0], rest[1], rest[2], rest[3]);
  std::copy_n(rest[1], left, parameters + i);
  std::copy_n(rest[2], left, first_moment + i);
  std::copy_n(rest[3], left, second_moment + i);
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
