// The walk over a product's blocks with what is done to their sums, and the block in plain multiplications. Included once for
// each instruction set.
#if defined(TRUEUP_NN_BF16_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_BF16_PRODUCT_INL
#undef TRUEUP_NN_BF16_PRODUCT_INL
#else
#define TRUEUP_NN_BF16_PRODUCT_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "nn/kernels/bf16_kernels.hpp"
#include "nn/kernels/bf16_unit.hpp"
#include "nn/kernels/epilogue-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Lines [0, m) × [0, n) of a product of depth k, in panels; finish(i, j, c) takes the block that begins at line i of a and j
/// of b. Right panels outside: a tile of rows is smaller than the weights, and its panel stays in the first-level cache.
template <class Finish>
HWY_INLINE void for_each_block(Bf16BlockProduct product, const Bf16* a, std::size_t m, const Bf16* b,
                               std::size_t n, std::size_t k, const Finish& finish) {
  alignas(64) float c[kBf16BlockSize];  // a unit may have wider vectors than this instruction set
  const std::size_t depth_blocks = bf16_blocks(k), panel = depth_blocks * kBf16BlockSize;
  for (std::size_t j = 0; j < bf16_blocks(n); ++j) {
    for (std::size_t i = 0; i < bf16_blocks(m); ++i) {
      product(a + i * panel, b + j * panel, depth_blocks, c);
      finish(i * kBf16Block, j * kBf16Block, static_cast<const float*>(c));
    }
  }
}

/// Passes the vectors of a block's sums on to an epilogue; whole vectors of rows.
template <class Finish>
HWY_INLINE void finish_rows(const float* HWY_RESTRICT c, std::size_t outputs, std::size_t rows,
                            const Finish& finish) {
  const Tag d;
  for (std::size_t m = 0; m < std::min(outputs, kBf16Block); ++m) {
    for (std::size_t r = 0; r < std::min(rows, kBf16Block); r += hn::Lanes(d)) {
      finish(static_cast<int>(m), r, hn::Load(d, c + m * kBf16Block + r));
    }
  }
}

HWY_NOINLINE void bf16_forward_kernel(Bf16BlockProduct product, std::size_t inputs, std::size_t outputs,
                                      const Bf16* w, const float* bias, TileShape tile, const Bf16* x,
                                      const ForwardEpilogue& epilogue, float* y) {
  const FinishForward all{tile.stride, y, epilogue.skip, epilogue.slope};
  for_each_block(product, w, outputs, x, tile.rows, inputs,
                 [&](std::size_t o, std::size_t row, const float* c) HWY_ATTR {
                   const FinishForward finish = all.at(o, row);
                   finish_rows(c, outputs - o, tile.rows - row, [&](int m, std::size_t r, Vec sum) HWY_ATTR {
                     finish(m, r, hn::Add(sum, hn::Set(Tag(), bias[o + static_cast<std::size_t>(m)])));
                   });
                 });
}

HWY_NOINLINE void bf16_input_gradient_kernel(Bf16BlockProduct product, std::size_t inputs,
                                             std::size_t outputs, const Bf16* w, TileShape tile,
                                             const Bf16* dy, const BackwardEpilogue& epilogue, float* dx) {
  const FinishBackward all{tile.stride, dx, epilogue.add, epilogue.y, epilogue.slope};
  for_each_block(product, w, inputs, dy, tile.rows, outputs,
                 [&](std::size_t i, std::size_t row, const float* c)
                     HWY_ATTR { finish_rows(c, inputs - i, tile.rows - row, all.at(i, row)); });
}

HWY_NOINLINE void bf16_weight_gradient_kernel(Bf16BlockProduct product, std::size_t inputs,
                                              std::size_t outputs, TileShape tile, const Bf16* dy,
                                              const Bf16* x, float* HWY_RESTRICT dweight) {
  for_each_block(product, dy, outputs, x, inputs, tile.rows,
                 [&](std::size_t o, std::size_t i, const float* HWY_RESTRICT c) HWY_ATTR {
                   const std::size_t count = std::min(inputs - i, kBf16Block);
                   for (std::size_t m = 0; m < std::min(outputs - o, kBf16Block); ++m) {
                     float* HWY_RESTRICT to = dweight + (o + m) * inputs + i;
                     for (std::size_t n = 0; n < count; ++n) {
                       to[n] += c[m * kBf16Block + n];
                     }
                   }
                 });
}

/// Four lines of a and two vectors of lines of b at a time.
HWY_NOINLINE void bf16_portable_product(const Bf16* a, const Bf16* b, std::size_t depth_blocks, float* c) {
  constexpr std::size_t kLines = 4, kPairs = 16, kTile = kBf16BlockSize / 2;
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  const std::size_t lanes = hn::Lanes(d);
  const auto as_float = [](std::uint32_t bits) { return std::bit_cast<float>(bits); };
  for (std::size_t n = 0; n < kBf16Block; n += lanes) {
    const Bf16* columns = b + n / kPairs * kTile + 2 * (n % kPairs);
    for (std::size_t m = 0; m < kBf16Block; m += kLines) {
      Vec sum[kLines] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
      for (std::size_t k = 0; k < depth_blocks * kPairs; ++k) {
        const std::size_t block = k / kPairs * kBf16BlockSize, pair = k % kPairs;
        const auto both =
            hn::Load(du, reinterpret_cast<const std::uint32_t*>(columns + block + pair * 2 * kPairs));
        const Vec first = hn::BitCast(d, hn::ShiftLeft<16>(both));
        const Vec second = hn::BitCast(d, hn::And(both, hn::Set(du, 0xffff0000u)));
#pragma GCC unroll 4
        for (std::size_t i = 0; i < kLines; ++i) {
          const Bf16* value = a + block + (m + i) * kBf16Block + 2 * pair;
          sum[i] = hn::MulAdd(hn::Set(d, as_float(std::uint32_t{value[0]} << 16)), first, sum[i]);
          sum[i] = hn::MulAdd(hn::Set(d, as_float(std::uint32_t{value[1]} << 16)), second, sum[i]);
        }
      }
      for (std::size_t i = 0; i < kLines; ++i) {
        hn::Store(sum[i], d, c + (m + i) * kBf16Block + n);
      }
    }
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
