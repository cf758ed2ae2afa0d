// The kernels that work one tile of rows. Each has the same meaning in trueup::kernels (Highway, chosen at run time for
// the machine) and in trueup::reference (plain loops: the documentation and the oracle).
//
// A tile is feature-major: column c of a tile x is x[c * stride + r], r < rows. Rows are a multiple of kRowMultiple;
// rows beyond the batch are zero and carry weight 0. SIMD lanes are rows, so any layer width works without padding.
#pragma once

#include <cstddef>
#include <cstdint>

#include <trueup/network.hpp>

namespace trueup {

/// Rows of a tile are padded to this: the widest vector of any target.
inline constexpr std::size_t kRowMultiple = 16;

/// The shape of a tile: `rows` used, `stride` floats between columns.
struct TileShape {
  std::size_t rows;
  std::size_t stride;
};

/// A dense layer's parameters where the kernels find them: weight (outputs, inputs), bias (outputs). The same weights packed
/// by pack_weights(), as they are and transposed, are read faster and give the same bits; null where there are none.
struct DenseView {
  const float* weight;
  const float* bias;
  std::size_t inputs;
  std::size_t outputs;
  const float* packed = nullptr;
  const float* packed_transposed = nullptr;
};

/// Weights to be packed: of output o at depth k, weight[o * output_step + k * depth_step].
struct WeightSource {
  const float* weight;
  std::size_t outputs;
  std::size_t depth;
  std::size_t output_step;
  std::size_t depth_step;
};

/// What happens to Wx + b inside the product kernel: max(z, slope·z) + skip. Slope 1 is the identity, 0 ReLU, 0.01 leaky.
struct ForwardEpilogue {
  float slope = 1.0f;
  const float* skip = nullptr;  ///< (outputs, rows), added after the activation; null for none
};

/// What happens to Wᵀdy inside the product kernel: (Wᵀdy + add) · (y > 0 ? 1 : slope).
struct BackwardEpilogue {
  const float* add = nullptr;  ///< (inputs, rows): the gradient that a skip connection brings; null for none
  const float* y = nullptr;    ///< (inputs, rows): what the activation below put out; null for the identity
  float slope = 1.0f;
};

/// Which units a dropout layer drops: a hash of (key, row of the batch, unit) decides, so that neither threads nor
/// tiles change the choice.
struct DropoutMask {
  std::uint64_t key;
  std::size_t first_row;  ///< of the tile within the batch
  float rate;             ///< in [0, 1): kept units are divided by 1 − rate
};

/// The weight gradient makes a row-major copy of a few columns at a time: at most so many rows of so many.
inline constexpr std::size_t kTransposedRows = 384;
inline constexpr std::size_t kTransposedColumns = 48;

/// Layers with at most this many inputs or outputs have a weight gradient without a row-major copy.
inline constexpr std::size_t kNarrow = 4;

/// Columns that a tile has room for, so that a transpose may read whole blocks of them.
constexpr std::size_t padded_columns(std::size_t columns) {
  return (columns + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

namespace kernels {

/// y = epilogue(W x + b); x (inputs, rows), y (outputs, rows).
void dense_forward(const DenseView& layer, TileShape tile, const float* x, const ForwardEpilogue& epilogue,
                   float* y);

/// Packs the blocks of outputs that begin in [first, last), in the order in which a product reads them; `packed` has room for
/// outputs · depth floats.
void pack_weights(const WeightSource& source, std::size_t first, std::size_t last, float* packed);

/// dx = epilogue(Wᵀ dy); dy (outputs, rows) is the gradient before the layer's own activation, dx (inputs, rows).
void dense_input_gradient(const DenseView& layer, TileShape tile, const float* dy,
                          const BackwardEpilogue& epilogue, float* dx);

/// dweight += dy xᵀ, dbias += Σ_r dy. x must have padded_columns(inputs) columns; what stands in those past `inputs` does
/// not matter. `scratch` has room for kTransposedRows · kTransposedColumns floats; it may be null when inputs or
/// outputs <= kNarrow.
void dense_weight_gradient(std::size_t inputs, std::size_t outputs, TileShape tile, const float* dy,
                           const float* x, float* scratch, float* dweight, float* dbias);

/// y = act(y) in place and derivative = act'(y before) over `columns` columns; derivative may be null.
void activate(Activation activation, TileShape tile, std::size_t columns, float* y, float* derivative);

/// y = y · mask in place and derivative = derivative · mask, mask 0 or 1 / (1 − rate) by unit and row.
void drop(const DropoutMask& mask, TileShape tile, std::size_t columns, float* y, float* derivative);

/// y *= factor over `columns` columns.
void multiply(TileShape tile, std::size_t columns, const float* factor, float* y);

/// sums[c * sums_tile.stride + g] = Σ of x[c * tile.stride + r] over rows r in [begin[g], begin[g + 1]), g < groups.
/// Rows are in the order of their groups: row begin[g + 1] follows begin[g + 1] − 1 without a gap.
void sum_groups(TileShape tile, std::size_t columns, const float* x, const std::uint32_t* begin,
                std::size_t groups, std::size_t sums_stride, float* sums);

/// The gradient of sum_groups, times a slope: dx[c][r] = dsums[c][g(r)] · (y[c][r] > 0 ? 1 : slope), y null for 1.
/// Rows of no group get 0.
void spread_groups(TileShape tile, std::size_t columns, const float* dsums, std::size_t sums_stride,
                   const std::uint32_t* begin, std::size_t groups, const float* y, float slope, float* dx);

/// Σ_r w [softplus(z) − t z]; dz = scale · w · (σ(z) − t) unless dz is null. SRGN Eq. 1.
double bce_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz);

/// Σ_r w (z − t)²; dz = scale · 2 w (z − t) unless dz is null.
double mse_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz);

/// Σ_r w h(z − t), h(d) = d²/2 for |d| <= delta, delta (|d| − delta/2) beyond (Huber); dz = scale · w · h'.
double huber_loss(std::size_t rows, const float* z, const float* t, const float* w, float delta, float scale,
                  float* dz);

/// One row of a layer: y = epilogue(x w + b), w (inputs, outputs) row by row; outputs a multiple of kRowMultiple.
void dense_row(const float* w, const float* bias, std::size_t inputs, std::size_t outputs, const float* x,
               const ForwardEpilogue& epilogue, float* y);

/// The same with weights in half precision (IEEE binary16); sums in float.
void dense_row(const std::uint16_t* w, const float* bias, std::size_t inputs, std::size_t outputs,
               const float* x, const ForwardEpilogue& epilogue, float* y);

/// Rounds n floats to half precision; n a multiple of kRowMultiple, both aligned.
void to_half(std::size_t n, const float* from, std::uint16_t* to);

/// Turns rows into columns: to[c][r] = data[indices[r] * stride + c] for r < count, c < stride. Each to[c] has room for
/// `count` rounded up to kRowMultiple floats; what is written past `count` means nothing. `data` may be read 3 floats
/// past the end of a row. Rows soon needed are asked for in advance: those of indices [0, ahead), ahead >= count.
void gather_rows(const float* data, std::size_t stride, const std::uint32_t* indices, std::size_t count,
                 std::size_t ahead, float* const* to);

/// Σ x over n floats, n a multiple of kRowMultiple.
double sum(std::size_t n, const float* x);

/// sum[i] += add[i]
void accumulate(std::size_t n, const float* add, float* sum);

/// The instruction set in use, as Highway names it ("AVX3", "AVX2", "SSE4", "NEON").
const char* target_name();

}  // namespace kernels
}  // namespace trueup
