// Outputs row by row, gradients along two directions.
#include "bench/network_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "nn/reference_network.hpp"
#include "nn/step.hpp"

namespace trueup::bench {
namespace {

std::span<const float> members_of(const TrainingRows& rows, std::size_t row) {
  return rows.member_width() > 0 ? rows.members(row) : std::span<const float>();
}

std::vector<float> engine_outputs(const Network& network, const TrainingRows& rows, Precision precision,
                                  ThreadPool& pool) {
  std::vector<float> inputs, members, outputs(rows.rows() * network.outputs());
  std::vector<std::uint64_t> offsets;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    inputs.insert(inputs.end(), rows.inputs(r).begin(), rows.inputs(r).end());
  }
  if (network.member_inputs() > 0) {
    offsets.push_back(0);
    for (std::size_t r = 0; r < rows.rows(); ++r)
      offsets.push_back(offsets.back() + rows.members(r).size() / rows.member_width());
    members.assign(rows.member_values().begin(), rows.member_values().end());
  }
  evaluate(network, inputs, outputs, precision, pool, {offsets, members});
  return outputs;
}

double output_error(const Network& network, const std::vector<double>& parameters, const TrainingRows& rows,
                    Precision precision, ThreadPool& pool) {
  const std::vector<float> outputs = engine_outputs(network, rows, precision, pool);
  double difference = 0.0, largest = 0.0;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::vector<double> x(rows.inputs(r).begin(), rows.inputs(r).end());
    const auto expected = reference::network_output(network, parameters, x, members_of(rows, r));
    for (std::size_t o = 0; o < expected.size(); ++o) {
      const double d = std::abs(static_cast<double>(outputs[r * expected.size() + o]) - expected[o]);
      if (!std::isfinite(d)) return std::numeric_limits<double>::quiet_NaN();
      difference = std::max(difference, d);
      largest = std::max(largest, std::abs(expected[o]));
    }
  }
  return difference / largest;
}

/// |finite difference − gradient · direction| over |gradient| |direction|.
double slope_error(const Network& network, const std::vector<double>& parameters,
                   const std::vector<double>& gradient, const std::vector<double>& direction,
                   const TrainingRows& rows, const LossOptions& loss) {
  const auto norm = [](const std::vector<double>& v) {
    return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
  };
  const double step = 1e-6 / norm(direction);
  std::vector<double> up = parameters, down = parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    up[i] += step * direction[i];
    down[i] -= step * direction[i];
  }
  const double slope =
      (reference::mean_loss(network, up, rows, loss) - reference::mean_loss(network, down, rows, loss)) /
      (2.0 * step);
  const double expected = std::inner_product(gradient.begin(), gradient.end(), direction.begin(), 0.0);
  return std::abs(slope - expected) / (norm(gradient) * norm(direction));
}

double weights_of(const std::vector<DenseLayer>& layers) {
  double weights = 0.0;
  for (const DenseLayer& layer : layers)
    weights += static_cast<double>(layer.inputs) * static_cast<double>(layer.outputs);
  return weights;
}

double first_weights(const std::vector<DenseLayer>& layers) {
  return weights_of({layers.front()});
}

}  // namespace

double network_error(const Network& network, const TrainingRows& rows, const LossOptions& loss,
                     ThreadPool& pool, Precision precision) {
  const std::vector<double> parameters(network.parameters().begin(), network.parameters().end());
  std::vector<std::uint32_t> all(rows.rows());
  std::iota(all.begin(), all.end(), 0u);
  TrainingStep step(network, loss, AdamOptions{}, pool, precision);
  step.loss_and_gradient(network, rows, all);
  const std::vector<double> gradient(step.gradient().begin(), step.gradient().end());
  double worst = 0.0;
  for (const double error : {output_error(network, parameters, rows, precision, pool),
                             slope_error(network, parameters, gradient, gradient, rows, loss),
                             slope_error(network, parameters, gradient, parameters, rows, loss)}) {
    worst = error <= worst ? worst : error + 0.0 * worst;  // NaN in any stays
  }
  return worst;
}

double gflop_a_row(const Network& network, bool training, double members) {
  const double after = weights_of(network.layers());
  if (network.member_inputs() == 0)
    return 1e-9 * (training ? 2.0 * (3.0 * after - first_weights(network.layers())) : 2.0 * after);
  const double before = weights_of(network.member_layers());
  if (!training) return 2e-9 * (after + members * before);
  return 2e-9 * (3.0 * after + members * (3.0 * before - first_weights(network.member_layers())));
}

}  // namespace trueup::bench
