// Kernels over plain rows of numbers: the row losses, sums. Included once for each instruction set.
#if defined(TRUEUP_NN_ROW_KERNELS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_ROW_KERNELS_INL
#undef TRUEUP_NN_ROW_KERNELS_INL
#else
#define TRUEUP_NN_ROW_KERNELS_INL
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A tile's losses are summed in float lanes (at most a few hundred rows), tiles in double.
HWY_NOINLINE double bce_loss_kernel(std::size_t rows, const float* HWY_RESTRICT z,
                                    const float* HWY_RESTRICT t, const float* HWY_RESTRICT w, float scale,
                                    float* HWY_RESTRICT dz) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const Vec one = hn::Set(d, 1.0f);
  const Vec factor = hn::Set(d, scale);
  Vec sum = hn::Zero(d);
  for (std::size_t r = 0; r < rows; r += lanes) {
    const Vec logit = hn::Load(d, z + r);
    const Vec target = hn::Load(d, t + r);
    const Vec weight = hn::Load(d, w + r);
    const Vec small = hn::Exp(d, hn::Neg(hn::Abs(logit)));  // in (0, 1]: nothing overflows
    const Vec softplus = hn::Add(hn::Max(logit, hn::Zero(d)), hn::Log1p(d, small));
    sum = hn::MulAdd(weight, hn::NegMulAdd(target, logit, softplus), sum);
    if (dz != nullptr) {
      const Vec positive = hn::Div(one, hn::Add(one, small));
      const Vec sigmoid = hn::IfThenElse(hn::Ge(logit, hn::Zero(d)), positive, hn::Mul(small, positive));
      hn::Store(hn::Mul(hn::Mul(factor, weight), hn::Sub(sigmoid, target)), d, dz + r);
    }
  }
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

HWY_NOINLINE double mse_loss_kernel(std::size_t rows, const float* HWY_RESTRICT z,
                                    const float* HWY_RESTRICT t, const float* HWY_RESTRICT w, float scale,
                                    float* HWY_RESTRICT dz) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const Vec factor = hn::Set(d, 2.0f * scale);
  Vec sum = hn::Zero(d);
  for (std::size_t r = 0; r < rows; r += lanes) {
    const Vec difference = hn::Sub(hn::Load(d, z + r), hn::Load(d, t + r));
    const Vec weighted = hn::Mul(hn::Load(d, w + r), difference);
    sum = hn::MulAdd(weighted, difference, sum);
    if (dz != nullptr) {
      hn::Store(hn::Mul(factor, weighted), d, dz + r);
    }
  }
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

HWY_NOINLINE double huber_loss_kernel(std::size_t rows, const float* HWY_RESTRICT z,
                                      const float* HWY_RESTRICT t, const float* HWY_RESTRICT w, float delta,
                                      float scale, float* HWY_RESTRICT dz) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const Vec limit = hn::Set(d, delta);
  const Vec half = hn::Set(d, 0.5f);
  const Vec factor = hn::Set(d, scale);
  Vec sum = hn::Zero(d);
  for (std::size_t r = 0; r < rows; r += lanes) {
    const Vec difference = hn::Sub(hn::Load(d, z + r), hn::Load(d, t + r));
    const Vec weight = hn::Load(d, w + r);
    // With the difference clipped to c, both branches are c (d − c/2).
    const Vec clipped = hn::Min(limit, hn::Max(hn::Neg(limit), difference));
    sum = hn::MulAdd(hn::Mul(weight, clipped), hn::NegMulAdd(half, clipped, difference), sum);
    if (dz != nullptr) {
      hn::Store(hn::Mul(hn::Mul(factor, weight), clipped), d, dz + r);
    }
  }
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

/// In float lanes: for a tile's rows.
HWY_NOINLINE double sum_kernel(std::size_t n, const float* HWY_RESTRICT x) {
  const Tag d;
  Vec sum = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    sum = hn::Add(sum, hn::Load(d, x + i));
  }
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

HWY_NOINLINE void accumulate_kernel(std::size_t n, const float* HWY_RESTRICT add, float* HWY_RESTRICT sum) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, sum + i), hn::LoadU(d, add + i)), d, sum + i);
  }
  for (; i < n; ++i) {
    sum[i] += add[i];
  }
}

HWY_NOINLINE const char* target_name_kernel() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
