// Training: it learns, it repeats bit by bit for any thread count, it stops early and restores the best, it refuses.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include <nn/trainer_samples.hpp>
#include <trueup/error.hpp>
#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

namespace trueup {
namespace {

using testing_support::fresh_network;
using testing_support::parameters_of;
using testing_support::shifted_gaussians;

TEST(Trainer, LearnsTheLogLikelihoodRatio) {
  ThreadPool pool(2);
  Network network = fresh_network();
  TrainOptions options;
  options.batch_size = 500;
  options.max_epochs = 30;
  const auto record = train(network, shifted_gaussians(40000, 0), shifted_gaussians(40000, 1), options, pool);
  // The entropy of the exact classifier for unit separation is 0.5872; 40,000 events know it to ±0.002.
  EXPECT_TRUE(std::abs(record.best_validation_loss - 0.5872) <= 0.006) << record.best_validation_loss;
  const std::vector<float> x = {-1.0f, 0.0f, 0.5f, 1.0f, 2.0f};
  std::vector<float> logit(x.size());
  evaluate(network, x, logit, pool);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_TRUE(std::abs(logit[i] - (x[i] - 0.5f)) <= 0.15f) << x[i] << " " << logit[i];
  }
}

TEST(Trainer, SameBitsForAnyThreadCount) {
  for (const bool everything : {false, true}) {
    std::vector<std::vector<float>> parameters;
    std::vector<double> losses;
    for (const int threads : {1, 2, 3, 8}) {
      ThreadPool pool(threads);
      Network network = fresh_network({50, 7});
      TrainOptions options;
      options.batch_size = 1777;
      options.max_epochs = 3;
      if (everything) {
        options.adam.weight_decay = 0.1;
        options.adam.clip_norm = 0.05;
        options.schedule = LearningRateSchedule::one_cycle;
        options.averaging.kind = AverageKind::exponential;
      }
      const auto record =
          train(network, shifted_gaussians(20001, 2), shifted_gaussians(9999, 3), options, pool);
      parameters.push_back(parameters_of(network));
      losses.push_back(record.epochs.back().validation_loss);
    }
    for (std::size_t i = 1; i < parameters.size(); ++i) {
      EXPECT_EQ(parameters[i], parameters[0]);
      EXPECT_EQ(losses[i], losses[0]);
    }
  }
}

TEST(Trainer, ChosenRowsAreAsGoodAsATableOfThem) {
  ThreadPool pool(2);
  const TrainingRows table = shifted_gaussians(9000, 12);
  std::vector<std::uint32_t> some, others;
  for (std::uint32_t r = 0; r < table.rows(); ++r) (r % 3 == 0 ? others : some).push_back(r);
  const auto copy = [&](const std::vector<std::uint32_t>& rows) {
    TrainingRows result(rows.size(), 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      result.inputs(i)[0] = table.inputs(rows[i])[0];
      result.target(i) = table.target(rows[i]);
    }
    return result;
  };
  TrainOptions options;
  options.max_epochs = 3;
  Network chosen = fresh_network(), copied = fresh_network();
  const auto a = train(chosen, RowsView(table, some), RowsView(table, others), options, pool);
  const auto b = train(copied, copy(some), copy(others), options, pool);
  EXPECT_EQ(parameters_of(chosen), parameters_of(copied));
  EXPECT_EQ(a.best_validation_loss, b.best_validation_loss);
}

TEST(Trainer, SeedChangesTheResult) {
  ThreadPool pool(1);
  std::vector<double> losses;
  for (const std::uint64_t seed : {1u, 2u}) {
    Network network = fresh_network();
    TrainOptions options;
    options.seed = seed;
    options.max_epochs = 2;
    losses.push_back(train(network, shifted_gaussians(4000, 4), shifted_gaussians(4000, 5), options, pool)
                         .best_validation_loss);
  }
  EXPECT_NE(losses[0], losses[1]);
}

TEST(Trainer, StopsEarlyAndRestoresTheBestEpoch) {
  ThreadPool pool(1);
  Network network = fresh_network({64, 64});
  const TrainingRows training = shifted_gaussians(60, 6);  // few enough to learn by heart
  const TrainingRows validation = shifted_gaussians(2000, 7);
  TrainOptions options;
  options.batch_size = 10;
  options.max_epochs = 300;
  options.patience = 4;
  options.adam.learning_rate = 1e-2;
  std::size_t calls = 0;
  const auto record =
      train(network, training, validation, options, pool, silent_monitor(), [&](const EpochRecord&) {
        ++calls;
        return true;
      });
  EXPECT_TRUE(record.stopped_early);
  EXPECT_EQ(calls, record.epochs.size());
  EXPECT_EQ(record.epochs.size(), record.best_epoch + options.patience);
  EXPECT_EQ(mean_loss(network, validation, RowLoss::bce, pool), record.best_validation_loss);
  for (const EpochRecord& epoch : record.epochs) {
    EXPECT_GE(epoch.validation_loss, record.best_validation_loss);
  }
}

TEST(Trainer, CallbackEndsTheTraining) {
  ThreadPool pool(1);
  Network network = fresh_network();
  const auto rows = shifted_gaussians(100, 8);
  const auto record = train(network, rows, rows, TrainOptions{}, pool, silent_monitor(),
                            [](const EpochRecord& epoch) { return epoch.epoch < 3; });
  EXPECT_EQ(record.epochs.size(), 3u);
  EXPECT_FALSE(record.stopped_early);
}

TEST(Trainer, WeightsCountAsCopies) {
  // A row of weight 3 is three rows: the same loss.
  ThreadPool pool(1);
  const Network network = fresh_network();
  TrainingRows once = shifted_gaussians(10, 9);
  TrainingRows copies(12, 1);
  once.weight(0) = 3.0f;
  for (std::size_t r = 0; r < 12; ++r) {
    const std::size_t from = r < 10 ? r : 0;
    copies.inputs(r)[0] = once.inputs(from)[0];
    copies.target(r) = once.target(from);
  }
  const double a = mean_loss(network, once, RowLoss::bce, pool);
  const double b = mean_loss(network, copies, RowLoss::bce, pool);
  EXPECT_TRUE(std::abs(a - b) <= 1e-6) << a << " " << b;
}

TEST(Trainer, RefusesWhatCannotBeTrained) {
  ThreadPool pool(1);
  Network network = fresh_network();
  const auto good = shifted_gaussians(100, 11);
  EXPECT_THROW(train(network, TrainingRows(0, 1), good, TrainOptions{}, pool), DataError);
  EXPECT_THROW(train(network, good, TrainingRows(0, 1), TrainOptions{}, pool), DataError);
  EXPECT_THROW(train(network, TrainingRows(10, 2), good, TrainOptions{}, pool), ConfigError);
  TrainingRows weightless = good;
  for (std::size_t r = 0; r < weightless.rows(); ++r) {
    weightless.weight(r) = r % 2 == 0 ? 1.0f : -1.0f;
  }
  EXPECT_THROW(train(network, weightless, good, TrainOptions{}, pool), DataError);
  TrainingRows broken = good;
  broken.inputs(3)[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(train(network, broken, good, TrainOptions{}, pool), DataError);
}

TEST(Network, RefusesZeroWidthsAndUnknownActivations) {
  EXPECT_THROW(Network(NetworkSpec{0, {3}, 1, Activation::relu}), ConfigError);
  EXPECT_THROW(Network(NetworkSpec{1, {3, 0}, 1, Activation::relu}), ConfigError);
  EXPECT_THROW(activation_from_string("rlu"), ConfigError);
  EXPECT_EQ(activation_from_string(to_string(Activation::relu)), Activation::relu);
}

TEST(Network, EvaluateRefusesWrongShapes) {
  ThreadPool pool(1);
  const Network network = fresh_network();
  std::vector<float> inputs(10), outputs(9);
  EXPECT_THROW(evaluate(network, inputs, outputs, pool), ConfigError);
}

}  // namespace
}  // namespace trueup
