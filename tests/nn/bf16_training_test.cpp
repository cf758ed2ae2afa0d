// Training in bf16: gradients beside those in float, the same bits for any number of threads, what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/precision.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

#include "nn/kernels/bf16_unit.hpp"
#include "nn/step.hpp"

namespace trueup {
namespace {

NetworkSpec refiner_spec(std::size_t width) {
  NetworkSpec spec;
  spec.inputs = 4;
  spec.outputs = 2;
  spec.hidden = {width};
  spec.activation = Activation::leaky_relu;
  spec.residual_blocks = 2;
  spec.add_inputs = true;
  return spec;
}

NetworkSpec spec_of(const std::string& kind) {
  if (kind == "residual") return refiner_spec(96);
  if (kind == "very wide") return refiner_spec(260);
  NetworkSpec spec{4, {70, 100, 64}, 2, Activation::silu};
  if (kind == "dropout") spec.dropout = 0.2;
  if (kind == "anchored") spec.anchors = {{3, 0.5f}};
  if (kind == "members") spec.members = {3, {64, 80, 70}};
  return spec;
}

Network started(const NetworkSpec& spec) {
  Network network(spec);
  RandomStream stream(21, "bf16 training test");
  network.initialise(stream);
  for (float& p : network.parameters()) p += static_cast<float>(0.02 * stream.normal());
  return network;
}

/// Targets that are a function of the inputs, and noise.
TrainingRows rows_for(const Network& network, std::size_t count) {
  TrainingRows rows(count, network.inputs(), network.outputs());
  RandomStream stream(22, "bf16 training test");
  std::vector<std::uint64_t> offsets(1, 0);
  std::vector<float> members;
  for (std::size_t r = 0; r < count; ++r) {
    for (float& x : rows.inputs(r)) x = static_cast<float>(stream.normal());
    const auto x = rows.inputs(r);
    for (std::size_t t = 0; t < rows.targets(); ++t) {
      rows.target(r, t) =
          x[t] + 0.3f * std::sin(2.0f * x[2]) * x[3] + static_cast<float>(0.1 * stream.normal());
    }
    rows.weight(r) = static_cast<float>(0.5 + stream.uniform());
    const std::size_t group = r % 5;
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

std::vector<std::uint32_t> all_of(const TrainingRows& rows) {
  std::vector<std::uint32_t> all(rows.rows());
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

std::vector<float> gradient_of(const Network& network, const TrainingRows& rows, Precision precision,
                               int threads) {
  ThreadPool pool(threads);
  TrainingStep step(network, RowLoss::mse, AdamOptions{}, pool, precision);
  step.seed_dropout(3);
  step.loss_and_gradient(network, rows, all_of(rows));
  return {step.gradient().begin(), step.gradient().end()};
}

/// |a − b| / |b|
double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    difference += d * d;
    size += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return std::sqrt(difference / size);
}

class Bf16Training : public testing::TestWithParam<std::string> {};

TEST_P(Bf16Training, GradientIsThatInFloatUpToTheRoundingOfFactors) {
  const Network network = started(spec_of(GetParam()));
  const TrainingRows rows = rows_for(network, 700);
  const std::vector<float> exact = gradient_of(network, rows, Precision::float32, 2);
  for (const Bf16Unit unit : available_bf16_units()) {
    set_bf16_unit_for_test(unit);
    const double error = distance(gradient_of(network, rows, Precision::bf16, 2), exact);
    // Each factor is off by up to 2^-9 of itself, at random; some layers and the sums over rows leave less than 1 %.
    EXPECT_TRUE(error <= 0.01) << to_string(unit) << ": " << error;
    EXPECT_TRUE(error > 1e-5) << "nothing was rounded";
  }
  set_bf16_unit_for_test({});
}

TEST_P(Bf16Training, SameBitsForAnyNumberOfThreads) {
  const Network network = started(spec_of(GetParam()));
  const TrainingRows rows = rows_for(network, 1100);
  for (const Bf16Unit unit : available_bf16_units()) {
    set_bf16_unit_for_test(unit);
    const std::vector<float> one = gradient_of(network, rows, Precision::bf16, 1);
    for (const int threads : {2, 3, 8}) {
      EXPECT_EQ(gradient_of(network, rows, Precision::bf16, threads), one) << to_string(unit) << threads;
    }
  }
  set_bf16_unit_for_test({});
}

INSTANTIATE_TEST_SUITE_P(Networks, Bf16Training,
                         testing::Values("dense", "residual", "very wide", "dropout", "anchored", "members"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, ' ');
                           return name;
                         });

TrainRecord trained(Network& network, Precision precision) {
  ThreadPool pool(2);
  const TrainingRows rows = rows_for(network, 4000);
  const std::vector<std::uint32_t> all = all_of(rows);
  TrainOptions options;
  options.loss = RowLoss::mse;
  options.batch_size = 250;
  options.max_epochs = 6;
  options.precision = precision;
  return train(network, {rows, std::span(all).first(3000)}, {rows, std::span(all).subspan(3000)}, options,
               pool);
}

TEST(Bf16Training, LearnsAsInFloat) {
  Network exact = started(refiner_spec(96)), coarse = exact;
  const TrainRecord in_float = trained(exact, Precision::float32), in_bf16 = trained(coarse, Precision::bf16);
  const double first = in_float.epochs.front().validation_loss, last = in_float.best_validation_loss;
  EXPECT_LT(last, 0.7 * first);
  // The noise of the batches moves the loss of an epoch by a few per cent.
  EXPECT_TRUE(std::abs(in_bf16.best_validation_loss - last) <= 0.1 * last) << in_bf16.best_validation_loss;
  EXPECT_NE(in_bf16.best_validation_loss, last);
  // The validation loss is that of the products trained with.
  ThreadPool pool(1);
  const TrainingRows rows = rows_for(coarse, 4000);
  const std::vector<std::uint32_t> all = all_of(rows);
  EXPECT_EQ(mean_loss(coarse, {rows, std::span(all).subspan(3000)}, RowLoss::mse, pool, Precision::bf16),
            in_bf16.best_validation_loss);
}

TEST(Bf16Training, IsRefusedWithoutAWideLayer) {
  Network network(NetworkSpec{4, {50, 50}, 2, Activation::relu});
  EXPECT_THROW(trained(network, Precision::bf16), ConfigError);
}

TEST(Bf16Evaluation, IsThatInFloatUpToRounding) {
  const Network network = started(refiner_spec(96));
  const TrainingRows rows = rows_for(network, 500);
  std::vector<float> inputs, exact(1000), coarse(1000);
  for (std::size_t r = 0; r < 500; ++r) {
    inputs.insert(inputs.end(), rows.inputs(r).begin(), rows.inputs(r).end());
  }
  ThreadPool pool(2);
  evaluate(network, inputs, exact, pool);
  evaluate(network, inputs, coarse, Precision::bf16, pool);
  const double error = distance(coarse, exact);
  EXPECT_TRUE(error <= 0.01 && error > 1e-6) << error;
}

TEST(Precision, HasNames) {
  for (const Precision precision : {Precision::float32, Precision::bf16}) {
    EXPECT_EQ(precision_from_string(to_string(precision)), precision);
  }
  EXPECT_THROW(precision_from_string("half"), ConfigError);
}

}  // namespace
}  // namespace trueup
