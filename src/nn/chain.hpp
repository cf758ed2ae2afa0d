// Layers in a row over one tile: values forward, slopes backward, gradients of the parameters along the way.
#pragma once

#include <cstddef>
#include <vector>

#include <trueup/network.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/kernels.hpp"
#include "nn/packed_weights.hpp"

namespace trueup {

/// Floats between the columns of a tile of at most this many rows: an odd number of cache lines, so that columns do not
/// compete for the same cache sets.
std::size_t column_stride(std::size_t most_rows);

/// Whether a chain will be gone through backward.
enum class ChainMode { evaluate, train };

/// What going backward through a chain needs besides its values: a few buffers that the layers' slopes share. One a
/// thread serves any number of chains of the same layers and rows.
class ChainSlopes {
 public:
  ChainSlopes(const std::vector<DenseLayer>& layers, std::size_t stride,
              Precision precision = Precision::float32);

  std::size_t stride() const noexcept { return stride_; }
  /// Where the gradient at the outputs goes before Chain::backward(): before the last layer's activation.
  float* output() noexcept { return slopes_[slope_of_.back()].data(); }
  /// The gradient at the inputs, after Chain::backward().
  float* input() noexcept { return slopes_[input_slope_].data(); }
  const float* input() const noexcept { return slopes_[input_slope_].data(); }

 private:
  friend class Chain;
  float* of(std::size_t layer) noexcept { return slopes_[slope_of_[layer]].data(); }
  /// Of the value that layer `layer` takes.
  float* below(std::size_t layer) noexcept {
    return slopes_[layer > 0 ? slope_of_[layer - 1] : input_slope_].data();
  }
  void plan(const std::vector<DenseLayer>& layers);

  std::size_t stride_;
  std::vector<AlignedFloats> slopes_;
  std::vector<std::size_t> slope_of_;   // [l] the buffer of layer l's slope
  std::vector<std::size_t> skip_from_;  // [v] the layer that adds value v to its output, or kNoSkip
  std::size_t input_slope_ = 0;
  AlignedFloats transposed_;                        // some rows of a layer's input, row by row
  AlignedBlock<Bf16> packed_slope_, packed_input_;  // of a layer in bf16
};

/// The values of a chain of layers for a tile of at most `most_rows` rows; everything is allocated here, nothing in a
/// step. Columns lie stride() floats apart.
class Chain {
 public:
  /// Layers that `packed` has take their weights from there, in its precision; null: all take them where they lie, in float.
  Chain(const std::vector<DenseLayer>& layers, std::size_t most_rows, ChainMode mode,
        const PackedWeights* packed = nullptr);

  std::size_t stride() const noexcept { return stride_; }
  TileShape shape(std::size_t rows) const noexcept;

  float* input() noexcept { return values_.front().data(); }
  const float* output() const noexcept { return values_.back().data(); }
  const std::vector<DenseLayer>& layers() const noexcept { return layers_; }

  /// `dropout` is null when nothing is dropped; its key is made a different one for each layer.
  void forward(const Network& network, std::size_t rows, const DropoutMask* dropout);

  /// From slopes.output(): adds the parameters' gradient to `gradient`, which has the layout of the parameter block
  /// (null: leaves it out), and with input_gradient fills slopes.input(). Follows forward().
  void backward(const Network& network, std::size_t rows, ChainSlopes& slopes, float* gradient,
                bool input_gradient) const;

  /// The last layer's derivative (width, stride) where it cannot be told from the output, else null.
  const float* output_derivative() const noexcept;

 private:
  bool keeps_derivative(const DenseLayer& layer) const;
  bool in_bf16(std::size_t layer) const;
  DenseView view_of_layer(const Network& network, std::size_t layer) const;
  /// The products of layer l in its precision.
  void product(const Network& network, std::size_t layer, TileShape tile, const ForwardEpilogue& epilogue);
  void weight_gradient(std::size_t layer, TileShape tile, ChainSlopes& slopes, float* gradient) const;
  void input_gradient(const Network& network, std::size_t layer, TileShape tile,
                      const BackwardEpilogue& epilogue, ChainSlopes& slopes) const;
  /// The slope of layer `layer`'s input, times the derivative of the layer that put it out.
  void slope_below(const Network& network, std::size_t layer, TileShape tile, ChainSlopes& slopes) const;

  std::vector<DenseLayer> layers_;
  std::size_t stride_;
  ChainMode mode_;
  std::vector<AlignedFloats> values_;       // [0] the inputs, [l + 1] the output of layer l: (width, stride)
  std::vector<AlignedFloats> derivatives_;  // [l] of layer l, where it cannot be told from the output
  std::vector<const PackedWeights::Layer*> packed_;  // [l] null where the weights are taken where they lie
  AlignedBlock<Bf16> packed_input_;                  // of a layer in bf16
};

/// A layer's parameters within the network's block.
DenseView view_of(const Network& network, const DenseLayer& layer);

}  // namespace trueup
