// A whole network by plain loops in double, one row at a time: the oracle of tests and of the benchmarks' checks.
#pragma once

#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/training_rows.hpp>

#include "nn/kernels/reference.hpp"

namespace trueup::reference {

/// One row through a chain of layers; without dropout.
inline std::vector<double> chain_output(const std::vector<DenseLayer>& layers,
                                        std::span<const double> parameters, std::vector<double> input) {
  std::vector<std::vector<double>> values{std::move(input)};
  for (const DenseLayer& layer : layers) {
    std::vector<double> y(layer.outputs);
    dense_forward(parameters.data() + layer.weight_offset, parameters.data() + layer.bias_offset,
                  layer.inputs, layer.outputs, layer.activation, TileShape{1, 1}, values.back().data(),
                  y.data());
    for (std::size_t o = 0; layer.skip != DenseLayer::kNoSkip && o < layer.outputs; ++o) {
      y[o] += values[layer.skip][o];
    }
    values.push_back(std::move(y));
  }
  return values.back();
}

/// s(x) of one row: the sums over its members join its inputs.
inline std::vector<double> plain_output(const Network& network, std::span<const double> parameters,
                                        std::vector<double> inputs, std::span<const float> members) {
  const std::size_t width = network.member_inputs();
  if (width > 0) {
    std::vector<double> sums(network.member_layers().back().outputs, 0.0);
    for (std::size_t m = 0; m < members.size(); m += width) {
      const auto one = members.subspan(m, width);
      const auto phi = chain_output(network.member_layers(), parameters, {one.begin(), one.end()});
      for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] += phi[i];
      }
    }
    inputs.insert(inputs.end(), sums.begin(), sums.end());
  }
  return chain_output(network.layers(), parameters, std::move(inputs));
}

/// The outputs of one row, for any parameters (P): s(x), or s(x) − s(x anchored).
inline std::vector<double> network_output(const Network& network, std::span<const double> parameters,
                                          std::span<const double> inputs,
                                          std::span<const float> members = {}) {
  std::vector<double> x(inputs.begin(), inputs.end());
  std::vector<double> output = plain_output(network, parameters, x, members);
  if (!network.spec().anchors.empty()) {
    for (const AnchoredInput& anchor : network.spec().anchors) {
      x[anchor.input] = static_cast<double>(anchor.value);
    }
    const std::vector<double> at_reference = plain_output(network, parameters, x, members);
    for (std::size_t o = 0; o < output.size(); ++o) {
      output[o] -= at_reference[o];
    }
  }
  return output;
}

inline double row_loss(const LossOptions& loss, double z, double t, double w) {
  if (loss.kind == RowLoss::bce) {
    return bce_value(z, t, w);
  }
  return loss.kind == RowLoss::mse ? mse_value(z, t, w) : huber_value(z, t, w, loss.huber_delta);
}

/// Σ w l / Σ w over all rows.
inline double mean_loss(const Network& network, std::span<const double> parameters, const TrainingRows& rows,
                        const LossOptions& loss) {
  double sum = 0.0, weights = 0.0;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::vector<double> x(rows.inputs(r).begin(), rows.inputs(r).end());
    const auto members = rows.member_width() > 0 ? rows.members(r) : std::span<const float>();
    const std::vector<double> z = network_output(network, parameters, x, members);
    const auto w = static_cast<double>(rows.weight(r));
    for (std::size_t o = 0; o < z.size(); ++o) {
      sum += row_loss(loss, z[o], static_cast<double>(rows.target(r, o)), w);
    }
    weights += w;
  }
  return sum / weights;
}

}  // namespace trueup::reference
