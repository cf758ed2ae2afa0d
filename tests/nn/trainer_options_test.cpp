// Training options: schedules, decay, clipping and averages reach the training, and what is out of range is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <nn/trainer_samples.hpp>
#include <trueup/error.hpp>
#include <trueup/trainer.hpp>

namespace trueup {
namespace {

using testing_support::fresh_network;
using testing_support::parameters_of;
using testing_support::shifted_gaussians;

TEST(TrainerOptions, CosineScheduleFallsToZero) {
  ThreadPool pool(1);
  Network network = fresh_network();
  const auto rows = shifted_gaussians(100, 10);
  TrainOptions options;
  options.schedule = LearningRateSchedule::cosine;
  options.max_epochs = 10;
  options.patience = 100;
  const auto record = train(network, rows, rows, options, pool);
  ASSERT_EQ(record.epochs.size(), 10u);
  EXPECT_DOUBLE_EQ(record.epochs.front().learning_rate, options.adam.learning_rate);
  EXPECT_TRUE(std::abs(record.epochs[5].learning_rate - 0.5 * options.adam.learning_rate) <= 1e-12);
  EXPECT_LT(record.epochs.back().learning_rate, 0.03 * options.adam.learning_rate);
}

TEST(TrainerOptions, AverageIsJudgedKeptAndReturned) {
  ThreadPool pool(1);
  const auto training = shifted_gaussians(2000, 13), validation = shifted_gaussians(2000, 14);
  for (const AverageKind kind : {AverageKind::exponential, AverageKind::tail}) {
    TrainOptions options;
    options.batch_size = 100;
    options.max_epochs = 8;
    options.patience = 8;
    options.adam.learning_rate = 2e-2;
    Network plain = fresh_network(), averaged = fresh_network();
    const auto plain_record = train(plain, training, validation, options, pool);
    options.averaging.kind = kind;
    options.averaging.decay = 0.98;
    options.averaging.part = 0.5;
    const auto record = train(averaged, training, validation, options, pool);
    EXPECT_NE(parameters_of(plain), parameters_of(averaged));
    EXPECT_EQ(mean_loss(averaged, validation, RowLoss::bce, pool), record.best_validation_loss);
    for (std::size_t e = 0; e < options.max_epochs; ++e) {
      // The steps themselves do not see the average; what validation judges does, once there is one.
      EXPECT_EQ(record.epochs[e].train_loss, plain_record.epochs[e].train_loss);
      const bool same = record.epochs[e].validation_loss == plain_record.epochs[e].validation_loss;
      EXPECT_EQ(same, kind == AverageKind::tail && e < 4) << e;
    }
    // With this rate the last steps scatter by more than their mean is off.
    EXPECT_LT(record.epochs.back().validation_loss, plain_record.epochs.back().validation_loss);
  }
}

TEST(TrainerOptions, TheLastEpochIsKeptWhenAskedAndPatienceStillEndsTheTraining) {
  ThreadPool pool(1);
  const auto training = shifted_gaussians(500, 16), validation = shifted_gaussians(500, 17);
  TrainOptions options;
  options.batch_size = 20;
  options.max_epochs = 60;
  options.patience = 4;
  options.adam.learning_rate = 2e-2;  // too large: the validation loss jumps
  Network best = fresh_network(), last = fresh_network();
  const auto best_record = train(best, training, validation, options, pool);
  options.keep = KeptEpoch::last;
  const auto last_record = train(last, training, validation, options, pool);
  ASSERT_TRUE(best_record.stopped_early);
  ASSERT_EQ(last_record.epochs.size(), best_record.epochs.size());
  EXPECT_EQ(last_record.best_epoch, last_record.epochs.size());
  EXPECT_EQ(best_record.best_epoch + options.patience, best_record.epochs.size());
  EXPECT_EQ(last_record.best_validation_loss, last_record.epochs.back().validation_loss);
  EXPECT_EQ(mean_loss(last, validation, RowLoss::bce, pool), last_record.best_validation_loss);
  EXPECT_EQ(mean_loss(best, validation, RowLoss::bce, pool), best_record.best_validation_loss);
  EXPECT_LT(best_record.best_validation_loss, last_record.best_validation_loss);
}

TEST(TrainerOptions, DecayAndClippingReachTheOptimiser) {
  ThreadPool pool(1);
  const auto rows = shifted_gaussians(2000, 15);
  TrainOptions options;
  options.batch_size = 100;
  options.max_epochs = 3;
  const auto weights_after = [&] {
    Network network = fresh_network();
    train(network, rows, rows, options, pool);
    double sum = 0.0;
    for (const float w : network.weight(1)) sum += static_cast<double>(w * w);
    return sum;
  };
  const double plain = weights_after();
  options.adam.weight_decay = 10.0;
  EXPECT_LT(weights_after(), 0.9 * plain);
  options.adam.weight_decay = 0.0;
  options.adam.clip_norm = 0.01;
  EXPECT_NE(weights_after(), plain);
}

TEST(TrainerOptions, RefusesOptionsOutOfTheirRange) {
  ThreadPool pool(1);
  Network network = fresh_network();
  const auto rows = shifted_gaussians(100, 11);
  std::vector<TrainOptions> bad(11);
  bad[0].batch_size = 0;
  bad[1].max_epochs = 0;
  bad[2].adam.learning_rate = std::nan("");
  bad[3].adam.beta1 = 1.0;
  bad[4].adam.beta2 = -0.1;
  bad[5].adam.weight_decay = -1.0;
  bad[6].adam.weight_decay = 2000.0;  // times the rate: more than all of the weight
  bad[7].adam.clip_norm = -1.0;
  bad[8].schedule.warmup = 1.0;
  bad[9].averaging.decay = 1.0;
  bad[10].averaging.part = 0.0;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_THROW(train(network, rows, rows, bad[i], pool), ConfigError) << i;
  }
}

}  // namespace
}  // namespace trueup
