// The product kernel: a block of outputs × a few vectors of rows stays in registers while the depth is walked.
// Included once for each instruction set.
#if defined(TRUEUP_NN_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_PRODUCT_INL
#undef TRUEUP_NN_PRODUCT_INL
#else
#define TRUEUP_NN_PRODUCT_INL
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "nn/kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, kRowMultiple>;
using Vec = hn::Vec<Tag>;

// Registers: 8 × 3 accumulators, 3 inputs and a weight fit the 32 of AVX-512 and NEON; 4 × 3, 3 and 1 the 16 of the rest.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
inline constexpr int kBlockOutputs = 8;
#else
inline constexpr int kBlockOutputs = 4;
#endif
inline constexpr int kBlockVectors = 3;

/// y = finish(start + Σ_k w[m·w_output + k·w_depth] x[k]) for Outputs outputs × Vectors vectors of rows.
template <int Outputs, int Vectors, class Start, class Finish>
HWY_INLINE void product_block(const float* HWY_RESTRICT w, std::size_t w_output, std::size_t w_depth,
                              std::size_t depth, const float* HWY_RESTRICT x, std::size_t stride,
                              const Start& start, const Finish& finish) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sum[Outputs][Vectors];
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) {
      sum[m][v] = start(m);
    }
  }
  for (std::size_t k = 0; k < depth; ++k) {
    Vec input[Vectors];
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) {
      input[v] = hn::Load(d, x + k * stride + static_cast<std::size_t>(v) * lanes);
    }
#pragma GCC unroll 8
    for (int m = 0; m < Outputs; ++m) {
      const Vec weight = hn::Set(d, w[static_cast<std::size_t>(m) * w_output + k * w_depth]);
#pragma GCC unroll 3
      for (int v = 0; v < Vectors; ++v) {
        sum[m][v] = hn::MulAdd(weight, input[v], sum[m][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) {
      finish(m, static_cast<std::size_t>(v) * lanes, sum[m][v]);
    }
  }
}

/// Calls body with the number of outputs as a compile-time constant.
template <int Outputs, class Body>
HWY_INLINE void with_outputs(std::size_t outputs, const Body& body) {
  if constexpr (Outputs > 1) {
    if (outputs < static_cast<std::size_t>(Outputs)) {
      with_outputs<Outputs - 1>(outputs, body);
      return;
    }
  }
  body(std::integral_constant<int, Outputs>());
}

/// Walks all outputs × rows in register blocks: rows outside, so that a block of x stays in the first-level cache.
/// start(o) gives the vector that output o's sums start from; finish(o, row, sum) stores.
template <class Start, class Finish>
HWY_INLINE void product(const float* HWY_RESTRICT w, std::size_t w_output, std::size_t w_depth,
                        std::size_t depth, std::size_t outputs, TileShape tile, const float* HWY_RESTRICT x,
                        const Start& start, const Finish& finish) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < tile.rows;) {
    const std::size_t vectors = std::min<std::size_t>(kBlockVectors, (tile.rows - row) / lanes);
    for (std::size_t o = 0; o < outputs; o += kBlockOutputs) {
      const auto block = [&](auto count) HWY_ATTR {
        constexpr int kOutputs = decltype(count)::value;
        const auto from = [&](int m) HWY_ATTR { return start(o + static_cast<std::size_t>(m)); };
        const auto to = [&](int m, std::size_t offset, Vec sum)
                            HWY_ATTR { finish(o + static_cast<std::size_t>(m), row + offset, sum); };
        const float* block_w = w + o * w_output;
        switch (vectors) {
          case 1:
            product_block<kOutputs, 1>(block_w, w_output, w_depth, depth, x + row, tile.stride, from, to);
            break;
          case 2:
            product_block<kOutputs, 2>(block_w, w_output, w_depth, depth, x + row, tile.stride, from, to);
            break;
          default:
            product_block<kOutputs, 3>(block_w, w_output, w_depth, depth, x + row, tile.stride, from, to);
        }
      };
      with_outputs<kBlockOutputs>(std::min<std::size_t>(kBlockOutputs, outputs - o), block);
    }
    row += vectors * lanes;
  }
}

HWY_NOINLINE void dense_forward_kernel(const DenseView& layer, TileShape tile, const float* HWY_RESTRICT x,
                                       float* HWY_RESTRICT y) {
  const Tag d;
  const auto start = [&](std::size_t o) HWY_ATTR { return hn::Set(d, layer.bias[o]); };
  if (layer.activation == Activation::relu) {
    product(layer.weight, layer.inputs, 1, layer.inputs, layer.outputs, tile, x, start,
            [&](std::size_t o, std::size_t row, Vec sum)
                HWY_ATTR { hn::Store(hn::Max(sum, hn::Zero(d)), d, y + o * tile.stride + row); });
  } else {
    product(layer.weight, layer.inputs, 1, layer.inputs, layer.outputs, tile, x, start,
            [&](std::size_t o, std::size_t row, Vec sum)
                HWY_ATTR { hn::Store(sum, d, y + o * tile.stride + row); });
  }
}

HWY_NOINLINE void dense_input_gradient_kernel(const DenseView& layer, TileShape tile,
                                              const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x,
                                              Activation below, float* HWY_RESTRICT dx) {
  const Tag d;
  const auto start = [&](std::size_t) HWY_ATTR { return hn::Zero(d); };
  // The weights are walked transposed: output index 1 apart, depth `inputs` apart.
  if (below == Activation::relu) {
    product(layer.weight, 1, layer.inputs, layer.outputs, layer.inputs, tile, dy, start,
            [&](std::size_t i, std::size_t row, Vec sum) HWY_ATTR {
              const Vec output = hn::Load(d, x + i * tile.stride + row);
              hn::Store(hn::IfThenElseZero(hn::Gt(output, hn::Zero(d)), sum), d, dx + i * tile.stride + row);
            });
  } else {
    product(layer.weight, 1, layer.inputs, layer.outputs, layer.inputs, tile, dy, start,
            [&](std::size_t i, std::size_t row, Vec sum)
                HWY_ATTR { hn::Store(sum, d, dx + i * tile.stride + row); });
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
