// A dense layer for one row: outputs in the lanes, one walk through the weights. Included once for each instruction set.
#if defined(TRUEUP_NN_DENSE_ROW_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_DENSE_ROW_INL
#undef TRUEUP_NN_DENSE_ROW_INL
#else
#define TRUEUP_NN_DENSE_ROW_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE Vec load_weights(const float* HWY_RESTRICT w) {
  return hn::Load(Tag(), w);
}

HWY_INLINE Vec load_weights(const std::uint16_t* HWY_RESTRICT w) {
  const hn::Rebind<hwy::float16_t, Tag> half;
  return hn::PromoteTo(Tag(), hn::Load(half, reinterpret_cast<const hwy::float16_t*>(w)));
}

/// Vectors vectors of outputs; two sums for each, so that few of them need not wait for one another.
template <int Vectors, class Weight>
HWY_INLINE void dense_row_block(const Weight* HWY_RESTRICT w, const float* HWY_RESTRICT bias,
                                std::size_t inputs, std::size_t stride, const float* HWY_RESTRICT x,
                                float slope, const float* skip, float* HWY_RESTRICT y) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec even[Vectors], odd[Vectors];
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) {
    even[v] = hn::Load(d, bias + static_cast<std::size_t>(v) * lanes);
    odd[v] = hn::Zero(d);
  }
  std::size_t i = 0;
  for (; i + 2 <= inputs; i += 2) {
    const Weight* row = w + i * stride;
    const Vec x0 = hn::Set(d, x[i]), x1 = hn::Set(d, x[i + 1]);
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      even[v] = hn::MulAdd(x0, load_weights(row + static_cast<std::size_t>(v) * lanes), even[v]);
    }
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      odd[v] = hn::MulAdd(x1, load_weights(row + stride + static_cast<std::size_t>(v) * lanes), odd[v]);
    }
  }
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) {
    const std::size_t at = static_cast<std::size_t>(v) * lanes;
    if (i < inputs) {
      even[v] = hn::MulAdd(hn::Set(d, x[i]), load_weights(w + i * stride + at), even[v]);
    }
    Vec sum = hn::Add(even[v], odd[v]);
    sum = hn::Max(hn::Mul(hn::Set(d, slope), sum), sum);
    if (skip != nullptr) {
      sum = hn::Add(sum, hn::Load(d, skip + at));
    }
    hn::Store(sum, d, y + at);
  }
}

template <class Weight>
HWY_INLINE void dense_row_of(const Weight* HWY_RESTRICT w, const float* HWY_RESTRICT bias, std::size_t inputs,
                             std::size_t outputs, const float* HWY_RESTRICT x,
                             const ForwardEpilogue& epilogue, float* HWY_RESTRICT y) {
  constexpr int kMost = kBlockOutputs;  // vectors of sums: 2 × 8 of 32 registers, 2 × 4 of 16
  const std::size_t lanes = hn::Lanes(Tag());
  for (std::size_t o = 0; o < outputs;) {
    const std::size_t vectors = std::min<std::size_t>(kMost, (outputs - o) / lanes);
    const float* skip = epilogue.skip == nullptr ? nullptr : epilogue.skip + o;
    with_outputs<kMost>(vectors, [&](auto count) HWY_ATTR {
      dense_row_block<decltype(count)::value>(w + o, bias + o, inputs, outputs, x, epilogue.slope, skip,
                                              y + o);
    });
    o += vectors * lanes;
  }
}

HWY_NOINLINE void dense_row_kernel(const float* HWY_RESTRICT w, const float* HWY_RESTRICT bias,
                                   std::size_t inputs, std::size_t outputs, const float* HWY_RESTRICT x,
                                   const ForwardEpilogue& epilogue, float* HWY_RESTRICT y) {
  dense_row_of(w, bias, inputs, outputs, x, epilogue, y);
}

HWY_NOINLINE void dense_row_half_kernel(const std::uint16_t* HWY_RESTRICT w, const float* HWY_RESTRICT bias,
                                        std::size_t inputs, std::size_t outputs, const float* HWY_RESTRICT x,
                                        const ForwardEpilogue& epilogue, float* HWY_RESTRICT y) {
  dense_row_of(w, bias, inputs, outputs, x, epilogue, y);
}

/// Rounds to the nearest half; n a multiple of kRowMultiple.
HWY_NOINLINE void to_half_kernel(std::size_t n, const float* HWY_RESTRICT from,
                                 std::uint16_t* HWY_RESTRICT to) {
  const Tag d;
  const hn::Rebind<hwy::float16_t, Tag> half;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    hn::Store(hn::DemoteTo(half, hn::Load(d, from + i)), half, reinterpret_cast<hwy::float16_t*>(to + i));
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
