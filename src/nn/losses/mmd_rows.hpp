// One sample of an MMD as the kernels want it: centred, scaled, cut into tiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/mmd.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/mmd_kernels.hpp"

namespace trueup {

/// u_l = (x_l − centre_l) · factor_l
struct MmdScaling {
  std::vector<double> centre;
  std::vector<double> factor;
};

/// Near rows fill the first tiles, far rows (see mmd_kernels.hpp) those after them: a few outliers do not make the rest
/// slow. Weights are divided by their mean.
///
/// To fill it: start(); measure() for each block; arrange(); fill() for each tile. Blocks and tiles may be worked by
/// different threads.
class MmdRows {
 public:
  explicit MmdRows(std::size_t columns) : columns_(columns) {}

  /// `name` says in messages which sample it is. Throws as Mmd does.
  void start(const MmdSample& sample, const char* name);
  /// Blocks of kMmdTileRows rows of the sample.
  std::size_t blocks() const { return (rows_ + kMmdTileRows - 1) / kMmdTileRows; }
  void measure(std::size_t block, const MmdScaling& scaling);
  void arrange();
  void fill(std::size_t tile);

  std::size_t rows() const { return rows_; }
  std::size_t tiles() const { return near_tiles_ + far_tiles_; }
  std::size_t near_tiles() const { return near_tiles_; }
  bool near(std::size_t tile) const { return tile < near_tiles_; }
  MmdTile tile(std::size_t tile) const;
  /// Rows of the sample that a tile holds, in its order.
  std::span<const std::uint32_t> sources(std::size_t tile) const;
  /// Σ w² with the weights divided by their mean; Σ w is rows().
  double squared_weights() const { return squared_weights_; }

 private:
  void allocate();
  void check_weights();
  [[noreturn]] void refuse_value(std::size_t block) const;
  MmdScaledRows scaled_from(std::size_t row);

  std::size_t columns_;
  const char* name_ = "";
  MmdSample sample_;
  std::size_t rows_ = 0, near_rows_ = 0, near_tiles_ = 0, far_tiles_ = 0;
  double squared_weights_ = 0.0;
  std::vector<float> weights_;        // divided by their mean; empty without
  std::size_t capacity_ = 0;          // tiles
  AlignedFloats scaled_;              // (F, rows) u
  std::vector<double> half_squares_;  // (rows) |u|²/2
  std::vector<std::uint32_t> order_;  // near rows, then far ones
  AlignedFloats u_, moments_, weight_, factor_;
};

}  // namespace trueup
