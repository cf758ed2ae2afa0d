// Outputs and mean losses of a network over many rows, tile by tile.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

#include "nn/step.hpp"
#include "nn/tile.hpp"

namespace trueup {

namespace {

// Rows of a piece: enough to hide the cost of handing it out, few enough to balance the threads.
constexpr std::size_t kPieceRows = 16 * kTileRows;

std::vector<TileWorkspace> forward_workspaces(const Network& network, const ThreadPool& pool) {
  std::vector<TileWorkspace> workspaces;
  for (int t = 0; t < pool.threads(); ++t) {
    workspaces.emplace_back(network, false);
  }
  return workspaces;
}

}  // namespace

void evaluate(const Network& network, std::span<const float> inputs, std::span<float> outputs,
              ThreadPool& pool) {
  const std::size_t rows = inputs.size() / network.inputs();
  if (inputs.size() != rows * network.inputs() || outputs.size() != rows * network.outputs()) {
    throw ConfigError(
        fmt::format("evaluate: {} input values and {} output values do not fit a network of {} inputs and "
                    "{} outputs",
                    inputs.size(), outputs.size(), network.inputs(), network.outputs()));
  }
  auto workspaces = forward_workspaces(network, pool);
  pool.run((rows + kPieceRows - 1) / kPieceRows, [&](std::size_t piece, int worker) {
    TileWorkspace& tile = workspaces[static_cast<std::size_t>(worker)];
    const std::size_t last = std::min(rows, (piece + 1) * kPieceRows);
    for (std::size_t first = piece * kPieceRows; first < last; first += kTileRows) {
      const std::size_t count = std::min(kTileRows, last - first);
      tile.load(inputs.data() + first * network.inputs(), network.inputs(), count);
      tile.forward(network);
      for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t o = 0; o < network.outputs(); ++o) {
          outputs[(first + r) * network.outputs() + o] = tile.output(o, r);
        }
      }
    }
  });
}

double mean_loss(const Network& network, const TrainingRows& rows, RowLoss loss, ThreadPool& pool) {
  auto workspaces = forward_workspaces(network, pool);
  const std::size_t pieces = (rows.rows() + kPieceRows - 1) / kPieceRows;
  std::vector<double> losses(pieces, 0.0);
  std::vector<double> weights(pieces, 0.0);
  pool.run(pieces, [&](std::size_t piece, int worker) {
    TileWorkspace& tile = workspaces[static_cast<std::size_t>(worker)];
    std::vector<std::uint32_t> indices;
    const std::size_t last = std::min(rows.rows(), (piece + 1) * kPieceRows);
    for (std::size_t first = piece * kPieceRows; first < last; first += kTileRows) {
      indices.clear();
      for (std::size_t r = first; r < std::min(last, first + kTileRows); ++r) {
        indices.push_back(static_cast<std::uint32_t>(r));
        weights[piece] += static_cast<double>(rows.weight(r));
      }
      tile.load(rows, indices);
      tile.forward(network);
      losses[piece] += tile.loss(loss, 1.0f, false);
    }
  });
  double loss_sum = 0.0;
  double weight_sum = 0.0;
  for (std::size_t p = 0; p < pieces; ++p) {
    loss_sum += losses[p];
    weight_sum += weights[p];
  }
  return loss_sum / weight_sum;
}

}  // namespace trueup
