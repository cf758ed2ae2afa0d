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

#include "nn/kernels/epilogue-inl.hpp"
#include "nn/kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Registers: 8 × 3 accumulators, 3 inputs and a weight fit the 32 of AVX-512 and NEON; 4 × 3, 3 and 1 the 16 of the rest.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
inline constexpr int kBlockOutputs = 8;
#else
inline constexpr int kBlockOutputs = 4;
#endif
inline constexpr int kBlockVectors = 3;

/// Vectors of the next block when `left` rows or inputs are left: as many as fit, but 4 are two blocks of 2, as one of 1 would
/// have more to load than to multiply.
constexpr std::size_t block_vectors(std::size_t left, std::size_t lanes) {
  return std::min<std::size_t>(left == (kBlockVectors + 1) * lanes ? 2 : kBlockVectors, left / lanes);
}

/// Where the weights of a block of outputs lie: of output m at depth k, w[m * output + k * depth].
struct WeightSteps {
  const float* w;
  std::size_t output;
  std::size_t depth;
};

/// The same for a block that pack_weights() made: the steps are constants of the code.
template <int Outputs>
struct PackedBlock {
  static constexpr std::size_t output = 1;
  static constexpr std::size_t depth = Outputs;
  const float* w;
};

/// The weights of all outputs as they lie in a network's parameters.
struct Weights {
  const float* w;
  std::size_t output;
  std::size_t depth;
  template <int Outputs>
  HWY_INLINE WeightSteps block(std::size_t o) const {
    return {w + o * output, output, depth};
  }
};

/// What pack_weights() made of the weights of all outputs: one block after the other, each with its outputs side by side.
struct PackedWeightsOf {
  const float* w;
  std::size_t products;  // depth
  template <int Outputs>
  HWY_INLINE PackedBlock<Outputs> block(std::size_t o) const {
    return {w + o * products};
  }
};

/// sum[m][v] = start(m) + Σ_k w[m, k] x[k][v] for Outputs outputs × Vectors vectors of rows, then finish(m, row, sum).
/// Start and finish are small objects taken by value: their fields then stay in registers.
template <int Outputs, int Vectors, class Block, class Start, class Finish>
HWY_INLINE void product_block(const Block weights, std::size_t depth, const float* HWY_RESTRICT x,
                              std::size_t stride, const Start start, const Finish finish) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sum[Outputs][Vectors];
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      sum[m][v] = start(m);
    }
  }
  const float* HWY_RESTRICT w = weights.w;
  for (std::size_t k = 0; k < depth; ++k) {
    Vec input[Vectors];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      input[v] = hn::Load(d, x + static_cast<std::size_t>(v) * lanes);
    }
#pragma GCC unroll 8
    for (int m = 0; m < Outputs; ++m) {
      const Vec weight = hn::Set(d, w[static_cast<std::size_t>(m) * weights.output]);
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) {
        sum[m][v] = hn::MulAdd(weight, input[v], sum[m][v]);
      }
    }
    x += stride;
    w += weights.depth;
  }
