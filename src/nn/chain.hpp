// Layers in a row over one tile: values forward, slopes backward, gradients of the parameters along the way.
#pragma once

#include <cstddef>
#include <vector>

#include <trueup/network.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/kernels.hpp"

namespace trueup {

/// What a chain keeps besides the values.
enum class ChainMode { evaluate, train };

/// One thread's buffers for a chain of layers and a tile of at most `most_rows` rows; everything is allocated here,
/// nothing in a step. Columns lie `stride` floats apart.
class Chain {
 public:
  Chain(const std::vector<DenseLayer>& layers, std::size_t most_rows, ChainMode mode);

  std::size_t stride() const noexcept { return stride_; }
  TileShape shape(std::size_t rows) const noexcept;

  float* input() noexcept { return values_.front().data(); }
  const float* output() const noexcept { return values_.back().data(); }
  /// Where the gradient at the outputs goes before backward(): before the last layer's activation.
  float* output_slope() noexcept { return slopes_[slope_of_.back()].data(); }

  /// `dropout` is null when nothing is dropped; its key is made a different one for each layer.
  void forward(const Network& network, std::size_t rows, const DropoutMask* dropout);

  /// Adds the parameters' gradient to `gradient`, which has the layout of the parameter block. When input_gradient is
  /// true, the gradient at the inputs is left in input_slope().
  void backward(const Network& network, std::size_t rows, float* gradient, bool input_gradient);
  float* input_slope() noexcept { return slopes_[input_slope_].data(); }
  const float* input_slope() const noexcept { return slopes_[input_slope_].data(); }

  /// The last layer's derivative (width, stride) where it cannot be told from the output, else null.
  const float* output_derivative() const noexcept;
  const DenseLayer& last_layer() const noexcept { return layers_.back(); }

 private:
  void plan_slopes();
  bool keeps_derivative(const DenseLayer& layer) const;
  /// The slope of value `v`, times the derivative of the layer that put it out, into `to`; v = layer's input.
  void slope_below(const Network& network, std::size_t layer, TileShape tile, float* to);

  std::vector<DenseLayer> layers_;
  std::size_t stride_;
  ChainMode mode_;
  std::vector<AlignedFloats> values_;       // [0] the inputs, [l + 1] the output of layer l: (width, stride)
  std::vector<AlignedFloats> derivatives_;  // [l] of layer l, where it cannot be told from the output
  std::vector<AlignedFloats> slopes_;       // a few buffers that the layers' slopes share
  std::vector<std::size_t> slope_of_;       // [l] the buffer of layer l's slope
  std::vector<std::size_t> skip_from_;      // [v] the layer that adds value v to its output, or kNoSkip
  std::size_t input_slope_ = 0;
  AlignedFloats transposed_;  // a layer's input, row by row
};

/// A layer's parameters within the network's block.
DenseView view_of(const Network& network, const DenseLayer& layer);

}  // namespace trueup
