// MMD sums of near tiles, by inner products: a pair of F columns costs F multiply-adds for the exponent, 7 instructions
// for 2^t (AVX-512), and F + 1 multiply-adds for the sums of each side. Included once for each instruction set.
#if defined(TRUEUP_NN_MMD_NEAR_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_MMD_NEAR_INL
#undef TRUEUP_NN_MMD_NEAR_INL
#else
#define TRUEUP_NN_MMD_NEAR_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/mmd_block-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// t (+)= u_il u_jl for one column; i and j point to the block's first rows in that column.
template <bool kFirst>
HWY_INLINE void add_product(const float* HWY_RESTRICT i, const float* HWY_RESTRICT j,
                            MmdVec* HWY_RESTRICT t) {
  const MmdTag d;
  MmdVec column[kPairVectors];
  load_vectors(j, column);
#pragma GCC unroll 4
  for (int r = 0; r < kPairRows; ++r) {
    const MmdVec row = hn::Set(d, i[r]);
#pragma GCC unroll 4
    for (int v = 0; v < kPairVectors; ++v) {
      MmdVec& sum = t[r * kPairVectors + v];
      sum = kFirst ? hn::Mul(row, column[v]) : hn::MulAdd(row, column[v], sum);
    }
  }
}

/// k = 2^(u_i·u_j)
HWY_INLINE void near_pairs(std::size_t columns, const float* HWY_RESTRICT i, const float* HWY_RESTRICT j,
                           MmdVec* HWY_RESTRICT k) {
  add_product<true>(i, j, k);
  for (std::size_t l = 1; l < columns; ++l) {
    add_product<false>(i + l * kMmdTileRows, j + l * kMmdTileRows, k);
  }
#pragma GCC unroll 4
  for (int p = 0; p < kPairs; p += 4) {
    exp2_in_place<4>(k + p);
  }
}

// Each kernel copies its tiles' pointers: what it stores cannot be one of them then, and they stay in registers.

HWY_NOINLINE void mmd_near_value_kernel(std::size_t columns, const MmdTile& tile_i, const MmdTile& tile_j,
                                        float* HWY_RESTRICT sums) {
  const MmdTile at_i = tile_i, at_j = tile_j;
  for (std::size_t i = 0; i < at_i.rows; i += kMmdBlockRows) {
    for (std::size_t j = 0; j < at_j.rows; j += pair_columns()) {
      MmdVec k[kPairs];
      near_pairs(columns, at_i.u + i, at_j.u + j, k);
      add_over_rows(k, at_i.moments + i, sums + j);
    }
  }
}

HWY_NOINLINE void mmd_near_gradient_kernel(std::size_t columns, const MmdTile& tile_i, const MmdTile& tile_j,
                                           float* HWY_RESTRICT sums) {
  const MmdTile at_i = tile_i, at_j = tile_j;
  for (std::size_t i = 0; i < at_i.rows; i += kMmdBlockRows) {
    for (std::size_t j = 0; j < at_j.rows; j += pair_columns()) {
      MmdVec k[kPairs];
      near_pairs(columns, at_i.u + i, at_j.u + j, k);
      for (std::size_t l = 0; l <= columns; ++l) {
        add_over_rows(k, at_i.moments + l * kMmdTileRows + i, sums + l * kMmdTileRows + j);
      }
    }
  }
}

/// lanes (rows / 4, F + 1, 4, lanes), with kMmdMaxLanes between blocks: what one block of rows touches is contiguous.
HWY_NOINLINE void mmd_near_both_kernel(std::size_t columns, const MmdTile& tile_i, const MmdTile& tile_j,
                                       float* HWY_RESTRICT sums, float* HWY_RESTRICT lanes) {
  const MmdTile at_i = tile_i, at_j = tile_j;
  const std::size_t lanes_step = kMmdBlockRows * hn::Lanes(MmdTag());
  for (std::size_t i = 0; i < at_i.rows; i += kMmdBlockRows) {
    for (std::size_t j = 0; j < at_j.rows; j += pair_columns()) {
      MmdVec k[kPairs];
      near_pairs(columns, at_i.u + i, at_j.u + j, k);
      for (std::size_t l = 0; l <= columns; ++l) {
        add_over_rows(k, at_i.moments + l * kMmdTileRows + i, sums + l * kMmdTileRows + j);
        add_over_vectors(k, at_j.moments + l * kMmdTileRows + j, lanes + l * lanes_step);
      }
    }
    lanes += (columns + 1) * kMmdBlockRows * kMmdMaxLanes;
  }
}

HWY_NOINLINE void mmd_sum_lanes_kernel(std::size_t columns, std::size_t rows, const float* HWY_RESTRICT lanes,
                                       float* HWY_RESTRICT sums) {
  const MmdTag d;
  for (std::size_t block = 0; block < rows; block += kMmdBlockRows) {
    const float* HWY_RESTRICT from = lanes + block * (columns + 1) * kMmdMaxLanes;
    for (std::size_t l = 0; l <= columns; ++l) {
      for (std::size_t r = 0; r < kMmdBlockRows; ++r, from += hn::Lanes(d)) {
        sums[l * kMmdTileRows + block + r] = hn::GetLane(hn::SumOfLanes(d, hn::Load(d, from)));
      }
    }
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
