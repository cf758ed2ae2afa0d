// MMD sums of any tiles, by differences: exact in the exponent and safe for rows however far, at about twice the price of
// the near kernels. Included once for each instruction set.
#if defined(TRUEUP_NN_MMD_FAR_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_MMD_FAR_INL
#undef TRUEUP_NN_MMD_FAR_INL
#else
#define TRUEUP_NN_MMD_FAR_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/mmd_block-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// t (+)= (u_jl − u_il)² for one column.
template <bool kFirst>
HWY_INLINE void add_square(const float* HWY_RESTRICT i, const float* HWY_RESTRICT j, MmdVec* HWY_RESTRICT t) {
  const MmdTag d;
  MmdVec column[kPairVectors];
  load_vectors(j, column);
#pragma GCC unroll 4
  for (int r = 0; r < kPairRows; ++r) {
    const MmdVec row = hn::Set(d, i[r]);
#pragma GCC unroll 4
    for (int v = 0; v < kPairVectors; ++v) {
      MmdVec& sum = t[r * kPairVectors + v];
      const MmdVec difference = hn::Sub(column[v], row);
      sum = kFirst ? hn::Mul(difference, difference) : hn::MulAdd(difference, difference, sum);
    }
  }
}

/// k = 2^(−|u_i − u_j|²/2)
HWY_INLINE void far_pairs(std::size_t columns, const float* HWY_RESTRICT i, const float* HWY_RESTRICT j,
                          MmdVec* HWY_RESTRICT k) {
  add_square<true>(i, j, k);
  for (std::size_t l = 1; l < columns; ++l) {
    add_square<false>(i + l * kMmdTileRows, j + l * kMmdTileRows, k);
  }
#pragma GCC unroll 16
  for (int p = 0; p < kPairs; ++p) {
    k[p] = hn::Mul(k[p], hn::Set(MmdTag(), -0.5f));
  }
#pragma GCC unroll 4
  for (int p = 0; p < kPairs; p += 4) {
    exp2_or_zero_in_place<4>(k + p);
  }
}

/// k = w_i k
HWY_INLINE void multiply_rows(const float* HWY_RESTRICT weight, MmdVec* HWY_RESTRICT k) {
#pragma GCC unroll 16
  for (int p = 0; p < kPairs; ++p) {
    k[p] = hn::Mul(k[p], hn::Set(MmdTag(), weight[p / kPairVectors]));
  }
}

/// sums[j] += Σ_i kw(i,j) (u_jl − u_il) for one column.
HWY_INLINE void add_differences(const MmdVec* HWY_RESTRICT kw, const float* HWY_RESTRICT i,
                                const float* HWY_RESTRICT j, float* HWY_RESTRICT sums) {
  const MmdTag d;
  MmdVec sum[kPairVectors], column[kPairVectors];
  load_vectors(sums, sum);
  load_vectors(j, column);
#pragma GCC unroll 4
  for (int r = 0; r < kPairRows; ++r) {
    const MmdVec row = hn::Set(d, i[r]);
#pragma GCC unroll 4
    for (int v = 0; v < kPairVectors; ++v) {
      sum[v] = hn::MulAdd(kw[r * kPairVectors + v], hn::Sub(column[v], row), sum[v]);
    }
  }
  store_vectors(sum, sums);
}

HWY_NOINLINE void mmd_far_value_kernel(std::size_t columns, const MmdTile& tile_i, const MmdTile& tile_j,
                                       float* HWY_RESTRICT sums) {
  const MmdTile at_i = tile_i, at_j = tile_j;
  for (std::size_t i = 0; i < at_i.rows; i += kMmdBlockRows) {
    for (std::size_t j = 0; j < at_j.rows; j += pair_columns()) {
      MmdVec k[kPairs];
      far_pairs(columns, at_i.u + i, at_j.u + j, k);
      add_over_rows(k, at_i.weight + i, sums + j);
    }
  }
}

HWY_NOINLINE void mmd_far_gradient_kernel(std::size_t columns, const MmdTile& tile_i, const MmdTile& tile_j,
                                          float* HWY_RESTRICT sums) {
  const MmdTile at_i = tile_i, at_j = tile_j;
  for (std::size_t i = 0; i < at_i.rows; i += kMmdBlockRows) {
    for (std::size_t j = 0; j < at_j.rows; j += pair_columns()) {
      MmdVec k[kPairs];
      far_pairs(columns, at_i.u + i, at_j.u + j, k);
      add_over_rows(k, at_i.weight + i, sums + j);
      multiply_rows(at_i.weight + i, k);
      for (std::size_t l = 0; l < columns; ++l) {
        const std::size_t column = l * kMmdTileRows;
        add_differences(k, at_i.u + column + i, at_j.u + column + j, sums + column + kMmdTileRows + j);
      }
    }
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
