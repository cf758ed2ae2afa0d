// The weight gradient dW = dy xᵀ of a tile. Lanes are inputs here: x is first copied row-major, so that nothing has to be
// summed across lanes. The bias, what is left over of the inputs, when little, and layers with few inputs or outputs have
// rows in the lanes instead, and sum across them once a tile. Included once for each instruction set.
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

/// x_rows[r * row_stride + c] = x[c * stride + r] for whole vectors of columns, at least `columns`, all of which x must have.
HWY_NOINLINE void transpose(TileShape tile, std::size_t columns, const float* HWY_RESTRICT x,
                            float* HWY_RESTRICT x_rows, std::size_t row_stride) {
  const Tag d;
  for (std::size_t c = 0; c < columns; c += kLanes) {
    for (std::size_t row = 0; row < tile.rows; row += kFloatsAtOnce) {
      const float* from = x + c * tile.stride + row;
      Vec v[kFloatsAtOnce];
      load_transposed([=](std::size_t i) HWY_ATTR { return from + i * tile.stride; }, v);
#pragma GCC unroll 4
      for (std::size_t i = 0; i < kFloatsAtOnce; ++i) {
        hn::Store(v[i], d, x_rows + (row + i) * row_stride + c);
      }
    }
  }
}

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

// Rows at a time: so few that their copy stays in the first-level cache, but for gradients so large that each pass over them
// comes from a far one.
inline constexpr std::size_t kNearRows = 96;
inline constexpr std::size_t kFarGradient = 1 << 16;

/// dweight[m][i …] += Σ_r dy[m][r] x_rows[r][i …] for Outputs × Vectors vectors of inputs; `valid` inputs are stored.
template <int Outputs, int Vectors>
HWY_INLINE void gradient_block(const float* HWY_RESTRICT dy, TileShape tile, const float* HWY_RESTRICT x_rows,
                               std::size_t row_stride, float* HWY_RESTRICT dweight, std::size_t inputs,
                               std::size_t valid) {
  product_block<Outputs, Vectors>(WeightSteps{dy, tile.stride, 1}, tile.rows, x_rows, row_stride,
                                  StartFromZero(), FinishGradient{dweight, inputs, valid});
}

/// A part of the gradient with rows in the lanes: where it begins, and how many outputs and inputs it has. dbias is null
/// where another part has the bias.
struct GradientPart {
  const float* dy;
  const float* x;
  float* dweight;
  float* dbias;
  std::size_t outputs;
  std::size_t columns;
};

/// dweight[m * inputs + n] += Σ_r dy[m][r] x[n][r] for Outputs × Columns pairs and, with Bias, dbias[m] += Σ_r dy[m][r].
/// Without Bias, columns past part.columns are summed and not stored.
template <int Outputs, int Columns, bool Bias>
HWY_INLINE void gradient_across_lanes(const GradientPart& part, TileShape tile, std::size_t inputs) {
  constexpr int kWidth = Columns + (Bias ? 1 : 0);
  constexpr int kSums = (Outputs * kWidth + kLanes - 1) / kLanes * kLanes;
  const Tag d;
  Vec sum[kSums / kLanes][kLanes];
#pragma GCC unroll 32
  for (int i = 0; i < kSums; ++i) {
    sum[i / kLanes][i % kLanes] = hn::Zero(d);
  }
  for (std::size_t r = 0; r < tile.rows; r += hn::Lanes(d)) {
    Vec slope[Outputs];
#pragma GCC unroll 16
    for (std::size_t m = 0; m < Outputs; ++m) {
      slope[m] = hn::Load(d, part.dy + m * tile.stride + r);
    }
#pragma GCC unroll 16
    for (std::size_t n = 0; n < Columns; ++n) {
      const Vec input = hn::Load(d, part.x + n * tile.stride + r);
#pragma GCC unroll 16
      for (std::size_t m = 0; m < Outputs; ++m) {
        Vec& to = sum[(m * kWidth + n) / kLanes][(m * kWidth + n) % kLanes];
        to = hn::MulAdd(slope[m], input, to);
      }
    }
    if constexpr (Bias) {
#pragma GCC unroll 16
      for (std::size_t m = 0; m < Outputs; ++m) {
        Vec& to = sum[(m * kWidth + Columns) / kLanes][(m * kWidth + Columns) % kLanes];
        to = hn::Add(slope[m], to);
      }
    }
  }
  HWY_ALIGN float totals[kSums];
  for (int i = 0; i < kSums / kLanes; ++i) {
    hn::Store(sums_across_lanes(sum[i]), d, totals + i * kLanes);
  }
#pragma GCC unroll 16
  for (std::size_t m = 0; m < Outputs; ++m) {
#pragma GCC unroll 16
    for (std::size_t n = 0; n < Columns; ++n) {
      if (Bias || n < part.columns) part.dweight[m * inputs + n] += totals[m * kWidth + n];
    }
    if constexpr (Bias) {
      part.dbias[m] += totals[m * kWidth + Columns];
    }
  }
}

