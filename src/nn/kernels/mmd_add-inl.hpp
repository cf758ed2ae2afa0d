// From a tile's sums in float to sums over many tiles in double. Included once for each instruction set.
#if defined(TRUEUP_NN_MMD_ADD_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_MMD_ADD_INL
#undef TRUEUP_NN_MMD_ADD_INL
#else
#define TRUEUP_NN_MMD_ADD_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/mmd_exp-inl.hpp"
#include "nn/kernels/mmd_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using MmdDouble = hn::CappedTag<double, kMmdMaxLanes / 2>;

/// As many floats as there are doubles in a vector, made double.
HWY_INLINE hn::Vec<MmdDouble> load_double(const float* HWY_RESTRICT from) {
  const hn::Rebind<float, MmdDouble> d;
  return hn::PromoteTo(MmdDouble(), hn::Load(d, from));
}

/// Σ_i w k (u_j − u_i) = e_j [u_j Σ_i w e 2^(u_i·u_j) − Σ_i w e u_i 2^(u_i·u_j)]
HWY_NOINLINE void mmd_add_near_kernel(std::size_t columns, const MmdTile& j, const float* HWY_RESTRICT sums,
                                      double scale, double* HWY_RESTRICT value, double* HWY_RESTRICT slope) {
  const MmdDouble d;
  const auto factor = hn::Set(d, scale);
  for (std::size_t r = 0; r < j.rows; r += hn::Lanes(d)) {
    const auto e = load_double(j.factor + r);
    const auto sum = hn::Mul(e, load_double(sums + r));
    hn::StoreU(hn::Add(hn::LoadU(d, value + r), sum), d, value + r);
    const auto scaled_e = hn::Mul(e, factor), scaled_sum = hn::Mul(sum, factor);
    for (std::size_t l = 0; l < columns; ++l) {
      const std::size_t at = l * kMmdTileRows + r;
      const auto moment = load_double(sums + kMmdTileRows + at);
      const auto plus = hn::MulAdd(load_double(j.u + at), scaled_sum, hn::LoadU(d, slope + at));
      hn::StoreU(hn::NegMulAdd(moment, scaled_e, plus), d, slope + at);
    }
  }
}

HWY_NOINLINE void mmd_add_far_kernel(std::size_t columns, const MmdTile& j, const float* HWY_RESTRICT sums,
                                     double scale, double* HWY_RESTRICT value, double* HWY_RESTRICT slope) {
  const MmdDouble d;
  const auto factor = hn::Set(d, scale);
  for (std::size_t r = 0; r < j.rows; r += hn::Lanes(d)) {
    hn::StoreU(hn::Add(hn::LoadU(d, value + r), load_double(sums + r)), d, value + r);
    for (std::size_t l = 0; l < columns; ++l) {
      const std::size_t at = l * kMmdTileRows + r;
      const auto sum = load_double(sums + kMmdTileRows + at);
      hn::StoreU(hn::MulAdd(sum, factor, hn::LoadU(d, slope + at)), d, slope + at);
    }
  }
}

/// What stands beyond the rows has weight 0.
HWY_NOINLINE double mmd_weighted_sum_kernel(std::size_t rows, const float* HWY_RESTRICT weight,
                                            const float* HWY_RESTRICT sums) {
  const MmdDouble d;
  auto total = hn::Zero(d);
  for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
    total = hn::MulAdd(load_double(weight + r), load_double(sums + r), total);
  }
  return hn::GetLane(hn::SumOfLanes(d, total));
}

HWY_NOINLINE void mmd_exp2_kernel(std::size_t n, const float* HWY_RESTRICT t, float* HWY_RESTRICT k) {
  const MmdTag d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    MmdVec value[] = {hn::LoadU(d, t + i)};
    exp2_or_zero_in_place<1>(value);
    hn::StoreU(value[0], d, k + i);
  }
  for (; i < n; ++i) {
    MmdVec value[] = {hn::Set(d, t[i])};
    exp2_or_zero_in_place<1>(value);
    k[i] = hn::GetLane(value[0]);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
