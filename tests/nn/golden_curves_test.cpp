// Training against PyTorch: 20 steps of Adam from the same parameters over the same batches give the same losses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <nn/step.hpp>
#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

namespace trueup {
namespace {

using nlohmann::json;

// PyTorch in 32 bits strays from the golden numbers, which are 64-bit, by up to 2e-7 in the losses (relative) and
// 3e-7 in the parameters (stored in the files); we sum in another order, which differs with the vector width. A wrong
// formula shows: Keras' place for Adam's epsilon moves parameters by 2e-5 here, the deeper network's by 1e-2.
constexpr double kLossTolerance = 1e-5;
constexpr double kParameterTolerance = 5e-6;

struct Golden {
  Network network;
  TrainingRows rows;
  RowLoss loss;
  AdamOptions adam;
  json curves;
};

NetworkSpec spec_of(const std::vector<std::size_t>& layers) {
  NetworkSpec spec;
  spec.inputs = layers.front();
  spec.hidden.assign(layers.begin() + 1, layers.end() - 1);
  spec.outputs = layers.back();
  return spec;
}

TrainingRows rows_of(const json& file) {
  const auto inputs = file.at("inputs").get<std::vector<float>>();
  const std::size_t N = file.at("rows"), F = inputs.size() / N;
  TrainingRows rows(N, F);
  for (std::size_t r = 0; r < N; ++r) {
    std::copy_n(inputs.begin() + static_cast<std::ptrdiff_t>(r * F), F, rows.inputs(r).begin());
    rows.target(r) = file.at("targets")[r];
    rows.weight(r) = file.at("weights")[r];
  }
  return rows;
}

Golden read_golden(const std::string& name) {
  std::ifstream in(std::string(TRUEUP_TEST_DATA) + "/training_" + name + ".json");
  const json file = json::parse(in);
  Network network(spec_of(file.at("layers")));
  const auto parameters = file.at("initial_parameters").get<std::vector<float>>();
  if (parameters.size() != network.parameters().size())
    throw std::runtime_error(name + ": not this network's file");
  std::copy(parameters.begin(), parameters.end(), network.parameters().begin());
  const json& adam = file.at("adam");
  return {std::move(network),
          rows_of(file),
          file.at("loss") == "bce" ? RowLoss::bce : RowLoss::mse,
          {adam.at("learning_rate"), adam.at("beta1"), adam.at("beta2"), adam.at("epsilon")},
          file.at("curves")};
}

/// The batches that the oracle took: rows in order, a short batch at the end, then from the start.
class BatchesInOrder {
 public:
  BatchesInOrder(std::size_t rows, std::size_t batch) : order_(rows), batch_(batch) {
    std::iota(order_.begin(), order_.end(), 0U);
  }
  std::span<const std::uint32_t> next() {
    const auto rows = std::span<const std::uint32_t>(order_).subspan(begin_).first(
        std::min(batch_, order_.size() - begin_));
    begin_ = (begin_ + rows.size()) % order_.size();
    return rows;
  }

 private:
  std::vector<std::uint32_t> order_;
  std::size_t batch_;
  std::size_t begin_ = 0;
};

void expect_same_parameters(std::span<const float> ours, const std::vector<float>& golden) {
  ASSERT_EQ(ours.size(), golden.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < golden.size(); ++i) {
    const double difference = std::fabs(static_cast<double>(ours[i]) - golden[i]);
    if (!(difference <= largest)) largest = difference;  // NaN stays
  }
  EXPECT_TRUE(largest <= kParameterTolerance) << "parameters differ by up to " << largest;
}

class GoldenCurves : public ::testing::TestWithParam<std::tuple<const char*, const char*, int>> {};

TEST_P(GoldenCurves, AreReproduced) {
  const auto [name, curve_name, threads] = GetParam();
  Golden golden = read_golden(name);
  const json& curve = golden.curves.at(curve_name);
  ThreadPool pool(threads);
  TrainingStep step(golden.network, golden.loss, golden.adam, pool);
  BatchesInOrder batches(golden.rows.rows(), curve.at("batch_size"));
  const auto losses = curve.at("losses").get<std::vector<double>>();
  ASSERT_EQ(losses.size(), 20U);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double loss = step(golden.network, golden.rows, batches.next(), golden.adam.learning_rate);
    const double deviation = std::fabs(loss / losses[i] - 1.0);
    EXPECT_TRUE(deviation <= kLossTolerance) << "step " << i << ": " << loss << ", off by " << deviation;
  }
  expect_same_parameters(golden.network.parameters(), curve.at("final_parameters").get<std::vector<float>>());
}

INSTANTIATE_TEST_SUITE_P(PyTorch, GoldenCurves,
                         ::testing::Combine(::testing::Values("bce_2_50_50_50_1", "mse_5_16_7_1"),
                                            ::testing::Values("full_batch", "mini_batch"),
                                            ::testing::Values(1, 2)),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param)) + "_" + std::get<1>(tested.param) +
                                  "_threads_" + std::to_string(std::get<2>(tested.param));
                         });

}  // namespace
}  // namespace trueup
