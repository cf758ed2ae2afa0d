// The weight gradient dW = dy xᵀ of a tile. Lanes are inputs here: x is first copied row-major, so that nothing has to be
// summed across lanes; what is left over of the inputs, when little, is reduced across lanes instead.
// Included once for each instruction set.
#if defined(TRUEUP_NN_WEIGHT_GRADIENT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_WEIGHT_GRADIENT_INL
#undef TRUEUP_NN_WEIGHT_GRADIENT_INL
#else
#define TRUEUP_NN_WEIGHT_GRADIENT_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
/// Four columns at a time: 4 × 4 transposes inside the 128-bit blocks of the vectors, then each block is four
/// neighbouring columns of one row and goes to its place.
HWY_INLINE void transpose_four(const float* HWY_RESTRICT x, std::size_t stride, std::size_t row,
                               float* HWY_RESTRICT x_rows, std::size_t row_stride) {
  const Tag d;
  const hn::Repartition<double, Tag> pairs;
  const std::size_t lanes = hn::Lanes(d);
  const Vec c0 = hn::Load(d, x + row);
  const Vec c1 = hn::Load(d, x + stride + row);
  const Vec c2 = hn::Load(d, x + 2 * stride + row);
  const Vec c3 = hn::Load(d, x + 3 * stride + row);
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, c0, c1));
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, c2, c3));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, c0, c1));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, c2, c3));
  HWY_ALIGN float block[4][kRowMultiple];
  hn::Store(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, block[0]);
  hn::Store(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, block[1]);
  hn::Store(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, block[2]);
  hn::Store(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, block[3]);
  for (std::size_t quad = 0; quad < lanes; quad += 4) {
    for (std::size_t j = 0; j < 4; ++j) {
      std::memcpy(x_rows + (row + quad + j) * row_stride, block[j] + quad, 4 * sizeof(float));
    }
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

HWY_NOINLINE void transpose_kernel(TileShape tile, std::size_t columns, const float* HWY_RESTRICT x,
                                   float* HWY_RESTRICT x_rows, std::size_t row_stride) {
#if HWY_TARGET == HWY_SCALAR
  const std::size_t whole = 0;
#else
  const std::size_t whole = columns / 4 * 4;
  for (std::size_t row = 0; row < tile.rows; row += hn::Lanes(Tag())) {
    for (std::size_t c = 0; c < whole; c += 4) {
      transpose_four(x + c * tile.stride, tile.stride, row, x_rows + c, row_stride);
    }
  }
#endif
  const std::size_t padded = row_major_stride(columns);
  for (std::size_t row = 0; whole < padded && row < tile.rows; ++row) {
    float* to = x_rows + row * row_stride;
    for (std::size_t c = whole; c < padded; ++c) {
      to[c] = c < columns ? x[c * tile.stride + row] : 0.0f;
    }
  }
}

/// dweight[m][i …] += Σ_r dy[m][r] x_rows[r][i …] for Outputs × Vectors vectors of inputs; `valid` inputs are stored.
template <int Outputs, int Vectors>
HWY_INLINE void gradient_block(const float* HWY_RESTRICT dy, TileShape tile, const float* HWY_RESTRICT x_rows,
                               std::size_t row_stride, float* HWY_RESTRICT dweight, std::size_t inputs,
                               std::size_t valid) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sum[Outputs][Vectors];
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) {
      sum[m][v] = hn::Zero(d);
    }
  }
  for (std::size_t r = 0; r < tile.rows; ++r) {
    Vec input[Vectors];
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) {
      input[v] = hn::Load(d, x_rows + r * row_stride + static_cast<std::size_t>(v) * lanes);
    }
