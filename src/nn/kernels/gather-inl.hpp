// Rows picked from a table, turned into columns. Included once for each instruction set.
#if defined(TRUEUP_NN_GATHER_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_GATHER_INL
#undef TRUEUP_NN_GATHER_INL
#else
#define TRUEUP_NN_GATHER_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"
#include "nn/kernels/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows are in random order: asking for them this many ahead hides the memory's latency.
inline constexpr std::size_t kRowsAhead = 32;

HWY_NOINLINE void gather_rows_kernel(const float* HWY_RESTRICT data, std::size_t stride,
                                     const std::uint32_t* HWY_RESTRICT indices, std::size_t count,
                                     std::size_t ahead, float* const* to) {
  const Tag d;
  constexpr auto kStep = static_cast<std::size_t>(kLanes);
  for (std::size_t first = 0; first < count; first += kStep) {
    const float* rows[kLanes];
    for (std::size_t i = 0; i < kStep; ++i) {
      rows[i] = data + indices[std::min(first + i, count - 1)] * stride;
      if (first + i + kRowsAhead < ahead) {
        __builtin_prefetch(data + indices[first + i + kRowsAhead] * stride);
      }
    }
    for (std::size_t c = 0; c < stride; c += kFloatsAtOnce) {
      Vec v[kFloatsAtOnce];
      load_transposed([&](std::size_t i) HWY_ATTR { return rows[i] + c; }, v);
      const std::size_t valid = std::min<std::size_t>(kFloatsAtOnce, stride - c);
      for (std::size_t i = 0; i < valid; ++i) {
        hn::Store(v[i], d, to[c + i] + first);
      }
    }
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
