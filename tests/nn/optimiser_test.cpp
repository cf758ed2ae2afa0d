// Optimiser: kernels against plain loops, steps against PyTorch, clipping, decay of weights alone, any thread count.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <nn/averaging.hpp>
#include <nn/kernels/optimiser_kernels.hpp>
#include <nn/optimiser.hpp>
#include <nn/trainer_samples.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

using nlohmann::json;
using testing_support::parameters_of;
using Floats = std::vector<float>;

Floats random_floats(std::size_t n, std::uint64_t index, double scale = 1.0) {
  RandomStream stream(7, "optimiser test", index);
  Floats values(n);
  for (float& v : values) v = static_cast<float>(scale * stream.normal());
  return values;
}

double largest_difference(const Floats& a, const Floats& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    if (!(difference <= largest)) largest = difference;  // NaN stays
  }
  return largest;
}

TEST(OptimiserKernels, MatchTheReferenceOnEveryInstructionSet) {
  const AdamWStep step{0.02f, 0.9f, 0.5f, 0.9f, 0.999f, 0.1f, 0.001f, 1e-7f, 3.0f};
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    for (const std::size_t n : {1U, 7U, 16U, 33U, 5251U}) {
      const Floats gradient = random_floats(n, 0);
      Floats p = random_floats(n, 1), m = random_floats(n, 2), v = random_floats(n, 3);
      for (float& x : v) x = std::abs(x);
      Floats p_want = p, m_want = m, v_want = v;
      kernels::adamw_update(n, step, gradient.data(), p.data(), m.data(), v.data());
      reference::adamw_update(n, step, gradient.data(), p_want.data(), m_want.data(), v_want.data());
      // Values of order 1: a few roundings, with or without fused multiply-adds.
      EXPECT_TRUE(largest_difference(p, p_want) <= 2e-6) << n;
      EXPECT_TRUE(largest_difference(m, m_want) <= 1e-6) << n;
      EXPECT_TRUE(largest_difference(v, v_want) <= 1e-6) << n;

      const double norm = kernels::squared_norm(n, gradient.data());
      const double want = reference::squared_norm(n, gradient.data());
      EXPECT_TRUE(std::fabs(norm - want) <= 1e-5 * want) << n;

      Floats average = random_floats(n, 4), average_want = average;
      kernels::move_towards(n, 0.3f, gradient.data(), average.data());
      reference::move_towards(n, 0.3f, gradient.data(), average_want.data());
      EXPECT_TRUE(largest_difference(average, average_want) <= 1e-6) << n;
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

/// PyTorch's steps on Σ a (p − c)² s / 2; tests/oracles/make_optimisers.py made them.
struct Golden {
  json file;
  Floats start, curvature, centre;

  Golden() {
    std::ifstream in(std::string(TRUEUP_TEST_DATA) + "/optimisers.json");
    file = json::parse(in);
    start = file.at("start").get<Floats>();
    curvature = file.at("curvature").get<Floats>();
    centre = file.at("centre").get<Floats>();
  }
  Network network() const {
    const auto layers = file.at("layers").get<std::vector<std::size_t>>();
    Network network(NetworkSpec{layers[0], {layers[1]}, layers[2], Activation::relu});
    std::ranges::copy(start, network.parameters().begin());
    return network;
  }
  AdamOptions options(const json& given) const {
    AdamOptions adam;
    adam.beta1 = file.at("adam").at("beta1");
    adam.beta2 = file.at("adam").at("beta2");
    adam.epsilon = file.at("adam").at("epsilon");
    adam.weight_decay = given.at("weight_decay");
    adam.clip_norm = given.at("clip_norm");
    return adam;
  }
  Floats gradient(const Network& network, double scale) const {
    Floats result(start.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = static_cast<float>(scale) * curvature[i] * (network.parameters()[i] - centre[i]);
    }
    return result;
  }
};

// The golden numbers are 64-bit. Parameters of order 1 move by 0.02 a step at most, which 32 bits round by 1e-7 each
// time. Decay on biases, too, or a clip that is missed shows at 1e-3 and above.
constexpr double kGoldenTolerance = 3e-6;

class OptimiserAgainstPyTorch : public ::testing::TestWithParam<const char*> {};

TEST_P(OptimiserAgainstPyTorch, Agrees) {
  const Golden golden;
  const json& want = golden.file.at("cases").at(GetParam());
  ThreadPool pool(2);
  Network network = golden.network();
  Optimiser optimiser(network, golden.options(want));
  const auto scales = golden.file.at("scales").get<std::vector<double>>();
  const std::size_t steps = scales.size(), tail = golden.file.at("tail");
  AveragingOptions exponential{AverageKind::exponential, golden.file.at("decay"), 1.0};
  AveragingOptions last{AverageKind::tail, 0.0, static_cast<double>(tail) / static_cast<double>(steps)};
  ParameterAverage ema(network, exponential), mean(network, last);
  EXPECT_EQ(&mean.choose(network), &network) << "nothing averaged yet";
  for (std::size_t s = 0; s < steps; ++s) {
    const Floats gradient = golden.gradient(network, scales[s]);
    optimiser.update(network, gradient, golden.file.at("rates")[s], pool);
    ema.add(network, s, steps, pool);
    mean.add(network, s, steps, pool);
    if (s == 4) {
      EXPECT_TRUE(largest_difference(parameters_of(network), want.at("after_5_steps").get<Floats>()) <=
                  kGoldenTolerance);
    }
  }
  const auto expect_close = [&](const Network& ours, const char* key) {
    const double difference = largest_difference(parameters_of(ours), want.at(key).get<Floats>());
    EXPECT_TRUE(difference <= kGoldenTolerance) << key << ": off by " << difference;
  };
  expect_close(network, "after_all_steps");
  expect_close(ema.choose(network), "exponential_average");
  expect_close(mean.choose(network), "tail_average");
}

INSTANTIATE_TEST_SUITE_P(Cases, OptimiserAgainstPyTorch,
                         ::testing::Values("adam", "adamw", "adam_clipped", "adamw_clipped"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(Optimiser, BiasesNeverDecay) {
  ThreadPool pool(1);
  Network network(NetworkSpec{3, {5, 4}, 2, Activation::relu});
  std::ranges::fill(network.parameters(), 1.0f);
  AdamOptions options;
  options.weight_decay = 0.5;
  Optimiser optimiser(network, options);
  optimiser.update(network, Floats(network.parameters().size(), 0.0f), 0.1, pool);
  for (std::size_t l = 0; l < network.layers().size(); ++l) {
    for (const float w : network.weight(l)) EXPECT_FLOAT_EQ(w, 0.95f);
    for (const float b : network.bias(l)) EXPECT_EQ(b, 1.0f);
  }
}

TEST(Optimiser, AClippedGradientKeepsItsDirection) {
  // Adam does not see a factor that is always the same, so the moments are compared: after one step with the norm
  // limited to 1, all that follows is as if the gradient had been divided by its norm.
  ThreadPool pool(1);
  const Network start = testing_support::fresh_network();
  const std::size_t size = start.parameters().size();
  const Floats gradient = random_floats(size, 5, 100.0);
  const double norm = std::sqrt(reference::squared_norm(size, gradient.data()));
  Floats unit = gradient;
  for (float& g : unit) g = static_cast<float>(g / norm);
  const Floats small = random_floats(size, 6, 0.5 / std::sqrt(static_cast<double>(size)));
  AdamOptions clipping;
  clipping.clip_norm = 1.0;
  Network clipped = start, by_hand = start, unlimited = start;
  Optimiser a(clipped, clipping), b(by_hand, AdamOptions{}), c(unlimited, AdamOptions{});
  a.update(clipped, gradient, 0.01, pool), a.update(clipped, small, 0.01, pool);
  b.update(by_hand, unit, 0.01, pool), b.update(by_hand, small, 0.01, pool);
  c.update(unlimited, gradient, 0.01, pool), c.update(unlimited, small, 0.01, pool);
  EXPECT_TRUE(largest_difference(parameters_of(clipped), parameters_of(by_hand)) <= 1e-6);
  EXPECT_TRUE(largest_difference(parameters_of(clipped), parameters_of(unlimited)) > 1e-4);
}

TEST(Optimiser, ANotFiniteGradientIsNotHidden) {
  ThreadPool pool(1);
  for (const float bad : {std::nanf(""), INFINITY}) {
    Network network = testing_support::fresh_network();
    AdamOptions clipping;
    clipping.clip_norm = 1.0;
    Optimiser optimiser(network, clipping);
    Floats gradient(network.parameters().size(), 0.1f);
    gradient[3] = bad;
    optimiser.update(network, gradient, 0.01, pool);
    EXPECT_FALSE(std::isfinite(network.parameters()[3]));
  }
}

/// Large enough to be updated by several threads.
NetworkSpec large_network() {
  return NetworkSpec{7, {613, 613}, 3, Activation::relu};
}

TEST(Optimiser, SameBitsForAnyThreadCount) {
  std::vector<Floats> results;
  for (const int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    Network network(large_network());
    ASSERT_GT(network.parameters().size(), std::size_t{1} << 18);
    std::ranges::copy(random_floats(network.parameters().size(), 1), network.parameters().begin());
    AdamOptions options;
    options.weight_decay = 0.01;
    options.clip_norm = 1.0;
    Optimiser optimiser(network, options);
    ParameterAverage average(network, {AverageKind::exponential, 0.9, 1.0});
    for (std::size_t s = 0; s < 3; ++s) {
      optimiser.update(network, random_floats(network.parameters().size(), 10 + s), 0.01, pool);
      average.add(network, s, 3, pool);
    }
    results.push_back(parameters_of(average.choose(network)));
  }
  for (std::size_t i = 1; i < results.size(); ++i) EXPECT_EQ(results[i], results[0]);
}

}  // namespace
}  // namespace trueup
