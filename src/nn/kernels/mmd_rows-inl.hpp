// Rows on their way to the MMD kernels: scaled, then cut into tiles. Included once for each instruction set.
#if defined(TRUEUP_NN_MMD_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_MMD_ROWS_INL
#undef TRUEUP_NN_MMD_ROWS_INL
#else
#define TRUEUP_NN_MMD_ROWS_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/mmd_add-inl.hpp"
#include "nn/kernels/mmd_exp-inl.hpp"
#include "nn/kernels/mmd_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_NOINLINE bool mmd_scale_kernel(const MmdScaledRows& rows, std::size_t count,
                                   const double* HWY_RESTRICT centre, const double* HWY_RESTRICT factor) {
  const MmdDouble d;
  const hn::Rebind<float, MmdDouble> df;
  const auto farthest = hn::Set(d, kMmdFarthest), half = hn::Set(d, 0.5);
  double* HWY_RESTRICT half_squares = rows.half_squares;
  auto finite = hn::Zero(d);  // 0 · x is NaN for what is not
  for (std::size_t l = 0; l < rows.columns; ++l) {
    float* HWY_RESTRICT column = rows.u + l * rows.stride;
    const auto middle = hn::Set(d, centre[l]), scale = hn::Set(d, factor[l]);
    for (std::size_t r = 0; r < count; r += hn::Lanes(d)) {
      const auto x = load_double(column + r);
      finite = hn::MulAdd(x, hn::Zero(d), finite);
      const auto exact = hn::Mul(hn::Sub(x, middle), scale);
      const auto u = hn::DemoteTo(df, hn::Min(hn::Max(exact, hn::Neg(farthest)), farthest));
      hn::Store(u, df, column + r);
      const auto rounded = hn::PromoteTo(d, u);
      const auto before = l == 0 ? hn::Zero(d) : hn::LoadU(d, half_squares + r);
      hn::StoreU(hn::MulAdd(hn::Mul(half, rounded), rounded, before), d, half_squares + r);
    }
  }
  return hn::GetLane(hn::SumOfLanes(d, finite)) == 0.0;
}

/// factor = 2^(−|u|²/2): the whole part of the exponent apart, so that a large one costs no digits.
HWY_INLINE void fill_factors(const double* HWY_RESTRICT half_squares, std::size_t rows,
                             const std::uint32_t* HWY_RESTRICT order, float* HWY_RESTRICT factor) {
  const MmdTag d;
  HWY_ALIGN float whole[kMmdTileRows] = {}, rest[kMmdTileRows] = {};
  for (std::size_t r = 0; r < rows; ++r) {
    const double half_square = half_squares[order[r]];
    whole[r] = -static_cast<float>(static_cast<int>(half_square));
    rest[r] = -static_cast<float>(half_square - static_cast<int>(half_square));
  }
  for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
    MmdVec powers[] = {hn::Load(d, whole + r), hn::Load(d, rest + r)};
    exp2_in_place<2>(powers);
    hn::Store(hn::Mul(powers[0], powers[1]), d, factor + r);
  }
}

HWY_NOINLINE void mmd_fill_kernel(const MmdScaledRows& from, std::size_t rows,
                                  const std::uint32_t* HWY_RESTRICT order, const float* HWY_RESTRICT weights,
                                  bool near, const MmdTileMemory& to) {
  const MmdTag d;
  for (std::size_t r = 0; r < kMmdTileRows; ++r) {
    // What an earlier batch left beyond these rows would count.
    to.weight[r] = r >= rows ? 0.0f : weights == nullptr ? 1.0f : weights[order[r]];
  }
  for (std::size_t l = 0; l < from.columns; ++l) {
    float* HWY_RESTRICT u = to.u + l * kMmdTileRows;
    for (std::size_t r = 0; r < rows; ++r) u[r] = from.u[l * from.stride + order[r]];
    for (std::size_t r = rows; r < kMmdTileRows; ++r) u[r] = 0.0f;
  }
  if (!near) return;
  fill_factors(from.half_squares, rows, order, to.factor);
  for (std::size_t r = 0; r < kMmdTileRows; r += hn::Lanes(d)) {
    const MmdVec moment =
        r < rows ? hn::Mul(hn::Load(d, to.weight + r), hn::Load(d, to.factor + r)) : hn::Zero(d);
    hn::Store(moment, d, to.moments + r);
    for (std::size_t l = 0; l < from.columns; ++l) {
      const std::size_t at = l * kMmdTileRows + r;
      hn::Store(hn::Mul(moment, hn::Load(d, to.u + at)), d, to.moments + kMmdTileRows + at);
    }
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
