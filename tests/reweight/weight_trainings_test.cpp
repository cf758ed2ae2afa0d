// Failed trainings of w are told from the samples, and trained again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <reweight/gaussian_samples.hpp>
#include <trueup/random.hpp>
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
  return options;
}

/// A network that hardly moves from its start.
ReweightOptions failing_options() {
  ReweightOptions options = usual_options();
  options.training.max_epochs = 1;
  options.training.adam.learning_rate = 1e-6;
  return options;
}

/// w(x,θ) of a network that never saw an event and whose output is this everywhere.
Reweighter constant_weight(const Reweighter& like, float log_weight) {
  NetworkSpec spec;
  spec.inputs = 2;
  Model model = like.model();
  model.network = Network(spec);
  for (float& value : model.network.parameters()) value = 0.0f;
  model.network.parameters().back() = log_weight;
  return Reweighter(model);
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
