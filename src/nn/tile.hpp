// One tile of rows and its way through the network: gather, all layers forward, loss, all layers backward.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

#include "nn/aligned.hpp"
#include "nn/chain.hpp"
#include "nn/kernels/kernels.hpp"

namespace trueup {

/// Rows of a full tile; a multiple of every register block. 96, so that a 50-wide layer's input and output stay in a
/// first-level cache of 48 kB. Networks with layers of 256 and more get 384: their weights and gradients do not fit the
/// second level, and each tile has to fetch them again; so do all in bf16, whose products take less time than the
/// gradients' way through memory. Measured at widths 50 to 512.
std::size_t full_tile_rows(const Network& network, Precision precision = Precision::float32);

/// Number of rows a tile takes when `rows` are cut into as few tiles of at most `most` as possible, of nearly equal size.
std::size_t even_tile_rows(std::size_t rows, std::size_t most);

/// What going backward through a tile needs besides its values: one a thread.
struct TileSlopes {
  explicit TileSlopes(const Network& network, Precision precision = Precision::float32);

  ChainSlopes chain;
  std::optional<ChainSlopes> members;
  Precision precision;
};

/// The values of a tile on its way through a network; everything is allocated here, nothing in a step (only a group with more members
/// than any before makes the members' buffers grow).
class TileWorkspace {
 public:
  /// `packed` has to outlive the workspace; null: all products take the weights where they lie, in float.
  TileWorkspace(const Network& network, ChainMode mode, const PackedWeights* packed = nullptr);

  /// Rows of a full tile: of the batch, so half of the chain's when the network is anchored.
  std::size_t most_rows() const noexcept { return most_rows_; }

  /// Fills the inputs (and targets, weights) from the first rows listed, at most most_rows(), as many as have room with
  /// their members. Returns their number. Rows past the end are zero with weight 0.
  std::size_t load(const TrainingRows& rows, std::span<const std::uint32_t> indices);
  /// Fills the inputs from row-major values (count, inputs), and the members of groups first, first + 1, …; returns
  /// the number of rows taken.
  std::size_t load(std::span<const float> values, std::size_t count, const Members& members,
                   std::size_t first);

  /// `dropout` null: nothing is dropped.
  void forward(const Network& network, const DropoutMask* dropout);
  /// Σ w l over the rows; the gradient at the outputs, scale · w · l', goes to `slopes` unless null, for backward().
  double loss(const LossOptions& options, float scale, TileSlopes* slopes) const;
  /// Sets the gradient at the outputs from row-major values (rows, outputs), for backward().
  void set_output_gradient(std::span<const float> values, TileSlopes& slopes) const;
  /// Adds the parameters' gradient to `gradient`, which has the layout of the parameter block; null: leaves it out.
  void backward(const Network& network, TileSlopes& slopes, float* gradient, bool input_gradient) const;

  /// Row r's output o of the last forward().
  float output(std::size_t o, std::size_t r) const {
    return (half_ > 0 ? difference_.data() : chain_.output())[o * chain_.stride() + r];
  }
  /// Row r's gradient with respect to input i, after backward() with input_gradient.
  float input_gradient(std::size_t i, std::size_t r, const TileSlopes& slopes) const;
  std::size_t rows() const noexcept { return rows_; }
  double weight_sum() const noexcept { return weight_sum_; }

 private:
  void set_rows(std::size_t count);
  /// Copies the rows listed into the columns.
  void gather(const TrainingRows& rows, std::span<const std::uint32_t> indices, std::size_t count);
  void anchor_inputs();
  void pool_members(const Network& network, const DropoutMask* dropout);
  void spread_members(const Network& network, TileSlopes& slopes, float* gradient) const;
  /// Copies member rows of one group after those already there.
  void append_group(const float* values, std::size_t count);
  /// False when the tile has to end before a group of this many members.
  bool make_room(std::size_t members, std::size_t rows_so_far);

  std::size_t inputs_;
  std::size_t outputs_;
  std::size_t member_inputs_;
  std::vector<AnchoredInput> anchors_;
  std::vector<DenseLayer> member_layers_;
  std::size_t most_rows_;
  ChainMode mode_;
  const PackedWeights* packed_;
  Chain chain_;
  std::optional<Chain> member_chain_;
  std::size_t member_room_ = 0;
  std::vector<std::uint32_t> group_begin_;  // of each row, among the member rows; one more than rows
  std::size_t rows_ = 0;
  std::size_t half_ = 0;     // anchored rows start here; 0 without anchors
  double weight_sum_ = 0.0;  // of the rows loaded
  AlignedFloats difference_;
  AlignedFloats targets_;  // (outputs, stride)
  AlignedFloats weights_;
  std::vector<float*> columns_;  // of a training row's inputs, targets, weight
};

}  // namespace trueup
