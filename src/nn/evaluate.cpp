// Outputs, input gradients and mean losses of a network over many rows, tile by tile.
#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/network.hpp>
#include <trueup/precision.hpp>
#include <trueup/trainer.hpp>

#include "nn/step.hpp"
#include "nn/tile.hpp"

namespace trueup {

namespace {

// Rows of a piece: enough to hide the cost of handing it out, few enough to balance the threads.
constexpr std::size_t kPieceRows = 3072;

std::vector<TileWorkspace> workspaces_for(const Network& network, const ThreadPool& pool, ChainMode mode,
                                          const PackedWeights* packed = nullptr) {
  std::vector<TileWorkspace> workspaces;
  for (int t = 0; t < pool.threads(); ++t) {
    workspaces.emplace_back(network, mode, packed);
  }
  return workspaces;
}

void check_members(const Network& network, const Members& members, std::size_t rows) {
  const std::size_t width = network.member_inputs();
  const bool fits = width == 0 ? members.offsets.empty()
                               : members.offsets.size() == rows + 1 &&
                                     members.values.size() == members.offsets.back() * width;
  if (!fits) {
    throw ConfigError(fmt::format(
        "evaluate: {} offsets and {} values of members do not fit {} rows and a network with {} inputs a "
        "member",
        members.offsets.size(), members.values.size(), rows, width));
  }
}

/// Calls work(tile, first row, worker) for each tile of rows, after its forward pass.
template <class Work>
void for_each_tile(const Network& network, std::span<const float> inputs, std::size_t rows,
                   const Members& members, ChainMode mode, const PackedWeights* packed, ThreadPool& pool,
                   const Work& work) {
  auto workspaces = workspaces_for(network, pool, mode, packed);
  const std::size_t width = network.inputs();
  pool.run((rows + kPieceRows - 1) / kPieceRows, [&](std::size_t piece, int worker) {
    TileWorkspace& tile = workspaces[static_cast<std::size_t>(worker)];
    const std::size_t last = std::min(rows, (piece + 1) * kPieceRows);
    for (std::size_t first = piece * kPieceRows; first < last; first += tile.rows()) {
      tile.load(inputs.subspan(first * width, (last - first) * width), last - first, members, first);
      tile.forward(network, nullptr);
      work(tile, first, worker);
    }
  });
}

void copy_outputs(const TileWorkspace& tile, std::size_t outputs, float* to) {
  for (std::size_t r = 0; r < tile.rows(); ++r) {
    for (std::size_t o = 0; o < outputs; ++o) {
      to[r * outputs + o] = tile.output(o, r);
    }
  }
}

}  // namespace

void evaluate(const Network& network, std::span<const float> inputs, std::span<float> outputs,
              ThreadPool& pool, const Members& members) {
  evaluate(network, inputs, outputs, Precision::float32, pool, members);
}

void evaluate(const Network& network, std::span<const float> inputs, std::span<float> outputs,
              Precision precision, ThreadPool& pool, const Members& members) {
  const std::size_t rows = outputs.size() / network.outputs();
  if (inputs.size() != rows * network.inputs() || outputs.size() != rows * network.outputs()) {
    throw ConfigError(
        fmt::format("evaluate: {} input values and {} output values do not fit a network of {} inputs and "
                    "{} outputs",
                    inputs.size(), outputs.size(), network.inputs(), network.outputs()));
  }
  check_members(network, members, rows);
  PackedWeights packed(network, precision, false);
  packed.update(network, pool);
  for_each_tile(network, inputs, rows, members, ChainMode::evaluate, &packed, pool,
                [&](const TileWorkspace& tile, std::size_t first, int) {
                  copy_outputs(tile, network.outputs(), outputs.data() + first * network.outputs());
                });
}

void evaluate_with_gradient(const Network& network, std::span<const float> inputs, std::span<float> outputs,
                            std::span<float> gradients, ThreadPool& pool) {
  const std::size_t rows = outputs.size() / network.outputs(), width = network.inputs();
  if (inputs.size() != rows * width || gradients.size() != inputs.size() ||
      outputs.size() != rows * network.outputs() || network.member_inputs() > 0) {
    throw ConfigError(fmt::format(
        "evaluate_with_gradient: {} input values, {} gradients and {} output values do not fit a network "
        "of {} inputs and {} outputs (and no members)",
        inputs.size(), gradients.size(), outputs.size(), width, network.outputs()));
  }
  std::vector<float> first_output(kPieceRows * network.outputs(), 0.0f);
  for (std::size_t r = 0; r < kPieceRows; ++r) {
    first_output[r * network.outputs()] = 1.0f;
  }
  std::vector<TileSlopes> all_slopes;
  for (int t = 0; t < pool.threads(); ++t) {
    all_slopes.emplace_back(network);
  }
  for_each_tile(network, inputs, rows, {}, ChainMode::train, nullptr, pool,
                [&](const TileWorkspace& tile, std::size_t first, int worker) {
                  TileSlopes& slopes = all_slopes[static_cast<std::size_t>(worker)];
                  copy_outputs(tile, network.outputs(), outputs.data() + first * network.outputs());
                  tile.set_output_gradient(first_output, slopes);
                  tile.backward(network, slopes, nullptr, true);
                  for (std::size_t r = 0; r < tile.rows(); ++r) {
                    for (std::size_t f = 0; f < width; ++f) {
                      gradients[(first + r) * width + f] = tile.input_gradient(f, r, slopes);
                    }
                  }
                });
}

double mean_loss(const Network& network, RowsView rows, const LossOptions& loss, ThreadPool& pool,
                 Precision precision) {
  PackedWeights packed(network, precision, false);
  packed.update(network, pool);
  auto workspaces = workspaces_for(network, pool, ChainMode::evaluate, &packed);
  const std::size_t pieces = (rows.size() + kPieceRows - 1) / kPieceRows;
  std::vector<double> losses(pieces, 0.0);
  std::vector<double> weights(pieces, 0.0);
  pool.run(pieces, [&](std::size_t piece, int worker) {
    TileWorkspace& tile = workspaces[static_cast<std::size_t>(worker)];
    std::vector<std::uint32_t> indices;
    for (std::size_t i = piece * kPieceRows; i < std::min(rows.size(), (piece + 1) * kPieceRows); ++i) {
      indices.push_back(rows[i]);
    }
    for (std::size_t done = 0; done < indices.size(); done += tile.rows()) {
      tile.load(rows.table(), std::span(indices).subspan(done));
      tile.forward(network, nullptr);
      losses[piece] += tile.loss(loss, 1.0f, nullptr);
      weights[piece] += tile.weight_sum();
    }
  });
  const double loss_sum = std::accumulate(losses.begin(), losses.end(), 0.0);
  return loss_sum / std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace trueup
