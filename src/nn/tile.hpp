// One tile of rows and its way through the network: gather, all layers forward, loss, all layers backward.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/kernels.hpp"

namespace trueup {

/// Rows of a full tile. 192 rows of a 50-wide layer are 38 kB: a layer's input and output stay in the caches next to
/// the core, and the row count is a multiple of every register block.
inline constexpr std::size_t kTileRows = 192;

/// Number of rows a tile takes when `rows` are cut into as few tiles as possible of nearly equal size.
std::size_t even_tile_rows(std::size_t rows);

/// One thread's buffers for a tile; everything is allocated here, nothing in a step.
class TileWorkspace {
 public:
  /// `backward` false: only what evaluation needs.
  TileWorkspace(const Network& network, bool backward);

  /// Fills the inputs (and targets, weights) from the rows listed, at most kTileRows. Rows past the end are zero with
  /// weight 0.
  void load(const TrainingRows& rows, std::span<const std::uint32_t> indices);
  /// Fills the inputs from row-major values (count, inputs).
  void load(const float* values, std::size_t inputs, std::size_t count);

  void forward(const Network& network);
  /// Σ w l over the rows; sets the gradient at the outputs to scale · w · l'. backward() must follow forward().
  double loss(RowLoss kind, float scale, bool with_gradient);
  /// Adds the parameters' gradient to `gradient`, which has the layout of the parameter block.
  void backward(const Network& network, float* gradient);

  /// Row r's output o of the last forward().
  float output(std::size_t o, std::size_t r) const {
    return activations_.back().data()[o * shape_.stride + r];
  }
  TileShape shape() const noexcept { return shape_; }

 private:
  void set_rows(std::size_t count);

  TileShape shape_;
  std::size_t outputs_;
  std::vector<AlignedFloats> activations_;  // [0] the inputs, [l + 1] the output of layer l: (width, stride)
  AlignedFloats slope_;                     // gradient before the activation of the layer at hand
  AlignedFloats slope_below_;
  AlignedFloats transposed_;  // a layer's input, row by row
  AlignedFloats targets_;
  AlignedFloats weights_;
};

/// A layer's parameters within the network's block.
DenseView view_of(const Network& network, const DenseLayer& layer);

}  // namespace trueup
