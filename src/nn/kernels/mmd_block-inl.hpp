// The walk over the pairs of two tiles that the MMD kernels share: blocks of a few rows of i × a few vectors of rows of j,
// whose exponents, and then kernel values, stay in registers. Included once for each instruction set.
#if defined(TRUEUP_NN_MMD_BLOCK_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_MMD_BLOCK_INL
#undef TRUEUP_NN_MMD_BLOCK_INL
#else
#define TRUEUP_NN_MMD_BLOCK_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/mmd_exp-inl.hpp"
#include "nn/kernels/mmd_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// 4 × 4 pairs fill half of the 32 registers of AVX-512 and NEON: enough that no result is waited for. The rest have 16.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
inline constexpr int kPairVectors = 4;
#else
inline constexpr int kPairVectors = 2;
#endif
inline constexpr int kPairRows = static_cast<int>(kMmdBlockRows);
inline constexpr int kPairs = kPairRows * kPairVectors;

/// Rows of j in a block. Tiles are walked block by block; blocks may reach into the zeros beyond a tile's rows.
HWY_INLINE std::size_t pair_columns() {
  return kPairVectors * hn::Lanes(MmdTag());
}

HWY_INLINE void load_vectors(const float* HWY_RESTRICT from, MmdVec* HWY_RESTRICT to) {
  const MmdTag d;
#pragma GCC unroll 4
  for (int v = 0; v < kPairVectors; ++v) {
    to[v] = hn::Load(d, from + static_cast<std::size_t>(v) * hn::Lanes(d));
  }
}

HWY_INLINE void store_vectors(const MmdVec* HWY_RESTRICT from, float* HWY_RESTRICT to) {
  const MmdTag d;
#pragma GCC unroll 4
  for (int v = 0; v < kPairVectors; ++v) {
    hn::Store(from[v], d, to + static_cast<std::size_t>(v) * hn::Lanes(d));
  }
}

/// sums[j] += Σ_i k(i,j) factor[i]
HWY_INLINE void add_over_rows(const MmdVec* HWY_RESTRICT k, const float* HWY_RESTRICT factor,
                              float* HWY_RESTRICT sums) {
  const MmdTag d;
  MmdVec sum[kPairVectors];
  load_vectors(sums, sum);
#pragma GCC unroll 4
  for (int r = 0; r < kPairRows; ++r) {
    const MmdVec row = hn::Set(d, factor[r]);
#pragma GCC unroll 4
    for (int v = 0; v < kPairVectors; ++v) {
      sum[v] = hn::MulAdd(k[r * kPairVectors + v], row, sum[v]);
    }
  }
  store_vectors(sum, sums);
}

/// lanes[i] += Σ_j k(i,j) factor[j], each lane for itself; lanes (rows, lanes).
HWY_INLINE void add_over_vectors(const MmdVec* HWY_RESTRICT k, const float* HWY_RESTRICT factor,
                                 float* HWY_RESTRICT lanes) {
  const MmdTag d;
  MmdVec column[kPairVectors];
  load_vectors(factor, column);
#pragma GCC unroll 4
  for (int r = 0; r < kPairRows; ++r) {
    float* HWY_RESTRICT to = lanes + static_cast<std::size_t>(r) * hn::Lanes(d);
    MmdVec sum = hn::Load(d, to);
#pragma GCC unroll 4
    for (int v = 0; v < kPairVectors; ++v) {
      sum = hn::MulAdd(k[r * kPairVectors + v], column[v], sum);
    }
    hn::Store(sum, d, to);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
