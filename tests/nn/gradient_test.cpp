// The engine's loss and gradients against finite differences in double, over every kind of network and loss.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/random.hpp>
#include <trueup/row_evaluator.hpp>
#include <trueup/trainer.hpp>

#include "nn/batch_gradient.hpp"
#include "nn/reference_network.hpp"
#include "nn/step.hpp"

namespace trueup {
namespace {

struct Case {
  std::string name;
  NetworkSpec spec;
  std::size_t rows;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

NetworkSpec dense(std::size_t inputs, std::vector<std::size_t> hidden, std::size_t outputs,
                  Activation activation) {
  NetworkSpec spec;
  spec.inputs = inputs;
  spec.hidden = std::move(hidden);
  spec.outputs = outputs;
  spec.activation = activation;
  return spec;
}

NetworkSpec residual(std::size_t inputs, std::size_t width, std::size_t blocks, std::size_t outputs,
                     Activation activation) {
  NetworkSpec spec = dense(inputs, {width}, outputs, activation);
  spec.residual_blocks = blocks;
  spec.add_inputs = true;
  return spec;
}

NetworkSpec particle_flow(std::size_t inputs, Activation activation, bool anchored) {
  NetworkSpec spec = dense(inputs, {19, 10}, 1, activation);
  spec.members = {4, {21, 33}};
  if (anchored) {
    spec.anchors = {{inputs - 1, 0.25f}};
  }
  return spec;
}

NetworkSpec anchored(NetworkSpec spec, std::vector<AnchoredInput> anchors) {
  spec.anchors = std::move(anchors);
  return spec;
}

TrainingRows random_rows(const Network& network, std::size_t count, RandomStream& stream) {
  TrainingRows rows(count, network.inputs(), network.outputs());
  std::vector<std::uint64_t> offsets{0};
  std::vector<float> members;
  for (std::size_t r = 0; r < count; ++r) {
    for (float& x : rows.inputs(r)) {
      x = static_cast<float>(stream.normal());
    }
    for (std::size_t t = 0; t < rows.targets(); ++t) {
      rows.target(r, t) = stream.uniform() < 0.5 ? 0.0f : 1.0f;
    }
    rows.weight(r) = static_cast<float>(stream.uniform(-0.2, 2.0));  // some are negative
    const std::size_t group = r == 3 ? 1000 : stream.below(40);  // some are empty, one is longer than a tile
    for (std::size_t m = 0; m < group * network.member_inputs(); ++m) {
      members.push_back(static_cast<float>(0.5 * stream.normal()));
    }
    offsets.push_back(offsets.back() + group);
  }
  if (network.member_inputs() > 0) {
    rows.set_members(std::move(offsets), std::move(members), network.member_inputs());
  }
  return rows;
}

/// Weights as at the start of a training, but no zeros left: also biases and the last layers count.
Network random_network(const NetworkSpec& spec, RandomStream& stream) {
  Network network(spec);
  network.initialise(stream);
  for (float& p : network.parameters()) {
    p += static_cast<float>((p == 0.0f ? 0.15 : 0.02) * stream.normal());
  }
  return network;
}

class Gradient : public ::testing::TestWithParam<Case> {};

TEST_P(Gradient, OfTheLossAgreesWithFiniteDifferences) {
  const Case& c = GetParam();
  ThreadPool pool(2);
  for (const LossOptions& loss :
       {LossOptions(RowLoss::bce), LossOptions(RowLoss::mse), LossOptions(RowLoss::huber, 0.3)}) {
    RandomStream stream(3, "gradient test", c.rows);
    const Network network = random_network(c.spec, stream);
    const TrainingRows rows = random_rows(network, c.rows, stream);
    std::vector<std::uint32_t> all(c.rows);
    std::iota(all.begin(), all.end(), 0u);
    TrainingStep step(network, loss, AdamOptions{}, pool);
    const double value = step.loss_and_gradient(network, rows, all);
    std::vector<double> parameters(network.parameters().begin(), network.parameters().end());
    EXPECT_TRUE(std::abs(value - reference::mean_loss(network, parameters, rows, loss)) <=
                1e-5 * (1.0 + std::abs(value)));

    // A step this small rarely crosses a kink of a ReLU in double; float rounding of the gradient dominates.
    constexpr double kStep = 1e-6;
    const std::size_t probes = std::min<std::size_t>(parameters.size(), 40);
    for (std::size_t k = 0; k < probes; ++k) {
      const std::size_t i = probes == parameters.size() ? k : stream.below(parameters.size());
      auto moved = parameters;
      moved[i] += kStep;
      const double up = reference::mean_loss(network, moved, rows, loss);
      moved[i] -= 2 * kStep;
      const double slope = (up - reference::mean_loss(network, moved, rows, loss)) / (2 * kStep);
      ASSERT_TRUE(std::abs(slope - step.gradient()[i]) <= 3e-5 * (1.0 + std::abs(slope)))
          << "parameter " << i << ": finite difference " << slope << ", engine " << step.gradient()[i];
    }
  }
}

class InputGradient : public ::testing::TestWithParam<Case> {};

TEST_P(InputGradient, OfTheOutputToTheInputsAgreesWithFiniteDifferences) {
  const Case& c = GetParam();
  ThreadPool pool(2);
  RandomStream stream(4, "input gradient test", c.rows);
  const Network network = random_network(c.spec, stream);
  const std::size_t F = network.inputs(), O = network.outputs();
  std::vector<float> inputs(c.rows * F), outputs(c.rows * O), gradients(c.rows * F), plain(c.rows * O);
  for (float& x : inputs) {
    x = static_cast<float>(stream.normal());
  }
  evaluate_with_gradient(network, inputs, outputs, gradients, pool);
  evaluate(network, inputs, plain, pool);
  EXPECT_EQ(outputs, plain);
  const std::vector<double> parameters(network.parameters().begin(), network.parameters().end());
  for (std::size_t r = 0; r < std::min<std::size_t>(c.rows, 30); ++r) {
    for (std::size_t f = 0; f < F; ++f) {
      std::vector<double> x(inputs.begin() + static_cast<std::ptrdiff_t>(r * F),
                            inputs.begin() + static_cast<std::ptrdiff_t>((r + 1) * F));
      constexpr double kStep = 1e-6;
      x[f] += kStep;
      const double up = reference::network_output(network, parameters, x)[0];
      x[f] -= 2 * kStep;
      const double slope = (up - reference::network_output(network, parameters, x)[0]) / (2 * kStep);
      ASSERT_TRUE(std::abs(slope - gradients[r * F + f]) <= 3e-5 * (1.0 + std::abs(slope)))
          << "row " << r << " input " << f << ": " << slope << " against " << gradients[r * F + f];
    }
  }
}

TEST_P(InputGradient, OneRowAtATimeGivesTheSameOutputs) {
  const Case& c = GetParam();
  ThreadPool pool(1);
  RandomStream stream(9, "row test", c.rows);
  const Network network = random_network(c.spec, stream);
  const std::size_t F = network.inputs(), O = network.outputs();
  std::vector<float> inputs(c.rows * F), outputs(c.rows * O), row(O);
  for (float& x : inputs) {
    x = static_cast<float>(stream.normal());
  }
  evaluate(network, inputs, outputs, pool);
  RowEvaluator one(network), coarse(network, RowPrecision::half);
  for (std::size_t r = 0; r < c.rows; ++r) {
    one(std::span(inputs).subspan(r * F, F), row);
    for (std::size_t o = 0; o < O; ++o) {
      // Sums in another order; 128 terms of unit size at most.
      ASSERT_NEAR(row[o], outputs[r * O + o], 2e-5 * (1.0 + std::abs(outputs[r * O + o])));
    }
    coarse(std::span(inputs).subspan(r * F, F), row);
    for (std::size_t o = 0; o < O; ++o) {
      // Each weight is off by up to 2^-11 of itself; through a few layers that is some 1e-3 of unit-size terms.
      ASSERT_NEAR(row[o], outputs[r * O + o], 5e-3 * (1.0 + std::abs(outputs[r * O + o])));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Networks, Gradient,
    ::testing::Values(Case{"dense 1", dense(1, {1}, 1, Activation::relu), 1},
                      Case{"dense 7", dense(2, {7}, 1, Activation::relu), 5},
                      Case{"dense 3x50", dense(3, {50, 50, 50}, 1, Activation::relu), 191},
                      Case{"dense 2x128", dense(5, {128, 128}, 1, Activation::leaky_relu), 193},
                      Case{"dense uneven, 3 outputs", dense(17, {7, 33, 16}, 3, Activation::relu), 400},
                      Case{"no hidden layer", dense(2, {}, 1, Activation::relu), 100},
                      Case{"wide input", dense(20, {5}, 1, Activation::relu), 1000},
                      Case{"silu", dense(4, {20, 9}, 2, Activation::silu), 130},
                      Case{"tanh", dense(4, {20, 9}, 1, Activation::tanh), 130},
                      Case{"anchored", anchored(dense(3, {30, 20}, 1, Activation::relu), {{2, 0.5f}}), 333},
                      Case{"anchored twice",
                           anchored(dense(5, {9}, 1, Activation::silu), {{1, 0.5f}, {4, -1.0f}}), 77},
                      Case{"residual", residual(5, 24, 2, 3, Activation::leaky_relu), 211},
                      Case{"residual 64", residual(2, 64, 2, 1, Activation::leaky_relu), 64},
                      Case{"residual silu", residual(3, 17, 3, 3, Activation::silu), 90},
                      Case{"particle flow", particle_flow(2, Activation::relu, false), 60},
                      Case{"particle flow silu", particle_flow(0, Activation::silu, false), 30},
                      Case{"particle flow anchored", particle_flow(2, Activation::leaky_relu, true), 45}));

INSTANTIATE_TEST_SUITE_P(
    Networks, InputGradient,
    ::testing::Values(Case{"dense 1", dense(1, {1}, 1, Activation::relu), 1},
                      Case{"dense 7", dense(2, {7}, 1, Activation::relu), 5},
                      Case{"dense 3x50", dense(3, {50, 50, 50}, 1, Activation::relu), 191},
                      Case{"dense 2x128", dense(5, {128, 128}, 1, Activation::leaky_relu), 193},
                      Case{"dense uneven, 3 outputs", dense(17, {7, 33, 16}, 3, Activation::relu), 400},
                      Case{"no hidden layer", dense(2, {}, 1, Activation::relu), 100},
                      Case{"wide input", dense(20, {5}, 1, Activation::relu), 1000},
                      Case{"silu", dense(4, {20, 9}, 2, Activation::silu), 130},
                      Case{"tanh", dense(4, {20, 9}, 1, Activation::tanh), 130},
                      Case{"anchored", anchored(dense(3, {30, 20}, 1, Activation::relu), {{2, 0.5f}}), 333},
                      Case{"anchored twice",
                           anchored(dense(5, {9}, 1, Activation::silu), {{1, 0.5f}, {4, -1.0f}}), 77},
                      Case{"residual", residual(5, 24, 2, 3, Activation::leaky_relu), 211},
                      Case{"residual 64", residual(2, 64, 2, 1, Activation::leaky_relu), 64},
                      Case{"residual silu", residual(3, 17, 3, 3, Activation::silu), 90}));

/// The mean squared error as if it coupled all rows; also keeps what it saw.
class MeanSquare final : public BatchLoss {
 public:
  double value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool&) override {
    double sum = 0.0, weights = 0.0;
    const std::size_t O = batch.outputs.size() / batch.rows;
    for (std::size_t r = 0; r < batch.rows; ++r) {
      weights += batch.weights[r];
    }
    for (std::size_t i = 0; i < batch.outputs.size(); ++i) {
      const double difference = batch.outputs[i] - batch.targets[i], w = batch.weights[i / O];
      sum += w * difference * difference;
      gradient[i] = static_cast<float>(2.0 * w * difference / weights);
    }
    inputs.assign(batch.inputs.begin(), batch.inputs.end());
    return sum / weights;
  }
  std::string describe() const override { return "mean square"; }
  std::vector<float> inputs;
};

TEST(BatchGradient, IsThatOfTheRowLossWhenTheLossIsASumOverRows) {
  ThreadPool pool(2);
  RandomStream stream(8, "batch test");
  const Network network = random_network(residual(5, 24, 2, 3, Activation::leaky_relu), stream);
  const TrainingRows rows = random_rows(network, 500, stream);
  std::vector<std::uint32_t> some;
  for (std::uint32_t i = 0; i < 403; ++i) {
    some.push_back((i * 7) % 500);
  }
  TrainingStep step(network, RowLoss::mse, AdamOptions{}, pool);
  const double value = step.loss_and_gradient(network, rows, some);
  BatchGradient batch(network, pool);
  MeanSquare loss;
  EXPECT_NEAR(batch(network, rows, some, loss), value, 1e-5 * std::abs(value));
  for (std::size_t i = 0; i < network.parameters().size(); ++i) {
    ASSERT_NEAR(batch.gradient()[i], step.gradient()[i], 1e-5 * (1.0 + std::abs(step.gradient()[i])));
  }
  for (std::size_t r = 0; r < some.size(); ++r) {
    ASSERT_EQ(loss.inputs[5 * r + 4], rows.inputs(some[r])[4]);
  }
}

TEST(GradientOfDropout, IsThatOfTheUnitsKept) {
  // With the same units dropped, the loss is a fixed function: its finite difference in float, coarse but telling.
  ThreadPool pool(2);
  NetworkSpec spec = dense(4, {32, 16}, 1, Activation::leaky_relu);
  spec.dropout = 0.3;
  RandomStream stream(5, "dropout test");
  Network network = random_network(spec, stream);
  const TrainingRows rows = random_rows(network, 700, stream);
  std::vector<std::uint32_t> all(700);
  std::iota(all.begin(), all.end(), 0u);
  TrainingStep step(network, RowLoss::bce, AdamOptions{}, pool);
  step.seed_dropout(9);
  const double value = step.loss_and_gradient(network, rows, all);
  const std::vector<float> gradient(step.gradient().begin(), step.gradient().end());
  double along = 0.0, square = 0.0;
  for (const float g : gradient) {
    square += static_cast<double>(g) * static_cast<double>(g);
  }
  const double size = 2e-3 / std::sqrt(square);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    network.parameters()[i] += static_cast<float>(size) * gradient[i];
  }
  along = step.loss_and_gradient(network, rows, all) - value;
  EXPECT_TRUE(std::abs(along / size - square) <= 0.02 * square) << along / size << " against " << square;
}

TEST(ResidualNetwork, StartsAsTheIdentity) {
  ThreadPool pool(1);
  Network network(residual(4, 32, 2, 3, Activation::leaky_relu));
  RandomStream stream(6, "identity test");
  network.initialise(stream);
  std::vector<float> inputs(4 * 100), outputs(3 * 100);
  for (float& x : inputs) {
    x = static_cast<float>(stream.normal());
  }
  evaluate(network, inputs, outputs, pool);
  for (std::size_t r = 0; r < 100; ++r) {
    for (std::size_t o = 0; o < 3; ++o) {
      ASSERT_EQ(outputs[r * 3 + o], inputs[r * 4 + o]);
    }
  }
}

TEST(AnchoredNetwork, IsZeroAtItsReference) {
  ThreadPool pool(1);
  RandomStream stream(7, "anchor test");
  const Network network = random_network(anchored(dense(2, {40}, 1, Activation::relu), {{1, 0.5f}}), stream);
  std::vector<float> inputs(2 * 100), outputs(100);
  for (std::size_t r = 0; r < 100; ++r) {
    inputs[2 * r] = static_cast<float>(stream.normal());
    inputs[2 * r + 1] = 0.5f;
  }
  evaluate(network, inputs, outputs, pool);
  for (const float y : outputs) {
    ASSERT_EQ(y, 0.0f);
  }
}

}  // namespace
}  // namespace trueup
