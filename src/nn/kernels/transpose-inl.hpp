// Transposes in registers, and what rests on them: rows loaded as columns, sums of many vectors across their lanes at once.
// Included once for each instruction set.
#if defined(TRUEUP_NN_TRANSPOSE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_TRANSPOSE_INL
#undef TRUEUP_NN_TRANSPOSE_INL
#else
#define TRUEUP_NN_TRANSPOSE_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/epilogue-inl.hpp"
#include "nn/kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(Tag()));

#if HWY_TARGET != HWY_SCALAR
/// 4 × 4 transposes of v[0…3] within each 128-bit block: lane j of block b of v[i] goes to lane i of block b of v[j].
HWY_INLINE void transpose_in_blocks(Vec* v) {
  const Tag d;
  const hn::Repartition<double, Tag> pairs;
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, v[0], v[1]));
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, v[2], v[3]));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, v[0], v[1]));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, v[2], v[3]));
  v[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
  v[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
  v[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
  v[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
}
#endif

inline constexpr int kFloatsAtOnce = kLanes == 1 ? 1 : 4;

/// v[i] lane r = row(r)[i], i < kFloatsAtOnce. Four floats of each row are put side by side as they are loaded, so that only the
/// transposes within blocks are left to do: loads have more ports than shuffles.
template <class RowPointer>
HWY_INLINE void load_transposed(const RowPointer& row, Vec (&v)[kFloatsAtOnce]) {
  const Tag d;
#if HWY_TARGET == HWY_SCALAR
  v[0] = hn::Load(d, row(0));
#else
#pragma GCC unroll 4
  for (std::size_t j = 0; j < 4; ++j) {
    v[j] = hn::LoadDup128(d, row(j));
#pragma GCC unroll 4
    for (std::size_t b = 1; b < kLanes / 4; ++b) {
      // In this order the load can be one with a mask.
      v[j] = hn::IfThenElse(hn::Not(hn::FirstN(d, 4 * b)), hn::LoadDup128(d, row(4 * b + j)), v[j]);
    }
  }
  transpose_in_blocks(v);
#endif
}

/// v as a kLanes × kLanes matrix, transposed in place.
HWY_INLINE void transpose_square(Vec (&v)[kLanes]) {
#if HWY_TARGET != HWY_SCALAR
  const Tag d;
#pragma GCC unroll 4
  for (int q = 0; q < kLanes; q += 4) {
    transpose_in_blocks(v + q);
  }
  // Now block b of v[4q + j] is row 4b + j, columns 4q …: transpose the blocks over (q, b) for each j.
  if constexpr (kLanes == 8) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      const Vec a = v[j], b = v[4 + j];
      v[j] = hn::ConcatLowerLower(d, b, a);
      v[4 + j] = hn::ConcatUpperUpper(d, b, a);
    }
  } else if constexpr (kLanes == 16) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      const Vec low02 = hn::ConcatLowerLower(d, v[8 + j], v[j]);       // blocks a0 a1 c0 c1
      const Vec low13 = hn::ConcatLowerLower(d, v[12 + j], v[4 + j]);  // b0 b1 d0 d1
      const Vec high02 = hn::ConcatUpperUpper(d, v[8 + j], v[j]);      // a2 a3 c2 c3
      const Vec high13 = hn::ConcatUpperUpper(d, v[12 + j], v[4 + j]);
      v[j] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(low13), low02);  // a0 b0 c0 d0
      v[4 + j] = hn::OddEvenBlocks(low13, hn::SwapAdjacentBlocks(low02));
      v[8 + j] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(high13), high02);
      v[12 + j] = hn::OddEvenBlocks(high13, hn::SwapAdjacentBlocks(high02));
    }
  }
#else
  (void)v;
#endif
}

/// Lane i of the result is the sum of v[i]'s lanes: a tree that halves the number of vectors at each level.
HWY_INLINE Vec sums_across_lanes(Vec (&v)[kLanes]) {
#if HWY_TARGET == HWY_SCALAR
  return v[0];
#else
  const Tag d;
  const hn::Repartition<double, Tag> pairs;
  constexpr int kQuads = kLanes / 4;
  Vec quad[kQuads];  // block b: sums over b's four lanes of v[4q], v[4q + 1], v[4q + 2], v[4q + 3]
#pragma GCC unroll 4
  for (int q = 0; q < kQuads; ++q) {
    const Vec* four = v + 4 * q;
    const auto ab = hn::BitCast(
        pairs, hn::Add(hn::InterleaveLower(d, four[0], four[1]), hn::InterleaveUpper(d, four[0], four[1])));
    const auto cd = hn::BitCast(
        pairs, hn::Add(hn::InterleaveLower(d, four[2], four[3]), hn::InterleaveUpper(d, four[2], four[3])));
    quad[q] = hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, ab, cd)),
                      hn::BitCast(d, hn::InterleaveUpper(pairs, ab, cd)));
  }
  if constexpr (kLanes == 4) {
    return quad[0];
  } else if constexpr (kLanes == 8) {
    return hn::Add(hn::ConcatLowerLower(d, quad[1], quad[0]), hn::ConcatUpperUpper(d, quad[1], quad[0]));
  } else {
    const auto fold = [&](Vec low, Vec high) HWY_ATTR {  // blocks: low, low, high, high
      const Vec halves = hn::Add(hn::ConcatLowerLower(d, high, low), hn::ConcatUpperUpper(d, high, low));
      return hn::Add(halves, hn::SwapAdjacentBlocks(halves));
    };
    return hn::OddEvenBlocks(fold(quad[1], quad[3]), fold(quad[0], quad[2]));
  }
#endif
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