#pragma GCC unroll 8
  for (int m = 0; m < Outputs; ++m) {
#pragma GCC unroll 8
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

/// Calls body(first, count) for blocks of nearly equal size, at most kBlockOutputs: 50 outputs are one block of 8 and
/// six of 7, not six of 8 and one of 2 whose few sums would wait for one another.
template <class Body>
HWY_INLINE void for_output_blocks(std::size_t outputs, const Body& body) {
  const std::size_t blocks = (outputs + kBlockOutputs - 1) / kBlockOutputs;
  std::size_t first = 0;
  for (std::size_t left = blocks; left > 0; --left) {
    const std::size_t count = (outputs - first + left - 1) / left;
    with_outputs<kBlockOutputs>(count, [&](auto constant) HWY_ATTR { body(first, constant); });
    first += count;
  }
}

/// Walks all outputs × rows in register blocks: rows outside, so that a block of x stays in the first-level cache.
/// start.at(o) and finish.at(o, row) give the objects for the block that begins there.
template <class AllWeights, class Start, class Finish>
HWY_INLINE void product(const AllWeights weights, std::size_t depth, std::size_t outputs, TileShape tile,
                        const float* HWY_RESTRICT x, const Start start, const Finish finish) {
  const std::size_t lanes = hn::Lanes(Tag());
  for (std::size_t row = 0; row < tile.rows;) {
    const std::size_t vectors = block_vectors(tile.rows - row, lanes);
    for_output_blocks(outputs, [&](std::size_t o, auto count) HWY_ATTR {
      constexpr int kOutputs = decltype(count)::value;
      const auto block = weights.template block<kOutputs>(o);
      const float* rows = x + row;
      switch (vectors) {
        case 1:
          product_block<kOutputs, 1>(block, depth, rows, tile.stride, start.at(o), finish.at(o, row));
          break;
        case 2:
          product_block<kOutputs, 2>(block, depth, rows, tile.stride, start.at(o), finish.at(o, row));
          break;
        default:
          product_block<kOutputs, 3>(block, depth, rows, tile.stride, start.at(o), finish.at(o, row));
      }
    });
    row += vectors * lanes;
  }
}

struct StartFromBias {
  const float* bias;
  HWY_INLINE StartFromBias at(std::size_t o) const { return {bias + o}; }
  HWY_INLINE Vec operator()(int m) const { return hn::Set(Tag(), bias[m]); }
};

struct StartFromZero {
  HWY_INLINE StartFromZero at(std::size_t) const { return {}; }
  HWY_INLINE Vec operator()(int) const { return hn::Zero(Tag()); }
};

HWY_NOINLINE void dense_forward_kernel(const DenseView& layer, TileShape tile, const float* HWY_RESTRICT x,
                                       const ForwardEpilogue& epilogue, float* HWY_RESTRICT y) {
  const auto forward = [&](const auto weights) HWY_ATTR {
    const StartFromBias start{layer.bias};
    if (epilogue.slope == 0.0f && epilogue.skip == nullptr) {
      product(weights, layer.inputs, layer.outputs, tile, x, start, FinishRelu{tile.stride, y});
    } else {
      product(weights, layer.inputs, layer.outputs, tile, x, start,
              FinishForward{tile.stride, y, epilogue.skip, epilogue.slope});
    }
  };
  if (layer.packed != nullptr) {
    forward(PackedWeightsOf{layer.packed, layer.inputs});
  } else {
    forward(Weights{layer.weight, layer.inputs, 1});
  }
}

HWY_NOINLINE void dense_input_gradient_kernel(const DenseView& layer, TileShape tile,
                                              const float* HWY_RESTRICT dy, const BackwardEpilogue& epilogue,
                                              float* HWY_RESTRICT dx) {
  const auto backward = [&](const auto weights) HWY_ATTR {
    product(weights, layer.outputs, layer.inputs, tile, dy, StartFromZero(),
            FinishBackward{tile.stride, dx, epilogue.add, epilogue.y, epilogue.slope});
  };
  if (layer.packed_transposed != nullptr) {
    backward(PackedWeightsOf{layer.packed_transposed, layer.outputs});
  } else {
    // The weights are walked transposed: output index 1 apart, depth `inputs` apart.
    backward(Weights{layer.weight, 1, layer.inputs});
  }
}

HWY_NOINLINE void pack_weights_kernel(const WeightSource& source, std::size_t first, std::size_t last,
                                      float* HWY_RESTRICT packed) {
  for_output_blocks(source.outputs, [&](std::size_t o, auto count) HWY_ATTR {
    constexpr std::size_t kOutputs = decltype(count)::value;
    if (o < first || o >= last) return;
    float* HWY_RESTRICT to = packed + o * source.depth;
    const float* from = source.weight + o * source.output_step;
    for (std::size_t k = 0; k < source.depth; ++k) {
      for (std::size_t m = 0; m < kOutputs; ++m) {
        to[k * kOutputs + m] = from[m * source.output_step + k * source.depth_step];
      }
    }
  });
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
