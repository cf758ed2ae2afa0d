// The logistic function for the activations. Included once for each instruction set.
#if defined(TRUEUP_NN_LOGISTIC_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_LOGISTIC_INL
#undef TRUEUP_NN_LOGISTIC_INL
#else
#define TRUEUP_NN_LOGISTIC_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// e^−a for a >= 0, of at most 87: the smallest normal float is e^−87.3. 1.9e-7 relative, 1 at 0; without
/// fused multiplication and addition 6e-8 a more.
HWY_INLINE Vec exp_of_negative(Vec a) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const Vec log2e = hn::Set(d, 1.44269502f), log2e_rest = hn::Set(d, 1.92596303e-8f);
  // Adding 1.5·2²³ rounds to an integer n, which is then in the lowest bits.
  const Vec round = hn::Set(d, 12582912.0f);
  a = hn::Min(hn::Set(d, 87.0f), a);
  const Vec rounded = hn::NegMulAdd(a, log2e, round);
  Vec f = hn::NegMulAdd(a, log2e, hn::Sub(round, rounded));
  f = hn::NegMulAdd(a, log2e_rest, f);
  // 2^f on [-1/2, 1/2]: least largest relative error with 2^0 = 1 exactly.
  Vec p = hn::Set(d, 0.00132647273f);
  p = hn::MulAdd(p, f, hn::Set(d, 0.00967151299f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.0555073358f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.240222424f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.693147004f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, rounded));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

/// 1/(1 + s) for s in [0, 1], by products only: a division takes as long as many of them. 1.2e-7 relative.
HWY_INLINE Vec inverse_of_one_plus(Vec s) {
  const Tag d;
  const Vec one = hn::Set(d, 1.0f);
  // The cubic r with 1 − (1 + s) r = T4(2s − 1)/577: of least relative error, 1.7e-3.
  Vec r = hn::Set(d, -0.221837088f);
  r = hn::MulAdd(r, s, hn::Set(d, 0.66551125f));
  r = hn::MulAdd(r, s, hn::Set(d, -0.942807615f));
  r = hn::MulAdd(r, s, hn::Set(d, 0.998266876f));
  // 1/(1 + s) = r/(1 − e) = r (1 + e + e² + …)
  const Vec e = hn::NegMulAdd(hn::Add(one, s), r, one);
  return hn::MulAdd(r, hn::MulAdd(e, e, e), r);
}

/// σ(z) = 1/(1 + e^−z) for any z. 3e-7 relative; σ(0) = 1/2.
HWY_INLINE Vec sigmoid(Vec z) {
  const Tag d;
  const Vec small = exp_of_negative(hn::Abs(z));
  const Vec positive = inverse_of_one_plus(small);
  return hn::IfThenElse(hn::Ge(z, hn::Zero(d)), positive, hn::Mul(small, positive));
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
