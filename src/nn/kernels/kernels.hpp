// The kernels that work one tile of rows. Each has the same signature in trueup::kernels (Highway, chosen at run time
// for the machine) and in trueup::reference (plain loops: the documentation and the oracle).
//
// A tile is feature-major: column c of a tile x is x[c * stride + r], r < rows. Rows are a multiple of kRowMultiple;
// rows beyond the batch are zero and carry weight 0. SIMD lanes are rows, so any layer width works without padding.
#pragma once

#include <cstddef>

#include <trueup/network.hpp>

namespace trueup {

/// Rows of a tile are padded to this: the widest vector of any target.
inline constexpr std::size_t kRowMultiple = 16;

/// The shape of a tile: `rows` used, `stride` floats between columns.
struct TileShape {
  std::size_t rows;
  std::size_t stride;
};

/// A dense layer's parameters where the kernels find them: weight (outputs, inputs), bias (outputs).
struct DenseView {
  const float* weight;
  const float* bias;
  std::size_t inputs;
  std::size_t outputs;
  Activation activation;
};

/// Adam's constants for one step (Kingma & Ba, Alg. 1), with the bias corrections worked out.
struct AdamStep {
  float learning_rate;  ///< lr / (1 − β1^t)
  float beta1;
  float beta2;
  float rest1;  ///< 1 − β1 and 1 − β2, rounded once: the difference of floats would be off in the fifth digit
  float rest2;
  float epsilon;
  float second_correction;  ///< 1 / sqrt(1 − β2^t)
};

/// Floats between the rows of the row-major copy that transpose() makes of `columns` columns.
constexpr std::size_t row_major_stride(std::size_t columns) {
  return (columns + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

/// Layers with at most this many inputs need no row-major copy for their weight gradient.
inline constexpr std::size_t kNarrowInputs = 4;

namespace kernels {

/// y = act(W x + b); x (inputs, rows), y (outputs, rows).
void dense_forward(const DenseView& layer, TileShape tile, const float* x, float* y);

/// dx = Wᵀ dy · act'(x), with x the layer's input, itself the output of an activation `below`.
/// dy is the gradient before the layer's own activation, dx the gradient before `below`.
void dense_input_gradient(const DenseView& layer, TileShape tile, const float* dy, const float* x,
                          Activation below, float* dx);

/// x_rows[r * row_stride + c] = x[c * stride + r]; columns up to row_major_stride(columns) are zeroed.
void transpose(TileShape tile, std::size_t columns, const float* x, float* x_rows, std::size_t row_stride);

/// dweight += dy xᵀ, dbias += Σ_r dy. x_rows is x transposed; it may be null when inputs <= kNarrowInputs.
void dense_weight_gradient(const DenseView& layer, TileShape tile, const float* dy, const float* x,
                           const float* x_rows, std::size_t row_stride, float* dweight, float* dbias);

/// Σ_r w [softplus(z) − t z]; dz = scale · w · (σ(z) − t) unless dz is null. SRGN Eq. 1.
double bce_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz);

/// Σ_r w (z − t)²; dz = scale · 2 w (z − t) unless dz is null.
double mse_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz);

/// One Adam update of n parameters.
void adam_update(std::size_t n, const AdamStep& step, const float* gradient, float* parameters,
                 float* first_moment, float* second_moment);

/// sum[i] += add[i]
void accumulate(std::size_t n, const float* add, float* sum);

/// The instruction set in use, as Highway names it ("AVX3", "AVX2", "SSE4", "NEON").
const char* target_name();

}  // namespace kernels
}  // namespace trueup
