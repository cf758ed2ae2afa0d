// The weight gradient dW = dy xᵀ of a tile. Lanes are inputs here: x is first copied row-major, so that nothing has to be
// summed across lanes. What is left over of the inputs, when little, and layers with few inputs or outputs have rows in
// the lanes instead, and sum across them once a tile. Included once for each instruction set.
#if defined(TRUEUP_NN_WEIGHT_GRADIENT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_WEIGHT_GRADIENT_INL
#undef TRUEUP_NN_WEIGHT_GRADIENT_INL
#else
#define TRUEUP_NN_WEIGHT_GRADIENT_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"
#include "nn/kernels/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// to[0 … count) += lanes of sum.
HWY_INLINE void add_lanes(Vec sum, std::size_t count, float* HWY_RESTRICT to) {
  const Tag d;
  if (count >= hn::Lanes(d)) {
    hn::StoreU(hn::Add(hn::LoadU(d, to), sum), d, to);
    return;
  }
  HWY_ALIGN float values[kRowMultiple];
  hn::Store(sum, d, values);
  for (std::size_t i = 0; i < count; ++i) {
    to[i] += values[i];
  }
}

/// dweight[m][i …] += Σ_r dy[m][r] x_rows[r][i …] for Outputs × Vectors vectors of inputs; `valid` inputs are stored.
template <int Outputs, int Vectors>
HWY_INLINE void gradient_block(const float* HWY_RESTRICT dy, TileShape tile, const float* HWY_RESTRICT x_rows,
                               std::size_t row_stride, float* HWY_RESTRICT dweight, std::size_t inputs,
                               std::size_t valid) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const auto finish = [&](int m, std::size_t offset, Vec sum) HWY_ATTR {
    add_lanes(sum, valid - offset, dweight + static_cast<std::size_t>(m) * inputs + offset);
  };
  static_cast<void>(lanes);
  product_block<Outputs, Vectors>({dy, tile.stride, 1}, tile.rows, x_rows, row_stride,
                                  [&](int) HWY_ATTR { return hn::Zero(d); }, finish);
}

/// The same with rows in the lanes: dweight[m * inputs + n] += Σ_r dy[m][r] x[n][r], Outputs × Inputs <= kLanes.
template <int Outputs, int Inputs>
HWY_INLINE void gradient_across_lanes(const float* HWY_RESTRICT dy, TileShape tile,
                                      const float* HWY_RESTRICT x, float* HWY_RESTRICT dweight,
                                      std::size_t inputs) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sum[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) {
    sum[i] = hn::Zero(d);
  }
  for (std::size_t r = 0; r < tile.rows; r += lanes) {
#pragma GCC unroll 16
    for (int n = 0; n < Inputs; ++n) {
      const Vec input = hn::Load(d, x + static_cast<std::size_t>(n) * tile.stride + r);
#pragma GCC unroll 16
      for (int m = 0; m < Outputs; ++m) {
        const Vec slope = hn::Load(d, dy + static_cast<std::size_t>(m) * tile.stride + r);
        sum[m * Inputs + n] = hn::MulAdd(slope, input, sum[m * Inputs + n]);
      }
    }
  }
  HWY_ALIGN float totals[kRowMultiple];
  hn::Store(sums_across_lanes(sum), d, totals);
  for (int m = 0; m < Outputs; ++m) {
    for (int n = 0; n < Inputs; ++n) {
      dweight[static_cast<std::size_t>(m) * inputs + static_cast<std::size_t>(n)] += totals[m * Inputs + n];
    }
  }
}

/// All of an outputs × columns part of the gradient with rows in the lanes, in blocks of Outputs × kLanes / Outputs.
template <int Outputs>
HWY_INLINE void narrow_gradient(std::size_t outputs, std::size_t columns, const float* HWY_RESTRICT dy,
                                TileShape tile, const float* HWY_RESTRICT x, float* HWY_RESTRICT dweight,
                                std::size_t inputs) {
  constexpr int kInputs = kLanes / Outputs;
  std::size_t o = 0;
  for (; o + Outputs <= outputs; o += Outputs) {
    std::size_t i = 0;
    for (; i + kInputs <= columns; i += kInputs) {
      gradient_across_lanes<Outputs, kInputs>(dy + o * tile.stride, tile, x + i * tile.stride,
                                              dweight + o * inputs + i, inputs);
    }
    for (; i < columns; ++i) {
      gradient_across_lanes<Outputs, 1>(dy + o * tile.stride, tile, x + i * tile.stride,
                                        dweight + o * inputs + i, inputs);
    }
  }
  if constexpr (Outputs > 1) {
    if (o < outputs) {
      narrow_gradient<1>(outputs - o, columns, dy + o * tile.stride, tile, x, dweight + o * inputs, inputs);
    }
  }
}

