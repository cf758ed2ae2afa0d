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

struct FinishGradient {
  float* dweight;
  std::size_t inputs;
  std::size_t valid;
  HWY_INLINE void operator()(int m, std::size_t offset, Vec sum) const {
    add_lanes(sum, valid - offset, dweight + static_cast<std::size_t>(m) * inputs + offset);
  }
};

/// dweight[m][i …] += Σ_r dy[m][r] x_rows[r][i …] for Outputs × Vectors vectors of inputs; `valid` inputs are stored.
template <int Outputs, int Vectors>
HWY_INLINE void gradient_block(const float* HWY_RESTRICT dy, TileShape tile, const float* HWY_RESTRICT x_rows,
                               std::size_t row_stride, float* HWY_RESTRICT dweight, std::size_t inputs,
                               std::size_t valid) {
  product_block<Outputs, Vectors>({dy, tile.stride, 1}, tile.rows, x_rows, row_stride, StartFromZero(),
                                  FinishGradient{dweight, inputs, valid});
}

/// A part of the gradient with rows in the lanes: where it begins, and how many of its outputs and inputs there are.
struct GradientPart {
  const float* dy;
  const float* x;
  float* dweight;
  std::size_t outputs;
  std::size_t columns;
};

/// dweight[m * inputs + n] += Σ_r dy[m][r] x[n][r] for up to Outputs × Inputs = kLanes pairs. Where there are fewer, the
/// last one is summed again and not stored.
template <int Outputs, int Inputs>
HWY_INLINE void gradient_across_lanes(const GradientPart part, TileShape tile, std::size_t inputs) {
  static_assert(Outputs * Inputs == kLanes);
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const float* slopes[Outputs];
  const float* values[Inputs];
  for (std::size_t m = 0; m < Outputs; ++m) {
    slopes[m] = part.dy + std::min(m, part.outputs - 1) * tile.stride;
  }
  for (std::size_t n = 0; n < Inputs; ++n) {
    values[n] = part.x + std::min(n, part.columns - 1) * tile.stride;
  }
  Vec sum[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) {
    sum[i] = hn::Zero(d);
  }
  for (std::size_t r = 0; r < tile.rows; r += lanes) {
    Vec slope[Outputs];
#pragma GCC unroll 16
    for (int m = 0; m < Outputs; ++m) {
      slope[m] = hn::Load(d, slopes[m] + r);
    }
#pragma GCC unroll 16
    for (int n = 0; n < Inputs; ++n) {
      const Vec input = hn::Load(d, values[n] + r);
#pragma GCC unroll 16
      for (int m = 0; m < Outputs; ++m) {
        sum[m * Inputs + n] = hn::MulAdd(slope[m], input, sum[m * Inputs + n]);
      }
    }
  }
  HWY_ALIGN float totals[kRowMultiple];
  hn::Store(sums_across_lanes(sum), d, totals);
  for (std::size_t m = 0; m < std::min<std::size_t>(Outputs, part.outputs); ++m) {
    for (std::size_t n = 0; n < std::min<std::size_t>(Inputs, part.columns); ++n) {
      part.dweight[m * inputs + n] += totals[m * Inputs + n];
    }
  }
}

template <int Outputs>
HWY_INLINE void narrow_gradient(const GradientPart part, TileShape tile, std::size_t inputs) {
  constexpr int kInputs = kLanes / Outputs;
  for (std::size_t o = 0; o < part.outputs; o += Outputs) {
    for (std::size_t i = 0; i < part.columns; i += kInputs) {
      gradient_across_lanes<Outputs, kInputs>(
          {part.dy + o * tile.stride, part.x + i * tile.stride, part.dweight + o * inputs + i,
           part.outputs - o, part.columns - i},
          tile, inputs);
    }
  }
}

/// Blocks as tall as the inputs are few.
HWY_INLINE void gradient_with_rows_in_lanes(const GradientPart part, TileShape tile, std::size_t inputs) {
  constexpr int kHalf = kLanes >= 2 ? kLanes / 2 : 1;
  constexpr int kQuarter = kLanes >= 4 ? kLanes / 4 : 1;
  if (part.columns == 1) {
    narrow_gradient<kLanes>(part, tile, inputs);
  } else if (part.outputs == 1) {
    narrow_gradient<1>(part, tile, inputs);
  } else if (part.columns == 2) {
    narrow_gradient<kHalf>(part, tile, inputs);
  } else {
    narrow_gradient<kQuarter>(part, tile, inputs);
  }
}

/// As many columns at once as a vector has lanes; dy has whole blocks of columns, those past `outputs` are not stored.
HWY_INLINE void bias_gradient(const float* HWY_RESTRICT dy, TileShape tile, std::size_t outputs,
                              float* HWY_RESTRICT dbias) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t o = 0; o < outputs; o += lanes) {
    Vec sum[kLanes];
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      sum[i] = hn::Load(d, dy + (o + static_cast<std::size_t>(i)) * tile.stride);
    }
    for (std::size_t r = lanes; r < tile.rows; r += lanes) {
#pragma GCC unroll 16
      for (int i = 0; i < kLanes; ++i) {
        sum[i] = hn::Add(sum[i], hn::Load(d, dy + (o + static_cast<std::size_t>(i)) * tile.stride + r));
      }
    }
    add_lanes(sums_across_lanes(sum), std::min(lanes, outputs - o), dbias + o);
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
    gradient_with_rows_in_lanes({dy, x, dweight, outputs, inputs}, tile, inputs);
    return;
  }
  const std::size_t rest = inputs % lanes;
  const bool few = rest <= kNarrow;  // cost less across lanes than a mostly empty vector
  const std::size_t vectors = inputs / lanes + (few ? 0 : 1);
  wide_gradient(inputs, outputs, tile, dy, x_rows, row_stride, vectors, dweight);
  if (few && rest > 0) {
    const std::size_t first = inputs - rest;
    gradient_with_rows_in_lanes({dy, x + first * tile.stride, dweight + first, outputs, rest}, tile, inputs);
  }
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
