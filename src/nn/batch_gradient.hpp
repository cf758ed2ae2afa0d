// The parameters' gradient of a loss that couples all rows of a batch: all tiles forward, the loss, all tiles backward.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/batch_loss.hpp>
#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/training_rows.hpp>

#include "nn/aligned.hpp"
#include "nn/tile.hpp"

namespace trueup {

/// Holds the buffers; the network passed must be the one it was made for. Networks with members or dropout: ConfigError.
/// Activations are kept between the passes up to kMostKeptFloats, and computed again beyond: reading them back, even
/// from main memory, is several times quicker than computing them.
class BatchGradient {
 public:
  BatchGradient(const Network& network, ThreadPool& pool, Precision precision = Precision::float32);
  BatchGradient(const BatchGradient&) = delete;  // workspaces point to its weights
  BatchGradient& operator=(const BatchGradient&) = delete;

  /// The loss of the rows listed. Its gradient is left in gradient(), the layout of the parameter block.
  double operator()(const Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
                    BatchLoss& loss);
  std::span<float> gradient() noexcept { return {pieces_.data(), parameters_}; }

  /// The loss alone.
  double value(const Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
               BatchLoss& loss);

  static constexpr std::size_t kMostKeptFloats = 100'000'000;

 private:
  struct TileRange {
    std::size_t first;
    std::size_t count;
  };
  void cut(std::size_t rows);
  void resize_batch(const Network& network, const TrainingRows& rows, std::size_t count);
  const TileWorkspace& forward_tile(const Network& network, const TrainingRows& rows,
                                    std::span<const std::uint32_t> indices, std::size_t tile, int worker);
  /// All tiles forward, into the batch that the loss sees.
  BatchView forward(const Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices);
  void copy_batch(const TileWorkspace& tile, const TrainingRows& rows, std::span<const std::uint32_t> indices,
                  std::size_t first);
  TileWorkspace& workspace(std::size_t tile, int worker) {
    return workspaces_[keeps_ ? tile : static_cast<std::size_t>(worker)];
  }

  ThreadPool& pool_;
  std::size_t parameters_;
  std::size_t piece_stride_;
  std::size_t tile_floats_;  // of a tile's values
  bool keeps_ = true;
  PackedWeights packed_;
  std::vector<TileRange> tiles_;
  std::vector<TileWorkspace> workspaces_;  // one a tile when values are kept, else one a thread
  std::vector<TileSlopes> slopes_;         // one a thread
  AlignedFloats pieces_;                   // one gradient block a piece
  std::vector<float> inputs_, outputs_, targets_, weights_, output_gradient_;
};

}  // namespace trueup
