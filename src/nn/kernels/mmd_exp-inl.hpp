// 2^t for the MMD kernels. Included once for each instruction set.
#if defined(TRUEUP_NN_MMD_EXP_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_MMD_EXP_INL
#undef TRUEUP_NN_MMD_EXP_INL
#else
#define TRUEUP_NN_MMD_EXP_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/mmd_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using MmdTag = hn::CappedTag<float, kMmdMaxLanes>;
using MmdVec = hn::Vec<MmdTag>;

/// t − ⌊t⌋, in [0, 1].
HWY_INLINE MmdVec fraction_of(MmdVec t) {
#if HWY_TARGET <= HWY_AVX3
  return MmdVec{_mm512_reduce_ps(t.raw, 0x09)};  // one instruction; 0x09: round down, raise nothing
#else
  return hn::Sub(t, hn::Floor(t));
#endif
}

/// p · 2^⌊t⌋ for p in [1, 2] and ⌊t⌋ in [-126, 126].
HWY_INLINE MmdVec scale_by_power(MmdVec p, MmdVec t) {
#if HWY_TARGET <= HWY_AVX3
  return MmdVec{_mm512_scalef_ps(p.raw, t.raw)};
#else
  const MmdTag d;
  const hn::RebindToSigned<MmdTag> di;
  const auto exponent = hn::ShiftLeft<23>(hn::ConvertTo(di, hn::Floor(t)));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
#endif
}

// 2^f = 1 + f (c1 + f (c2 + …)) on [0, 1]: least largest relative error with 2^0 = 1 exactly, coefficients then moved by
// single units in the last place. 8.2e-8 from the polynomial, 1.44e-7 at most with rounding (over all f = n 2^-24).
inline constexpr float kExp2Coefficients[] = {1.0f,          0.693151295f,   0.240164489f,
                                              0.0557999127f, 0.00901702978f, 0.00186713028f};

/// t = 2^t for Count vectors with |t| <= 126. Side by side, because one evaluation alone waits for its own results.
template <int Count>
HWY_INLINE void exp2_in_place(MmdVec* HWY_RESTRICT t) {
  const MmdTag d;
  MmdVec f[Count], p[Count];
#pragma GCC unroll 8
  for (int v = 0; v < Count; ++v) {
    f[v] = fraction_of(t[v]);
    p[v] = hn::Set(d, kExp2Coefficients[5]);
  }
#pragma GCC unroll 8
  for (int power = 4; power >= 0; --power) {
#pragma GCC unroll 8
    for (int v = 0; v < Count; ++v) {
      p[v] = hn::MulAdd(p[v], f[v], hn::Set(d, kExp2Coefficients[power]));
    }
  }
#pragma GCC unroll 8
  for (int v = 0; v < Count; ++v) {
    t[v] = scale_by_power(p[v], t[v]);
  }
}

/// The same for any t <= 126: 0 where t < -126.
template <int Count>
HWY_INLINE void exp2_or_zero_in_place(MmdVec* HWY_RESTRICT t) {
  const MmdTag d;
  const MmdVec lowest = hn::Set(d, -126.0f);
  MmdVec bounded[Count];
#pragma GCC unroll 8
  for (int v = 0; v < Count; ++v) {
    bounded[v] = hn::Max(t[v], lowest);
  }
  exp2_in_place<Count>(bounded);
#pragma GCC unroll 8
  for (int v = 0; v < Count; ++v) {
    t[v] = hn::IfThenElseZero(hn::Ge(t[v], lowest), bounded[v]);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
