// All tiles forward, the loss, all tiles backward.
#include "nn/batch_gradient.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "nn/step.hpp"

namespace trueup {

namespace {

std::size_t floats_of_tile(const Network& network, Precision precision) {
  std::size_t columns = network.inputs();
  for (const DenseLayer& layer : network.layers()) {
    columns += padded_columns(layer.outputs);
  }
  return columns * column_stride(full_tile_rows(network, precision));
}

}  // namespace

BatchGradient::BatchGradient(const Network& network, ThreadPool& pool, Precision precision)
    : pool_(pool),
      parameters_(network.parameters().size()),
      piece_stride_((parameters_ + kRowMultiple - 1) / kRowMultiple * kRowMultiple),
      tile_floats_(floats_of_tile(network, precision)),
      packed_(network, precision, true) {
  if (network.member_inputs() > 0 || network.spec().dropout > 0.0) {
    throw ConfigError(
        "a loss over whole batches cannot train a network over members, nor one with dropout: use a "
        "loss over rows, or leave them out");
  }
  for (int t = 0; t < pool.threads(); ++t) {
    slopes_.emplace_back(network, precision);
  }
}

void BatchGradient::cut(std::size_t rows) {
  const std::size_t size = even_tile_rows(rows, workspaces_.front().most_rows());
  tiles_.clear();
  for (std::size_t first = 0; first < rows; first += size) {
    tiles_.push_back({first, std::min(size, rows - first)});
  }
}

void BatchGradient::resize_batch(const Network& network, const TrainingRows& rows, std::size_t count) {
  if (workspaces_.empty()) {
    workspaces_.emplace_back(network, ChainMode::train, &packed_);
  }
  cut(count);
  keeps_ = tiles_.size() * tile_floats_ <= kMostKeptFloats;
  const std::size_t wanted = keeps_ ? tiles_.size() : slopes_.size();
  while (workspaces_.size() < wanted) {
    workspaces_.emplace_back(network, ChainMode::train, &packed_);
  }
  inputs_.resize(count * network.inputs());
  outputs_.resize(count * network.outputs());
  output_gradient_.resize(outputs_.size());
  targets_.resize(count * rows.targets());
  weights_.resize(count);
}

void BatchGradient::copy_batch(const TileWorkspace& tile, const TrainingRows& rows,
                               std::span<const std::uint32_t> indices, std::size_t first) {
  const std::size_t F = rows.features(), T = rows.targets(), O = outputs_.size() / weights_.size();
  for (std::size_t r = 0; r < tile.rows(); ++r) {
    const std::size_t row = indices[first + r], to = first + r;
    const auto x = rows.inputs(row);
    std::copy(x.begin(), x.end(), inputs_.begin() + static_cast<std::ptrdiff_t>(to * F));
    for (std::size_t t = 0; t < T; ++t) {
      targets_[to * T + t] = rows.target(row, t);
    }
    weights_[to] = rows.weight(row);
    for (std::size_t o = 0; o < O; ++o) {
      outputs_[to * O + o] = tile.output(o, r);
    }
  }
}

const TileWorkspace& BatchGradient::forward_tile(const Network& network, const TrainingRows& rows,
                                                 std::span<const std::uint32_t> indices, std::size_t t,
                                                 int worker) {
  TileWorkspace& tile = workspace(t, worker);
  tile.load(rows, indices.subspan(tiles_[t].first, tiles_[t].count));
  tile.forward(network, nullptr);
  return tile;
}

BatchView BatchGradient::forward(const Network& network, const TrainingRows& rows,
                                 std::span<const std::uint32_t> indices) {
  resize_batch(network, rows, indices.size());
  packed_.update(network, pool_);
  pool_.run(tiles_.size(), [&](std::size_t t, int worker) {
    copy_batch(forward_tile(network, rows, indices, t, worker), rows, indices, tiles_[t].first);
  });
  return {indices.size(), inputs_, outputs_, targets_, weights_};
}

double BatchGradient::value(const Network& network, const TrainingRows& rows,
                            std::span<const std::uint32_t> indices, BatchLoss& loss) {
  return loss.value_and_gradient(forward(network, rows, indices), {}, pool_);
}

double BatchGradient::operator()(const Network& network, const TrainingRows& rows,
                                 std::span<const std::uint32_t> indices, BatchLoss& loss) {
  const BatchView batch = forward(network, rows, indices);
  const double value = loss.value_and_gradient(batch, output_gradient_, pool_);

  const std::size_t pieces = std::min(pieces_of(indices.size(), parameters_), tiles_.size());
  if (pieces_.size() < pieces * piece_stride_) {
    pieces_ = AlignedFloats(pieces * piece_stride_);
  }
  const std::size_t O = network.outputs();
  pool_.run(pieces, [&](std::size_t piece, int worker) {
    float* gradient = pieces_.data() + piece * piece_stride_;
    std::fill_n(gradient, piece_stride_, 0.0f);
    TileSlopes& slopes = slopes_[static_cast<std::size_t>(worker)];
    for (std::size_t t = piece_begin(tiles_.size(), pieces, piece);
         t < piece_begin(tiles_.size(), pieces, piece + 1); ++t) {
      const TileWorkspace& tile =
          keeps_ ? workspace(t, worker) : forward_tile(network, rows, indices, t, worker);
      tile.set_output_gradient(std::span(output_gradient_).subspan(tiles_[t].first * O, tiles_[t].count * O),
                               slopes);
      tile.backward(network, slopes, gradient, false);
    }
  });
  reduce_pieces(pieces_.data(), piece_stride_, parameters_, pieces, 1.0f, pool_);
  return value;
}

}  // namespace trueup
