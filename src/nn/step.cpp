// One training step.
#include "nn/step.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {

namespace {

constexpr std::size_t kMostPieces = 64;
constexpr std::size_t kFewestRowsOfPiece = 240;
// All pieces' gradients together: they should stay in the shared cache.
constexpr std::size_t kMostGradientFloats = 4'000'000;
// Below this many sums, starting the other threads costs more than it saves.
constexpr std::size_t kParallelReduction = 1 << 18;

}  // namespace

std::size_t pieces_of(std::size_t rows, std::size_t parameters) {
  const std::size_t by_memory =
      std::max<std::size_t>(4, kMostGradientFloats / std::max<std::size_t>(parameters, 1));
  const std::size_t by_rows = std::max<std::size_t>(1, rows / kFewestRowsOfPiece);
  return std::min({kMostPieces, by_memory, by_rows});
}

std::size_t batches_of(std::size_t rows, std::size_t batch_size) {
  return std::max<std::size_t>(1, rows / std::min(batch_size, rows));
}

std::size_t piece_begin(std::size_t rows, std::size_t pieces, std::size_t piece) {
  return rows * piece / pieces;
}

void reduce_pieces(float* blocks, std::size_t stride, std::size_t parameters, std::size_t pieces, float scale,
                   ThreadPool& pool) {
  const auto reduce_range = [&](std::size_t first, std::size_t last) {
    float* sum = blocks + first;
    for (std::size_t p = 1; p < pieces; ++p) {
      kernels::accumulate(last - first, blocks + p * stride + first, sum);
    }
    std::transform(sum, sum + (last - first), sum, [scale](float g) { return g * scale; });
  };
  if (pieces * parameters < kParallelReduction) {
    reduce_range(0, parameters);
    return;
  }
  constexpr std::size_t kChunk = 4096;
  pool.run((parameters + kChunk - 1) / kChunk, [&](std::size_t chunk, int) {
    reduce_range(chunk * kChunk, std::min(parameters, (chunk + 1) * kChunk));
  });
}

TrainingStep::TrainingStep(const Network& network, const LossOptions& loss, const AdamOptions& adam,
                           ThreadPool& pool, Precision precision)
    : loss_(loss),
      optimiser_(network, adam),
      pool_(pool),
      parameters_(network.parameters().size()),
      piece_stride_((parameters_ + kRowMultiple - 1) / kRowMultiple * kRowMultiple),
      drops_(network.spec().dropout > 0.0),
      packed_(network, precision, true) {
  for (int t = 0; t < pool.threads(); ++t) {
    workspaces_.emplace_back(network, ChainMode::train, &packed_);
    slopes_.emplace_back(network, precision);
  }
}

void TrainingStep::run_piece(const Network& network, const TrainingRows& rows,
                             std::span<const std::uint32_t> indices, std::size_t first, std::size_t piece,
                             int worker) {
  TileWorkspace& tile = workspaces_[static_cast<std::size_t>(worker)];
  TileSlopes& slopes = slopes_[static_cast<std::size_t>(worker)];
  float* gradient = pieces_.data() + piece * piece_stride_;
  std::fill_n(gradient, piece_stride_, 0.0f);
  const std::size_t tile_rows = even_tile_rows(indices.size(), tile.most_rows());
  double loss = 0.0, weights = 0.0;
  while (!indices.empty()) {
    const std::size_t taken = tile.load(rows, indices.first(std::min(tile_rows, indices.size())));
    const DropoutMask mask{derive_seed(dropout_seed_, "dropout", optimiser_.steps()), first, 0.0f};
    tile.forward(network, drops_ ? &mask : nullptr);
    loss += tile.loss(loss_, 1.0f, &slopes);
    weights += tile.weight_sum();
    tile.backward(network, slopes, gradient, false);
    indices = indices.subspan(taken);
    first += taken;
  }
  losses_[piece] = loss;
  weights_[piece] = weights;
}

double TrainingStep::loss_and_gradient(const Network& network, const TrainingRows& rows,
                                       std::span<const std::uint32_t> indices) {
  const std::size_t pieces = pieces_of(indices.size(), parameters_);
  if (pieces_.size() < pieces * piece_stride_) {
    pieces_ = AlignedFloats(pieces * piece_stride_);
  }
  losses_.resize(std::max(losses_.size(), pieces));
  weights_.resize(losses_.size());
  packed_.update(network, pool_);
  pool_.run(pieces, [&](std::size_t piece, int worker) {
    const std::size_t first = piece_begin(indices.size(), pieces, piece);
    const std::size_t last = piece_begin(indices.size(), pieces, piece + 1);
    run_piece(network, rows, indices.subspan(first, last - first), first, piece, worker);
  });
  double loss = 0.0, weight_sum = 0.0;
  for (std::size_t p = 0; p < pieces; ++p) {
    loss += losses_[p];
    weight_sum += weights_[p];
  }
  if (!(weight_sum > 0.0)) {
    throw DataError(
        fmt::format("the weights of a training batch of {} rows sum to {}; their sum must be positive: use "
                    "larger batches or check the weights",
                    indices.size(), weight_sum));
  }
  reduce_pieces(pieces_.data(), piece_stride_, parameters_, pieces, static_cast<float>(1.0 / weight_sum),
                pool_);
  return loss / weight_sum;
}

double TrainingStep::operator()(Network& network, const TrainingRows& rows,
                                std::span<const std::uint32_t> indices, double learning_rate) {
  const double loss = loss_and_gradient(network, rows, indices);
  optimiser_.update(network, gradient(), learning_rate, pool_);
  return loss;
}

}  // namespace trueup
