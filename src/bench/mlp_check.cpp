// The reference's way through a network, forward and backward, beside the engine's.
#include "bench/mlp_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "nn/kernels/reference.hpp"
#include "nn/step.hpp"

namespace trueup::bench {
namespace {

struct Reference {
  std::vector<double> outputs;   // (N)
  std::vector<double> gradient;  // as the parameter block
};

using Columns = std::vector<double>;  // feature-major (width, N)

std::vector<Columns> forward(const Network& network, const std::vector<double>& parameters,
                             const TrainingRows& rows) {
  const TileShape tile{rows.rows(), rows.rows()};
  std::vector<Columns> values{Columns(network.inputs() * tile.stride)};
  for (std::size_t r = 0; r < tile.rows; ++r) {
    for (std::size_t f = 0; f < network.inputs(); ++f)
      values[0][f * tile.stride + r] = static_cast<double>(rows.inputs(r)[f]);
  }
  for (const DenseLayer& layer : network.layers()) {
    Columns y(layer.outputs * tile.stride);
    reference::dense_forward(parameters.data() + layer.weight_offset, parameters.data() + layer.bias_offset,
                             layer.inputs, layer.outputs, layer.activation, tile, values.back().data(),
                             y.data());
    values.push_back(std::move(y));
  }
  return values;
}

Reference reference_of(const Network& network, const TrainingRows& rows) {
  const std::vector<double> parameters(network.parameters().begin(), network.parameters().end());
  const TileShape tile{rows.rows(), rows.rows()};
  const std::vector<Columns> values = forward(network, parameters, rows);
  double weights = 0.0;
  for (std::size_t r = 0; r < tile.rows; ++r) weights += static_cast<double>(rows.weight(r));
  Columns slope(tile.rows);
  for (std::size_t r = 0; r < tile.rows; ++r) {
    slope[r] = reference::bce_slope(values.back()[r], static_cast<double>(rows.target(r)),
                                    static_cast<double>(rows.weight(r))) /
               weights;
  }
  Reference found{values.back(), std::vector<double>(parameters.size(), 0.0)};
  for (std::size_t l = network.layers().size(); l-- > 0;) {
    const DenseLayer& layer = network.layers()[l];
    const double* x = values[l].data();
    reference::dense_weight_gradient(layer.inputs, layer.outputs, tile, slope.data(), x,
                                     found.gradient.data() + layer.weight_offset,
                                     found.gradient.data() + layer.bias_offset);
    if (l == 0) break;
    Columns below(layer.inputs * tile.stride);
    reference::dense_input_gradient(parameters.data() + layer.weight_offset, layer.inputs, layer.outputs,
                                    tile, slope.data(), x, network.layers()[l - 1].activation, below.data());
    slope = std::move(below);
  }
  return found;
}

double relative_error(std::span<const float> values, std::span<const double> expected) {
  double difference = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double d = std::abs(static_cast<double>(values[i]) - expected[i]);
    if (!std::isfinite(d)) return std::numeric_limits<double>::quiet_NaN();
    difference = std::max(difference, d);
    largest = std::max(largest, std::abs(expected[i]));
  }
  return difference / largest;
}

}  // namespace

double bce_error(const Network& network, const TrainingRows& rows, ThreadPool& pool) {
  const Reference expected = reference_of(network, rows);
  std::vector<float> inputs, outputs(rows.rows());
  for (std::size_t r = 0; r < rows.rows(); ++r)
    inputs.insert(inputs.end(), rows.inputs(r).begin(), rows.inputs(r).end());
  evaluate(network, inputs, outputs, pool);
  std::vector<std::uint32_t> all(rows.rows());
  std::iota(all.begin(), all.end(), 0u);
  TrainingStep step(network, RowLoss::bce, AdamOptions{}, pool);
  step.loss_and_gradient(network, rows, all);
  const double of_outputs = relative_error(outputs, expected.outputs);
  const double of_gradient = relative_error(step.gradient(), expected.gradient);
  return of_outputs <= of_gradient ? of_gradient : of_outputs + 0.0 * of_gradient;  // NaN in either stays
}

}  // namespace trueup::bench