/// Columns inputs and the bias, for as many outputs at once as fill the lanes of one vector of sums. A function of its own:
/// in a larger one the addresses of its columns no longer fit the registers.
template <int Columns>
HWY_NOINLINE void few_inputs_gradient(const GradientPart part, TileShape tile, std::size_t inputs) {
  constexpr int kOutputs = std::max(1, kLanes / (Columns + 1));
  for (std::size_t o = 0; o < part.outputs; o += kOutputs) {
    const GradientPart group{part.dy + o * tile.stride, part.x, part.dweight + o * inputs, part.dbias + o,
                             part.outputs - o,          Columns};
    with_outputs<kOutputs>(group.outputs, [&](auto count) HWY_ATTR {
      gradient_across_lanes<decltype(count)::value, Columns, true>(group, tile, inputs);
    });
  }
}

/// The bias, and the inputs that are no whole vector: at most kNarrow.
HWY_INLINE void rest_gradient(const GradientPart part, TileShape tile, std::size_t inputs) {
  static_assert(kNarrow == 4);
  switch (part.columns) {
    case 0:
      return few_inputs_gradient<0>(part, tile, inputs);
    case 1:
      return few_inputs_gradient<1>(part, tile, inputs);
    case 2:
      return few_inputs_gradient<2>(part, tile, inputs);
    case 3:
      return few_inputs_gradient<3>(part, tile, inputs);
    default:
      return few_inputs_gradient<4>(part, tile, inputs);
  }
}

/// At most kNarrow outputs, inputs in any number.
HWY_NOINLINE void few_outputs_gradient(const GradientPart part, TileShape tile, std::size_t inputs) {
  with_outputs<kNarrow>(part.outputs, [&](auto count) HWY_ATTR {
    constexpr int kOutputs = decltype(count)::value;
    constexpr int kColumns = kOutputs == 1 ? kLanes : std::max(1, kLanes / 4);
    for (std::size_t i = 0; i < part.columns; i += kColumns) {
      gradient_across_lanes<kOutputs, kColumns, false>(
          {part.dy, part.x + i * tile.stride, part.dweight + i, nullptr, part.outputs, part.columns - i},
          tile, inputs);
    }
  });
  few_inputs_gradient<0>({part.dy, part.x, part.dweight, part.dbias, part.outputs, 0}, tile, inputs);
}

/// All outputs × the inputs of `Vectors` vectors, of which `valid` are stored. dy and x of some rows.
template <int Vectors>
HWY_NOINLINE void panel_gradient(std::size_t inputs, std::size_t outputs, TileShape tile,
                                 const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x, std::size_t valid,
                                 float* HWY_RESTRICT x_rows, float* HWY_RESTRICT dweight) {
  const std::size_t row_stride = Vectors * hn::Lanes(Tag());
  transpose(tile, row_stride, x, x_rows, row_stride);
  for_output_blocks(outputs, [&](std::size_t o, auto count) HWY_ATTR {
    gradient_block<decltype(count)::value, Vectors>(dy + o * tile.stride, tile, x_rows, row_stride,
                                                    dweight + o * inputs, inputs, valid);
  });
}

/// Of inputs that are whole vectors, or nearly: a panel of a few vectors after the other, over some rows.
HWY_INLINE void wide_gradient(std::size_t inputs, std::size_t outputs, TileShape tile,
                              const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x, std::size_t vectors,
                              float* HWY_RESTRICT x_rows, float* HWY_RESTRICT dweight) {
  static_assert(kBlockVectors == 3 && kBlockVectors * kLanes <= kTransposedColumns);
  const std::size_t lanes = hn::Lanes(Tag());
  for (std::size_t v = 0; v < vectors;) {
    const std::size_t step = block_vectors(vectors - v, 1), i = v * lanes;
    const auto panel = step == 1 ? panel_gradient<1> : step == 2 ? panel_gradient<2> : panel_gradient<3>;
    panel(inputs, outputs, tile, dy, x + i * tile.stride, inputs - i, x_rows, dweight + i);
    v += step;
  }
}

HWY_NOINLINE void dense_weight_gradient_kernel(std::size_t inputs, std::size_t outputs, TileShape tile,
                                               const float* HWY_RESTRICT dy, const float* HWY_RESTRICT x,
                                               float* HWY_RESTRICT x_rows, float* HWY_RESTRICT dweight,
                                               float* HWY_RESTRICT dbias) {
  if (outputs <= kNarrow && inputs > kNarrow) {
    few_outputs_gradient({dy, x, dweight, dbias, outputs, inputs}, tile, inputs);
    return;
  }
  const std::size_t lanes = hn::Lanes(Tag());
  const std::size_t over = inputs <= kNarrow ? inputs : inputs % lanes;
  const std::size_t rest = over <= kNarrow ? over : 0;  // cost less across lanes than a mostly empty vector
  const std::size_t wide = inputs - rest;
  if (wide > 0) {
    const std::size_t most = inputs * outputs >= kFarGradient ? kTransposedRows : kNearRows;
    for (std::size_t row = 0; row < tile.rows; row += most) {
      const TileShape some{std::min(most, tile.rows - row), tile.stride};
      wide_gradient(inputs, outputs, some, dy + row, x + row, (wide + lanes - 1) / lanes, x_rows, dweight);
    }
  }
  rest_gradient({dy, x + wide * tile.stride, dweight + wide, dbias, outputs, rest}, tile, inputs);
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
