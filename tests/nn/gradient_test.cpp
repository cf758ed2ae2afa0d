// The engine's gradient of the mean loss against finite differences in double, over random networks and row counts.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

#include "nn/kernels/reference.hpp"
#include "nn/step.hpp"

namespace trueup {
namespace {

/// The mean loss in double, by the reference, for any parameters.
double reference_loss(const Network& network, const std::vector<double>& parameters, const TrainingRows& rows,
                      RowLoss loss) {
  double sum = 0.0, weights = 0.0;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    std::vector<double> x(rows.inputs(r).begin(), rows.inputs(r).end());
    for (const DenseLayer& layer : network.layers()) {
      std::vector<double> y(layer.outputs);
      reference::dense_forward(parameters.data() + layer.weight_offset, parameters.data() + layer.bias_offset,
                               layer.inputs, layer.outputs, layer.activation, TileShape{1, 1}, x.data(),
                               y.data());
      x = y;
    }
    const double t = rows.target(r), w = rows.weight(r);
    sum += loss == RowLoss::bce ? reference::bce_value(x[0], t, w) : reference::mse_value(x[0], t, w);
    weights += w;
  }
  return sum / weights;
}

TrainingRows random_rows(std::size_t count, std::size_t features, RandomStream& stream) {
  TrainingRows rows(count, features);
  for (std::size_t r = 0; r < count; ++r) {
    for (float& x : rows.inputs(r)) {
      x = static_cast<float>(stream.normal());
    }
    rows.target(r) = stream.uniform() < 0.5 ? 0.0f : 1.0f;
    rows.weight(r) = static_cast<float>(stream.uniform(-0.2, 2.0));  // some are negative
  }
  return rows;
}

struct Shape {
  std::size_t inputs;
  std::vector<std::size_t> hidden;
  std::size_t rows;
};

class Gradient : public ::testing::TestWithParam<Shape> {};

TEST_P(Gradient, AgreesWithFiniteDifferences) {
  const Shape shape = GetParam();
  ThreadPool pool(2);
  for (const RowLoss loss : {RowLoss::bce, RowLoss::mse}) {
    Network network(NetworkSpec{shape.inputs, shape.hidden, 1, Activation::relu});
    RandomStream stream(3, "gradient test", shape.rows);
    network.initialise(stream);
    for (std::size_t l = 0; l < network.layers().size(); ++l) {
      for (float& b : network.bias(l)) {
        b = static_cast<float>(0.3 * stream.normal());
      }
    }
    const TrainingRows rows = random_rows(shape.rows, shape.inputs, stream);
    std::vector<std::uint32_t> all(shape.rows);
    std::iota(all.begin(), all.end(), 0u);
    TrainingStep step(network, loss, AdamOptions{}, pool);
    const double value = step.loss_and_gradient(network, rows, all);
    std::vector<double> parameters(network.parameters().begin(), network.parameters().end());
    EXPECT_TRUE(std::abs(value - reference_loss(network, parameters, rows, loss)) <=
                1e-5 * (1.0 + std::abs(value)));

    // A step this small rarely crosses a kink of a ReLU in double; float rounding of the gradient dominates.
    constexpr double kStep = 1e-6;
    const std::size_t probes = std::min<std::size_t>(parameters.size(), 60);
    for (std::size_t k = 0; k < probes; ++k) {
      const std::size_t i = probes == parameters.size() ? k : stream.below(parameters.size());
      auto moved = parameters;
      moved[i] += kStep;
      const double up = reference_loss(network, moved, rows, loss);
      moved[i] -= 2 * kStep;
      const double slope = (up - reference_loss(network, moved, rows, loss)) / (2 * kStep);
      ASSERT_TRUE(std::abs(slope - step.gradient()[i]) <= 2e-5 * (1.0 + std::abs(slope)))
          << "parameter " << i << ": finite difference " << slope << ", engine " << step.gradient()[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Gradient,
                         ::testing::Values(Shape{1, {1}, 1}, Shape{2, {7}, 5}, Shape{3, {50, 50, 50}, 191},
                                           Shape{5, {128, 128}, 193}, Shape{17, {7, 33, 16}, 400},
                                           Shape{2, {}, 100}, Shape{20, {5}, 1000}));

}  // namespace
}  // namespace trueup
