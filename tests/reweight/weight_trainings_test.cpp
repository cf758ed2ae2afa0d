// Failed trainings of w are told from the samples, and trained again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <reweight/gaussian_samples.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>
#include <trueup/weight_trainings.hpp>

namespace trueup {
namespace {

Table gaussian(std::size_t events, bool scanned, std::uint64_t index) {
  return testing_support::gaussian_sample(RandomStream(5, "weight trainings test", index), events, scanned);
}

ReweightOptions usual_options() {
  ReweightOptions options;
  options.features = {"x"};
  options.parameters = {"mu"};
  options.nominal = {0.0};
  options.hidden = {16, 16};
  options.activation = Activation::silu;
  options.training.batch_size = 500;
  options.training.max_epochs = 8;
  options.training.adam.learning_rate = 3e-3;
  options.moments = 0;  // which would mend a failed training of Gaussians
  return options;
}

/// A network that hardly moves from its start.
ReweightOptions failing_options() {
  ReweightOptions options = usual_options();
  options.training.max_epochs = 1;
  options.training.adam.learning_rate = 1e-6;
  return options;
}

/// log w = log_weight + slope x, of a network that never saw an event.
Reweighter linear_weight(const Reweighter& like, float log_weight, float slope) {
  NetworkSpec spec;
  spec.inputs = 2;
  Model model = like.model();
  model.inputs.front().shift = 0.0f;
  model.inputs.front().scale = 1.0f;
  model.network = Network(spec);
  for (float& value : model.network.parameters()) value = 0.0f;
  model.network.parameters().front() = slope;
  model.network.parameters().back() = log_weight;
  return Reweighter(model);
}

Reweighter constant_weight(const Reweighter& like, float log_weight) {
  return linear_weight(like, log_weight, 0.0f);
}

class WeightTrainings : public ::testing::Test {
 protected:
  Reweighter trained(const ReweightOptions& like, std::uint64_t seed) {
    ReweightOptions options = like;
    options.training.seed = seed;
    return train_reweighter(nominal_, scanned_, options, pool_);
  }

  ThreadPool pool_{2};
  Table nominal_ = gaussian(20000, false, 0);
  Table scanned_ = gaussian(20000, true, 1);
};

TEST_F(WeightTrainings, OneThatLearntNothingIsTheOneThatFailed) {
  const std::vector<Reweighter> all{trained(usual_options(), 1), trained(failing_options(), 2),
                                    trained(usual_options(), 3)};
  const auto qualities = judge_weight_trainings(all, nominal_, scanned_, 1, pool_);
  ASSERT_EQ(qualities.size(), 3u);
  EXPECT_FALSE(qualities[0].failed) << qualities[0].behind_best;
  EXPECT_TRUE(qualities[1].failed) << qualities[1].behind_best;
  EXPECT_FALSE(qualities[2].failed) << qualities[2].behind_best;
  EXPECT_EQ(std::min(qualities[0].behind_best, qualities[2].behind_best), 0.0);
  EXPECT_NEAR(qualities[1].behind_best, std::max(qualities[0].gain, qualities[2].gain) - qualities[1].gain,
              1e-6);
  // Exact weights of two unit Gaussians, theta uniform in [-1, 1]: 0.0390 nats (numerical integral).
  EXPECT_NEAR(qualities[0].gain, 0.0390, 0.006);
}

TEST_F(WeightTrainings, MeanWeightsTellOnASingleTraining) {
  const Reweighter good = trained(usual_options(), 1);
  EXPECT_FALSE(judge_weight_trainings({good}, nominal_, scanned_, 1, pool_).front().failed);
  const auto bad =
      judge_weight_trainings({constant_weight(good, 0.5f)}, nominal_, scanned_, 1, pool_).front();
  EXPECT_TRUE(bad.failed);
  EXPECT_NEAR(bad.worst_mean_weight, std::exp(0.5), 1e-4);
}

/// e^−x weighted to 0.1 e^−x/10, exactly: E[w] is 1, but events with x above 10, which few samples have, carry a third of it.
TEST_F(WeightTrainings, AMeanBelowOneSaysNothingOfWeightsWithoutAVariance) {
  RandomStream stream(5, "weight trainings test", 2);
  std::vector<float> x;
  for (int i = 0; i < 50000; ++i) x.push_back(static_cast<float>(-std::log(1.0 - stream.uniform(0.0, 1.0))));
  Table falling;
  falling.add_column("x", std::move(x));
  const Reweighter like = trained(usual_options(), 1);
  const float log_tenth = std::log(0.1f);
  const Reweighter exact = linear_weight(like, log_tenth, 0.9f);
  const MeanWithError mean = weighted_mean(exact.weights(falling, std::vector<double>{0.5}, pool_), {});
  EXPECT_LT(mean.value, 1.0 - 5.0 * mean.error);
  EXPECT_FALSE(judge_weight_trainings({exact}, falling, scanned_, 1, pool_).front().failed);
  // Too large; too small without a tail; too small with a tail, shape 0.55, that does not make up for it: a mean of 0.5.
  for (const Reweighter& wrong :
       {linear_weight(like, log_tenth + 1.0f, 0.9f), linear_weight(like, log_tenth, 0.3f),
        linear_weight(like, std::log(0.5f * 0.45f), 0.55f)}) {
    EXPECT_TRUE(judge_weight_trainings({wrong}, falling, scanned_, 1, pool_).front().failed);
  }
}

TEST_F(WeightTrainings, OnlyTheFailedIsTrainedAgainAndTheBetterOneStays) {
  const std::vector<Reweighter> start{trained(usual_options(), 1), trained(failing_options(), 2)};
  std::vector<Reweighter> reweighters = start;
  std::vector<std::size_t> asked;
  const auto repeated = retrain_failed(
      reweighters, nominal_, scanned_, 1,
      [&](std::size_t k) {
        asked.push_back(k);
        return trained(usual_options(), 4);
      },
      pool_);
  EXPECT_EQ(repeated, std::vector<std::size_t>{1});
  EXPECT_EQ(asked, repeated);
  EXPECT_FALSE(judge_weight_trainings(reweighters, nominal_, scanned_, 1, pool_)[1].failed);

  reweighters = start;
  retrain_failed(
      reweighters, nominal_, scanned_, 1, [&](std::size_t) { return constant_weight(start[0], -3.0f); },
      pool_);
  const std::vector<double> theta{0.5};
  EXPECT_EQ(reweighters[1].weights(nominal_, theta, pool_), start[1].weights(nominal_, theta, pool_));
}

TEST_F(WeightTrainings, NoneIsNoneFailed) {
  EXPECT_TRUE(judge_weight_trainings({}, nominal_, scanned_, 1, pool_).empty());
}

}  // namespace
}  // namespace trueup
