// Losses over a batch: MMD with conditions, the mean square, and MDMM that combines them.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/mdmm.hpp>
#include <trueup/mean_square_loss.hpp>
#include <trueup/mmd_loss.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

struct Batch {
  std::size_t rows, F, O;
  std::vector<float> inputs, outputs, targets, weights;

  Batch(std::size_t n, std::size_t f, std::size_t o) : rows(n), F(f), O(o) {
    RandomStream stream(13, "batch losses test", n);
    const auto fill = [&](std::vector<float>& values, std::size_t size, double shift) {
      for (std::size_t i = 0; i < size; ++i) {
        values.push_back(static_cast<float>(stream.normal() + shift));
      }
    };
    fill(inputs, n * f, 0.0), fill(outputs, n * o, 0.3), fill(targets, n * o, 0.0);
    for (std::size_t r = 0; r < n; ++r) {
      weights.push_back(static_cast<float>(stream.uniform(0.5, 1.5)));
    }
  }
  BatchView view() const { return {rows, inputs, outputs, targets, weights}; }
};

/// Slope along the gradient by a central difference of the value; values are exact to about 1e-7 of their terms.
void expect_gradient(BatchLoss& loss, Batch batch, ThreadPool& pool, double tolerance) {
  std::vector<float> gradient(batch.outputs.size());
  const double value = loss.value_and_gradient(batch.view(), gradient, pool);
  EXPECT_NEAR(loss.value_and_gradient(batch.view(), {}, pool), value, 1e-6 * (1.0 + std::abs(value)));
  double square = 0.0;
  for (const float g : gradient) {
    square += static_cast<double>(g) * static_cast<double>(g);
  }
  const double step = 1e-2 / std::sqrt(square);
  const auto moved = [&](double sign) {
    Batch other = batch;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      other.outputs[i] += static_cast<float>(sign * step * static_cast<double>(gradient[i]));
    }
    return loss.value_and_gradient(other.view(), {}, pool);
  };
  const double slope = (moved(1.0) - moved(-1.0)) / (2.0 * step);
  EXPECT_NEAR(slope, square, tolerance * square);
}

TEST(BatchLosses, GradientsAgreeWithFiniteDifferences) {
  ThreadPool pool(2);
  const Batch batch(150, 4, 2);
  MmdLoss plain({{1.0, 0.7}, {1.0}, MmdEstimator::biased});
  expect_gradient(plain, batch, pool, 2e-3);
  MmdLoss conditioned({{1.0, 0.8, 1.1, 0.7}, {0.5, 1.0, 2.0}, MmdEstimator::unbiased}, {3, 0});
  expect_gradient(conditioned, batch, pool, 2e-3);
  MeanSquareLoss square;
  expect_gradient(square, batch, pool, 1e-4);
}

TEST(BatchLosses, ConditionsAreTheInputsOfBothSides) {
  ThreadPool pool(1);
  Batch batch(60, 3, 1);
  batch.targets = batch.outputs;
  MmdLoss loss({{1.0, 1.0}, {1.0}, MmdEstimator::biased}, {2});
  EXPECT_NEAR(loss.value_and_gradient(batch.view(), {}, pool), 0.0, 1e-7);
}

TEST(BatchLosses, SizesThatDoNotFitAreRefused) {
  ThreadPool pool(1);
  const Batch batch(10, 2, 2);
  MmdLoss few({{1.0}, {1.0}, MmdEstimator::biased});
  EXPECT_THROW(few.value_and_gradient(batch.view(), {}, pool), ConfigError);
  MmdLoss unknown({{1.0, 1.0, 1.0}, {1.0}, MmdEstimator::biased}, {5});
  EXPECT_THROW(unknown.value_and_gradient(batch.view(), {}, pool), ConfigError);
}

/// The mean of the outputs, so that the constrained minimum is known.
class MeanLevel final : public BatchLoss {
 public:
  double value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool&) override {
    double mean = 0.0;
    for (const float y : batch.outputs) {
      mean += static_cast<double>(y) / static_cast<double>(batch.rows);
    }
    for (float& g : gradient) {
      g = static_cast<float>(1.0 / static_cast<double>(batch.rows));
    }
    return mean;
  }
  std::string describe() const override { return "mean level"; }
};

/// Minimum of mean (y − t)² with mean y = 0.5: y = t + (0.5 − mean t), where λ = 2 (mean t − 0.5).
TEST(Mdmm, FindsTheConstrainedMinimumAndItsMultiplier) {
  ThreadPool pool(1);
  Batch batch(20, 1, 1);
  std::fill(batch.weights.begin(), batch.weights.end(), 1.0f);
  double mean = 0.0;
  for (const float t : batch.targets) {
    mean += static_cast<double>(t) / 20.0;
  }
  Mdmm loss(std::make_unique<MeanSquareLoss>());
  ConstraintOptions constraint;
  constraint.target = 0.5;
  constraint.multiplier = 0.0;
  constraint.learning_rate = 3e-3;
  loss.add_constraint(std::make_unique<MeanLevel>(), constraint);
  std::vector<float> gradient(20);
  for (int step = 0; step < 6000; ++step) {
    loss.value_and_gradient(batch.view(), gradient, pool);
    for (std::size_t i = 0; i < 20; ++i) {
      batch.outputs[i] -= 0.5f * gradient[i];
    }
  }
  EXPECT_NEAR(loss.constraint(0), 0.5, 0.01);
  EXPECT_NEAR(loss.multiplier(0), 2.0 * (mean - 0.5), 0.03);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(batch.outputs[i], batch.targets[i] + 0.5 - mean, 0.02);
  }
}

TEST(Mdmm, TheMultiplierStaysWhenOnlyTheValueIsAskedFor) {
  ThreadPool pool(1);
  const Batch batch(30, 1, 1);
  Mdmm loss(std::make_unique<MeanSquareLoss>());
  loss.add_constraint(std::make_unique<MmdLoss>(MmdOptions{{1.0}, {1.0}, MmdEstimator::biased}), {});
  loss.value_and_gradient(batch.view(), {}, pool);
  EXPECT_EQ(loss.multiplier(0), 1.0);
  std::vector<float> gradient(30);
  loss.value_and_gradient(batch.view(), gradient, pool);
  EXPECT_GT(loss.multiplier(0), 1.0);  // MMD is above its target: λ climbs
  EXPECT_THROW(loss.add_constraint(nullptr, {}), ConfigError);
}

}  // namespace
}  // namespace trueup
