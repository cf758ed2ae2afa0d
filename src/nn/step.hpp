// One training step: a batch cut into fixed pieces, each through fused tiles, reduced in order, then the optimiser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

#include "nn/aligned.hpp"
#include "nn/optimiser.hpp"
#include "nn/tile.hpp"

namespace trueup {

/// Number of pieces a batch is cut into: depends on the batch and the network, never on the threads.
std::size_t pieces_of(std::size_t rows, std::size_t parameters);

/// Number of batches that `rows` make: rows that do not fill a batch are spread over all.
std::size_t batches_of(std::size_t rows, std::size_t batch_size);

/// First row of piece `piece` when `rows` are cut into `pieces` nearly equal parts.
std::size_t piece_begin(std::size_t rows, std::size_t pieces, std::size_t piece);

/// Sums `pieces` blocks of `parameters` floats, `stride` apart, into the first, times `scale`; in order, so that the
/// result does not depend on the threads.
void reduce_pieces(float* blocks, std::size_t stride, std::size_t parameters, std::size_t pieces, float scale,
                   ThreadPool& pool);

/// Holds the buffers of a training; the network passed to every call must be the one it was made for.
class TrainingStep {
 public:
  TrainingStep(const Network& network, const LossOptions& loss, const AdamOptions& adam, ThreadPool& pool,
               Precision precision = Precision::float32);
  TrainingStep(const TrainingStep&) = delete;  // workspaces point to its weights
  TrainingStep& operator=(const TrainingStep&) = delete;

  /// Seeds the choice of the units that layers with dropout drop.
  void seed_dropout(std::uint64_t seed) { dropout_seed_ = seed; }

  /// Forward, backward and update on the rows listed. Returns their weighted mean loss before the update.
  double operator()(Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
                    double learning_rate);

  /// Loss and gradient without an update; the gradient is left in gradient().
  double loss_and_gradient(const Network& network, const TrainingRows& rows,
                           std::span<const std::uint32_t> indices);
  std::span<const float> gradient() const { return {pieces_.data(), parameters_}; }

  /// For its state: checkpoints keep it.
  Optimiser& optimiser() noexcept { return optimiser_; }

 private:
  void run_piece(const Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
                 std::size_t first, std::size_t piece, int worker);

  LossOptions loss_;
  Optimiser optimiser_;
  ThreadPool& pool_;
  std::size_t parameters_;
  std::size_t piece_stride_;
  AlignedFloats pieces_;  // one gradient block a piece
  std::vector<double> losses_;
  std::vector<double> weights_;  // sum of each piece
  std::uint64_t dropout_seed_ = 0;
  bool drops_ = false;
  PackedWeights packed_;
  std::vector<TileWorkspace> workspaces_;  // one a thread
  std::vector<TileSlopes> slopes_;         // one a thread
};

}  // namespace trueup
