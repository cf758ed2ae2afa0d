// Sums over the members of a jagged group, and their gradient. Included once for each instruction set.
#if defined(TRUEUP_NN_GROUPS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_GROUPS_INL
#undef TRUEUP_NN_GROUPS_INL
#else
#define TRUEUP_NN_GROUPS_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"
#include "nn/kernels/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// As many columns at once as a vector has lanes: their sums are then taken across lanes together.
HWY_NOINLINE void sum_groups_kernel(TileShape tile, std::size_t columns, const float* HWY_RESTRICT x,
                                    const std::uint32_t* HWY_RESTRICT begin, std::size_t groups,
                                    std::size_t sums_stride, float* HWY_RESTRICT sums) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t c = 0; c < columns; c += lanes) {
      const std::size_t count = std::min(lanes, columns - c);
      Vec sum[kLanes];
#pragma GCC unroll 16
      for (std::size_t i = 0; i < static_cast<std::size_t>(kLanes); ++i) {
        sum[i] = hn::Zero(d);
        const float* HWY_RESTRICT column = x + (c + std::min(i, count - 1)) * tile.stride;
        std::size_t r = begin[g];
        for (; r + lanes <= begin[g + 1]; r += lanes) {
          sum[i] = hn::Add(sum[i], hn::LoadU(d, column + r));
        }
        if (r < begin[g + 1]) {
          const auto inside = hn::FirstN(d, begin[g + 1] - r);
          sum[i] = hn::Add(sum[i], hn::IfThenElseZero(inside, hn::LoadU(d, column + r)));
        }
      }
      HWY_ALIGN float totals[kRowMultiple];
      hn::Store(sums_across_lanes(sum), d, totals);
      for (std::size_t i = 0; i < count; ++i) {
        sums[(c + i) * sums_stride + g] = totals[i];
      }
    }
  }
}

HWY_NOINLINE void spread_groups_kernel(TileShape tile, std::size_t columns, const float* HWY_RESTRICT dsums,
                                       std::size_t sums_stride, const std::uint32_t* HWY_RESTRICT begin,
                                       std::size_t groups, const float* HWY_RESTRICT y, float slope,
                                       float* HWY_RESTRICT dx) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t c = 0; c < columns; ++c) {
    const float* HWY_RESTRICT from = dsums + c * sums_stride;
    float* HWY_RESTRICT to = dx + c * tile.stride;
    for (std::size_t g = 0; g < groups; ++g) {
      const Vec active = hn::Set(d, from[g]);
      const Vec passive = hn::Set(d, slope * from[g]);
      // The last vector runs into the next group, which is written after it.
      for (std::size_t r = begin[g]; r < begin[g + 1]; r += lanes) {
        Vec value = active;
        if (y != nullptr) {
          const Vec output = hn::LoadU(d, y + c * tile.stride + r);
          value = hn::IfThenElse(hn::Gt(output, hn::Zero(d)), active, passive);
        }
        hn::StoreU(value, d, to + r);
      }
    }
    std::fill(to + begin[groups], to + tile.rows, 0.0f);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
