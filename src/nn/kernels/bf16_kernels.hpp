// Products of a tile of rows with operands in bf16 and sums in float. bf16 is the upper half of a float: its exponents, 8 bits
// of mantissa. Operands are rounded and packed first, into panels that matrix units take as they lie.
//
// An operand is a matrix of lines × depth; the product sums over the depth. Panels of kBf16Block lines follow one another.
// A panel is a row of blocks of kBf16Block depths, each two tiles of 16 lines × 32 depths = 16 × 16 pairs of neighbours in
// depth. In a left operand's tile pairs lie line by line, in a right operand's depth by depth. What is past the last line
// or depth is zero.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/kernels/kernels.hpp"

namespace trueup {

/// The bits of a bf16 number.
using Bf16 = std::uint16_t;

inline constexpr std::size_t kBf16Block = 32;
inline constexpr std::size_t kBf16BlockSize = kBf16Block * kBf16Block;

constexpr std::size_t bf16_blocks(std::size_t n) {
  return (n + kBf16Block - 1) / kBf16Block;
}
/// Numbers of a packed operand.
constexpr std::size_t bf16_packed_size(std::size_t lines, std::size_t depth) {
  return bf16_blocks(lines) * bf16_blocks(depth) * kBf16BlockSize;
}

/// Which of a product's factors an operand is.
enum class Bf16Side { left, right };

/// A matrix of floats to be packed: element (i, j) is x[i * stride + j], i < rows, j < columns.
struct Bf16Source {
  const float* x;
  std::size_t rows;
  std::size_t columns;
  std::size_t stride;
  bool depth_is_rows;  ///< the product sums over i, lines are j; else over j, lines are i
};

namespace kernels {

/// Rounds (to nearest, ties to even; NaN stays NaN) and packs panels [first, last) of an operand to their places in `packed`.
void bf16_pack(const Bf16Source& source, Bf16Side side, std::size_t first, std::size_t last, Bf16* packed);

/// sums[c] += Σ_r x[c * stride + r]
void bf16_row_sums(TileShape tile, std::size_t columns, const float* x, float* sums);

/// y = epilogue(W x + b); w is left (outputs, inputs), x right (rows, inputs), y (outputs, rows) a tile of floats.
void bf16_forward(std::size_t inputs, std::size_t outputs, const Bf16* w, const float* bias, TileShape tile,
                  const Bf16* x, const ForwardEpilogue& epilogue, float* y);

/// dx = epilogue(Wᵀ dy); w is left (inputs, outputs), dy right (rows, outputs), dx (inputs, rows) a tile of floats.
void bf16_input_gradient(std::size_t inputs, std::size_t outputs, const Bf16* w, TileShape tile,
                         const Bf16* dy, const BackwardEpilogue& epilogue, float* dx);

/// dweight += dy xᵀ; dy is left (outputs, rows), x right (inputs, rows), dweight (outputs, inputs) row by row.
void bf16_weight_gradient(std::size_t inputs, std::size_t outputs, TileShape tile, const Bf16* dy,
                          const Bf16* x, float* dweight);

}  // namespace kernels
}  // namespace trueup