#pragma GCC unroll 8
    for (int m = 0; m < Outputs; ++m) {
      const Vec slope = hn::Set(d, dy[static_cast<std::size_t>(m) * tile.stride + r]);
#pragma GCC unroll 3
      for (int v = 0; v < Vectors; ++v) {
        sum[m][v] = hn::MulAdd(slope, input[v], sum[m][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) {
      const std::size_t first = static_cast<std::size_t>(v) * lanes;
      float* to = dweight + static_cast<std::size_t>(m) * inputs + first;
      if (first + lanes <= valid) {
        hn::StoreU(hn::Add(hn::LoadU(d, to), sum[m][v]), d, to);
      } else {
        HWY_ALIGN float last[kRowMultiple];
        hn::Store(sum[m][v], d, last);
        for (std::size_t i = 0; first + i < valid; ++i) {
          to[i] += last[i];
        }
      }
    }
  }
}

/// The same for a few inputs, lanes being rows: dweight[m][i] += Σ_r dy[m][r] x[i][r].
template <int Outputs>
HWY_INLINE void gradient_across_lanes(const float* HWY_RESTRICT dy, TileShape tile,
                                      const float* HWY_RESTRICT x, float* HWY_RESTRICT dweight,
                                      std::size_t inputs) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sum[Outputs];
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
    sum[m] = hn::Zero(d);
  }
  for (std::size_t r = 0; r < tile.rows; r += lanes) {
    const Vec input = hn::Load(d, x + r);
#pragma GCC unroll 8
    for (int m = 0; m < Outputs; ++m) {
      sum[m] = hn::MulAdd(hn::Load(d, dy + static_cast<std::size_t>(m) * tile.stride + r), input, sum[m]);
    }
  }
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
    dweight[static_cast<std::size_t>(m) * inputs] += hn::GetLane(hn::SumOfLanes(d, sum[m]));
  }
}

HWY_INLINE void bias_gradient(const float* HWY_RESTRICT dy, TileShape tile, std::size_t outputs,
                              float* HWY_RESTRICT dbias) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t o = 0; o < outputs; ++o) {
    Vec sum = hn::Zero(d);
    for (std::size_t r = 0; r < tile.rows; r += lanes) {
      sum = hn::Add(sum, hn::Load(d, dy + o * tile.stride + r));
    }
    dbias[o] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

HWY_NOINLINE void dense_weight_gradient_kernel(const DenseView& layer, TileShape tile,
                                               const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x,
                                               const float* HWY_RESTRICT x_rows, std::size_t row_stride,
                                               float* HWY_RESTRICT dweight, float* HWY_RESTRICT dbias) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t inputs = layer.inputs;
  const std::size_t rest = inputs % lanes;
  // Few left-over inputs cost less across lanes than a mostly empty vector.
  const bool across = rest <= kNarrowInputs;
  const std::size_t vectors = inputs / lanes + (across ? 0 : 1);
  for (std::size_t o = 0; o < layer.outputs; o += kBlockOutputs) {
    const float* block_dy = dy + o * tile.stride;
    float* block_dw = dweight + o * inputs;
    const auto block = [&](auto count) HWY_ATTR {
      constexpr int kOutputs = decltype(count)::value;
      for (std::size_t v = 0; v < vectors;) {
        const std::size_t step = std::min<std::size_t>(kBlockVectors, vectors - v);
        const std::size_t i = v * lanes;
        switch (step) {
          case 1:
            gradient_block<kOutputs, 1>(block_dy, tile, x_rows + i, row_stride, block_dw + i, inputs,
                                        inputs - i);
            break;
          case 2:
            gradient_block<kOutputs, 2>(block_dy, tile, x_rows + i, row_stride, block_dw + i, inputs,
                                        inputs - i);
            break;
          default:
            gradient_block<kOutputs, 3>(block_dy, tile, x_rows + i, row_stride, block_dw + i, inputs,
                                        inputs - i);
        }
        v += step;
      }
      for (std::size_t i = vectors * lanes; i < inputs; ++i) {
        gradient_across_lanes<kOutputs>(block_dy, tile, x + i * tile.stride, block_dw + i, inputs);
      }
    };
    with_outputs<kBlockOutputs>(std::min<std::size_t>(kBlockOutputs, layer.outputs - o), block);
  }
  bias_gradient(dy, tile, layer.outputs, dbias);
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