/// Blocks as tall as the inputs are few.
HWY_INLINE void gradient_with_rows_in_lanes(std::size_t outputs, std::size_t columns,
                                            const float* HWY_RESTRICT dy, TileShape tile,
                                            const float* HWY_RESTRICT x, float* HWY_RESTRICT dweight,
                                            std::size_t inputs) {
  constexpr int kHalf = kLanes >= 2 ? kLanes / 2 : 1;
  constexpr int kQuarter = kLanes >= 4 ? kLanes / 4 : 1;
  if (outputs < 4) {
    narrow_gradient<1>(outputs, columns, dy, tile, x, dweight, inputs);
  } else if (columns == 1) {
    narrow_gradient<kLanes>(outputs, columns, dy, tile, x, dweight, inputs);
  } else if (columns <= 3) {
    narrow_gradient<kHalf>(outputs, columns, dy, tile, x, dweight, inputs);
  } else {
    narrow_gradient<kQuarter>(outputs, columns, dy, tile, x, dweight, inputs);
  }
}

HWY_INLINE void bias_gradient(const float* HWY_RESTRICT dy, TileShape tile, std::size_t outputs,
                              float* HWY_RESTRICT dbias) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t o = 0; o < outputs; o += lanes) {
    const std::size_t count = std::min(lanes, outputs - o);
    Vec sum[kLanes];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < static_cast<std::size_t>(kLanes); ++i) {
      sum[i] = hn::Zero(d);
      const float* HWY_RESTRICT column = dy + (o + std::min(i, count - 1)) * tile.stride;
      for (std::size_t r = 0; r < tile.rows; r += lanes) {
        sum[i] = hn::Add(sum[i], hn::Load(d, column + r));
      }
    }
    add_lanes(sums_across_lanes(sum), count, dbias + o);
  }
}

HWY_INLINE void wide_gradient(std::size_t inputs, std::size_t outputs, TileShape tile,
                              const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x_rows,
                              std::size_t row_stride, std::size_t vectors, float* HWY_RESTRICT dweight) {
  const std::size_t lanes = hn::Lanes(Tag());
  for (std::size_t v = 0; v < vectors;) {
    const std::size_t step = std::min<std::size_t>(kBlockVectors, vectors - v);
    const std::size_t i = v * lanes;
    for_output_blocks(outputs, [&](std::size_t o, auto count) HWY_ATTR {
      constexpr int kOutputs = decltype(count)::value;
      const float* block_dy = dy + o * tile.stride;
      float* to = dweight + o * inputs + i;
      switch (step) {
        case 1:
          gradient_block<kOutputs, 1>(block_dy, tile, x_rows + i, row_stride, to, inputs, inputs - i);
          break;
        case 2:
          gradient_block<kOutputs, 2>(block_dy, tile, x_rows + i, row_stride, to, inputs, inputs - i);
          break;
        default:
          gradient_block<kOutputs, 3>(block_dy, tile, x_rows + i, row_stride, to, inputs, inputs - i);
      }
    });
    v += step;
  }
}

HWY_NOINLINE void dense_weight_gradient_kernel(std::size_t inputs, std::size_t outputs, TileShape tile,
                                               const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x,
                                               const float* HWY_RESTRICT x_rows, std::size_t row_stride,
                                               float* HWY_RESTRICT dweight, float* HWY_RESTRICT dbias) {
  const std::size_t lanes = hn::Lanes(Tag());
  bias_gradient(dy, tile, outputs, dbias);
  if (inputs <= kNarrow || outputs <= kNarrow) {
    gradient_with_rows_in_lanes(outputs, inputs, dy, tile, x, dweight, inputs);
    return;
  }
  const std::size_t rest = inputs % lanes;
  const bool few = rest <= kNarrow;  // cost less across lanes than a mostly empty vector
  const std::size_t vectors = inputs / lanes + (few ? 0 : 1);
  wide_gradient(inputs, outputs, tile, dy, x_rows, row_stride, vectors, dweight);
  if (few && rest > 0) {
    const std::size_t first = inputs - rest;
    gradient_with_rows_in_lanes(outputs, rest, dy, tile, x + first * tile.stride, dweight + first, inputs);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
