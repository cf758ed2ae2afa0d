// Rounding to bf16 and packing into tiles of 16 × 16 pairs. Included once for each instruction set.
#if defined(TRUEUP_NN_BF16_PACK_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_BF16_PACK_INL
#undef TRUEUP_NN_BF16_PACK_INL
#else
#define TRUEUP_NN_BF16_PACK_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/bf16_kernels.hpp"
#include "nn/kernels/epilogue-inl.hpp"
#include "nn/kernels/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using BitsTag = hn::RebindToUnsigned<Tag>;
using Bits = hn::Vec<BitsTag>;

inline constexpr std::size_t kTilePairs = 16;  // along both sides of a tile

/// x rounded to bf16, in the upper half of each lane; the lower half means nothing.
HWY_INLINE Bits rounded_bits(Vec x) {
  const BitsTag du;
  const Bits bits = hn::BitCast(du, x);
  const Bits odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1));
  const Bits rounded = hn::Add(bits, hn::Add(odd, hn::Set(du, 0x7fff)));
  // A NaN whose mantissa is all ones would turn into −0.
  return hn::IfThenElse(hn::RebindMask(du, hn::Eq(x, x)), rounded, hn::Set(du, 0x7fc00000));
}

HWY_INLINE Vec join_pairs(Bits first, Bits second) {
  const BitsTag du;
  return hn::BitCast(Tag(), hn::Or(hn::ShiftRight<16>(first), hn::And(second, hn::Set(du, 0xffff0000u))));
}

/// The floats from x on of which `left` are there; the others are zero.
HWY_INLINE Vec load_some(const float* HWY_RESTRICT x, std::size_t left) {
  const Tag d;
  if (left >= hn::Lanes(d)) return hn::LoadU(d, x);
  HWY_ALIGN float some[kRowMultiple] = {};
  std::copy_n(x, left, some);
  return hn::Load(d, some);
}

/// Bits of row i, columns j on.
HWY_INLINE Bits source_bits(const Bf16Source& source, std::size_t i, std::size_t j) {
  if (i >= source.rows || j >= source.columns) return hn::Zero(BitsTag());
  return rounded_bits(load_some(source.x + i * source.stride + j, source.columns - j));
}

/// A vector of pairs of a tile that begins at row i, column j of the source. Depth along columns: pairs p … of line
/// `line`. Depth along rows: pair `line` of lines p ….
HWY_INLINE Vec tile_pairs(const Bf16Source& source, std::size_t i, std::size_t j, std::size_t line,
                          std::size_t p) {
  const BitsTag du;
  if (source.depth_is_rows) {
    return join_pairs(source_bits(source, i + 2 * line, j + p), source_bits(source, i + 2 * line + 1, j + p));
  }
  const Bits low = source_bits(source, i + line, j + 2 * p);
  const Bits high = source_bits(source, i + line, j + 2 * p + hn::Lanes(du));
#if HWY_TARGET == HWY_SCALAR
  return join_pairs(low, high);
#else
  return join_pairs(hn::ConcatEven(du, high, low), hn::ConcatOdd(du, high, low));
#endif
}

HWY_INLINE void pack_tile(const Bf16Source& source, std::size_t i, std::size_t j, bool transposed,
                          Bf16* HWY_RESTRICT to) {
  const Tag d;
  constexpr auto kStep = static_cast<std::size_t>(kLanes);
  float* HWY_RESTRICT pairs = reinterpret_cast<float*>(to);
  for (std::size_t line = 0; line < kTilePairs; line += kStep) {
    for (std::size_t p = 0; p < kTilePairs; p += kStep) {
      Vec v[kLanes];
#pragma GCC unroll 16
      for (std::size_t s = 0; s < kStep; ++s) {
        v[s] = tile_pairs(source, i, j, line + s, p);
      }
      if (transposed) transpose_square(v);
      float* corner = pairs + (transposed ? p * kTilePairs + line : line * kTilePairs + p);
#pragma GCC unroll 16
      for (std::size_t s = 0; s < kStep; ++s) {
        hn::Store(v[s], d, corner + s * kTilePairs);
      }
    }
  }
}

HWY_NOINLINE void bf16_pack_kernel(const Bf16Source& source, Bf16Side side, std::size_t first,
                                   std::size_t last, Bf16* HWY_RESTRICT packed) {
  const bool by_rows = source.depth_is_rows;
  const std::size_t depth_blocks = bf16_blocks(by_rows ? source.rows : source.columns);
  const bool transposed = by_rows == (side == Bf16Side::left);
  Bf16* to = packed + first * depth_blocks * kBf16BlockSize;
  for (std::size_t panel = first; panel < last; ++panel) {
    for (std::size_t k = 0; k < depth_blocks; ++k) {
      for (std::size_t half = 0; half < 2; ++half) {
        const std::size_t line = panel * kBf16Block + half * 16, depth = k * kBf16Block;
        pack_tile(source, by_rows ? depth : line, by_rows ? line : depth, transposed, to);
        to += kBf16BlockSize / 2;
      }
    }
  }
}

HWY_NOINLINE void bf16_row_sums_kernel(TileShape tile, std::size_t columns, const float* HWY_RESTRICT x,
                                       float* HWY_RESTRICT sums) {
  const Tag d;
  for (std::size_t c = 0; c < columns; ++c) {
    Vec sum = hn::Zero(d);
    for (std::size_t r = 0; r < tile.rows; r += hn::Lanes(d)) {
      sum = hn::Add(sum, hn::Load(d, x + c * tile.stride + r));
    }
    sums[c] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
