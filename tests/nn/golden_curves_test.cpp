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
// 4e-7 in the parameters (stored in the files); we sum in another order, which differs with the vector width. A wrong
// formula shows: Keras' place for Adam's epsilon moves parameters by 2e-5 here, the deeper network's by 1e-2.
constexpr double kLossTolerance = 1e-5;
constexpr double kParameterTolerance = 5e-6;
constexpr double kOutputTolerance = 2e-5;  // tens of parameters meet in an output; PyTorch: 6e-7

struct Golden {
  Network network;
  TrainingRows rows;
  LossOptions loss;
  AdamOptions adam;
  json curve;
};

/// From `layers` (widths of a dense ReLU network) or `network`.
NetworkSpec spec_of(const json& file) {
  NetworkSpec spec;
  if (file.contains("layers")) {
    const auto layers = file.at("layers").get<std::vector<std::size_t>>();
    spec.inputs = layers.front();
    spec.hidden.assign(layers.begin() + 1, layers.end() - 1);
    spec.outputs = layers.back();
    return spec;
  }
  const json& network = file.at("network");
  network.at("inputs").get_to(spec.inputs);
  network.at("hidden").get_to(spec.hidden);
  network.at("outputs").get_to(spec.outputs);
  network.at("residual_blocks").get_to(spec.residual_blocks);
  network.at("add_inputs").get_to(spec.add_inputs);
  spec.activation = activation_from_string(network.at("activation"));
  const auto members = network.at("members").get<std::vector<std::size_t>>();
  if (!members.empty()) spec.members = {members.front(), {members.begin() + 1, members.end()}};
  return spec;
}

LossOptions loss_of(const json& file) {
  if (file.at("loss") == "huber") return {RowLoss::huber, file.at("huber_delta").get<double>()};
  return file.at("loss") == "bce" ? RowLoss::bce : RowLoss::mse;
}

TrainingRows rows_of(const json& file, const NetworkSpec& spec, bool weighted) {
  const auto inputs = file.at("inputs").get<std::vector<float>>();
  const std::size_t N = file.at("rows"), F = spec.inputs, T = spec.outputs;
  TrainingRows rows(N, F, T);
  for (std::size_t r = 0; r < N; ++r) {
    std::copy_n(inputs.begin() + static_cast<std::ptrdiff_t>(r * F), F, rows.inputs(r).begin());
    for (std::size_t t = 0; t < T; ++t) rows.target(r, t) = file.at("targets")[r * T + t];
    rows.weight(r) = weighted ? file.at("weights")[r].get<float>() : 1.0f;
  }
  if (!spec.members.hidden.empty()) {
    std::vector<std::uint64_t> offsets{0};
    for (const std::uint64_t count : file.at("member_counts")) offsets.push_back(offsets.back() + count);
    rows.set_members(std::move(offsets), file.at("member_values"), spec.members.inputs);
  }
  return rows;
}

Golden read_golden(const std::string& name, const std::string& curve_name) {
  std::ifstream in(std::string(TRUEUP_TEST_DATA) + "/" + name + ".json");
  const json file = json::parse(in);
  Network network(spec_of(file));
  const auto parameters = file.at("initial_parameters").get<std::vector<float>>();
  if (parameters.size() != network.parameters().size())
    throw std::runtime_error(name + ": not this network's file");
  std::copy(parameters.begin(), parameters.end(), network.parameters().begin());
  const json& adam = file.at("adam");
  const json& curve = file.at("curves").at(curve_name);
  TrainingRows rows = rows_of(file, network.spec(), curve.value("weighted", true));
  return {std::move(network),
          std::move(rows),
          loss_of(file),
          {adam.at("learning_rate"), adam.at("beta1"), adam.at("beta2"), adam.at("epsilon")},
          curve};
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

void expect_near(std::span<const float> ours, const std::vector<float>& golden, double tolerance,
                 const char* what) {
  ASSERT_EQ(ours.size(), golden.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < golden.size(); ++i) {
    const double difference = std::fabs(static_cast<double>(ours[i]) - golden[i]);
    if (!(difference <= largest)) largest = difference;  // NaN stays
  }
  EXPECT_TRUE(largest <= tolerance) << what << " differ by up to " << largest;
}

/// Outputs of the first rows, as many as the oracle kept.
void expect_same_outputs(const Golden& golden, ThreadPool& pool) {
  if (!golden.curve.contains("final_outputs")) return;
  const auto expected = golden.curve.at("final_outputs").get<std::vector<float>>();
  std::vector<float> outputs(expected.size()), inputs;
  const std::size_t N = outputs.size() / golden.network.outputs();
  for (std::size_t r = 0; r < N; ++r)
    inputs.insert(inputs.end(), golden.rows.inputs(r).begin(), golden.rows.inputs(r).end());
  Members members;
  if (golden.rows.member_width() > 0) {
    members.offsets = golden.rows.member_offsets().first(N + 1);
    members.values = golden.rows.member_values().first(members.offsets[N] * golden.rows.member_width());
  }
  evaluate(golden.network, inputs, outputs, pool, members);
  expect_near(outputs, expected, kOutputTolerance, "outputs");
}

class GoldenCurves : public ::testing::TestWithParam<std::tuple<std::string, std::string, int>> {};

TEST_P(GoldenCurves, AreReproduced) {
  const auto [name, curve_name, threads] = GetParam();
  Golden golden = read_golden(name, curve_name);
  ThreadPool pool(threads);
  TrainingStep step(golden.network, golden.loss, golden.adam, pool);
  BatchesInOrder batches(golden.rows.rows(), golden.curve.at("batch_size"));
  const auto losses = golden.curve.at("losses").get<std::vector<double>>();
  ASSERT_EQ(losses.size(), 20U);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double loss = step(golden.network, golden.rows, batches.next(), golden.adam.learning_rate);
    const double deviation = std::fabs(loss / losses[i] - 1.0);
    EXPECT_TRUE(deviation <= kLossTolerance) << "step " << i << ": " << loss << ", off by " << deviation;
  }
  expect_near(golden.network.parameters(), golden.curve.at("final_parameters"), kParameterTolerance,
              "parameters");
  expect_same_outputs(golden, pool);
}

std::string name_of(const ::testing::TestParamInfo<GoldenCurves::ParamType>& tested) {
  return std::string(std::get<0>(tested.param)) + "_" + std::get<1>(tested.param) + "_threads_" +
         std::to_string(std::get<2>(tested.param));
}

INSTANTIATE_TEST_SUITE_P(
    Dense, GoldenCurves,
    ::testing::Combine(::testing::Values("training_bce_2_50_50_50_1", "training_mse_5_16_7_1"),
                       ::testing::Values("full_batch", "mini_batch", "mini_batch_unweighted"),
                       ::testing::Values(1, 2)),
    name_of);
INSTANTIATE_TEST_SUITE_P(
    Networks, GoldenCurves,
    ::testing::Combine(::testing::Values("network_residual_mse", "network_residual_huber_silu",
                                         "network_dense_huber_tanh", "network_members_bce",
                                         "network_members_bce_same_count"),
                       ::testing::Values("full_batch", "mini_batch", "mini_batch_unweighted"),
                       ::testing::Values(1, 2)),
    name_of);

}  // namespace
}  // namespace trueup
