// Trainings with losses over whole batches: what they learn, the same bits for any number of threads and interruption.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <core/temp_dir.hpp>
#include <nn/stopper.hpp>
#include <nn/trainer_samples.hpp>
#include <trueup/error.hpp>
#include <trueup/mdmm.hpp>
#include <trueup/mean_square_loss.hpp>
#include <trueup/mmd_loss.hpp>
#include <trueup/trainer.hpp>

namespace trueup {
namespace {

using testing_support::parameters_of;
using testing_support::Stopper;
using testing_support::TempDir;

/// A network that starts as the identity.
Network refiner() {
  NetworkSpec spec{1, {16}, 1, Activation::leaky_relu};
  spec.residual_blocks = 1;
  spec.add_inputs = true;
  Network network(spec);
  RandomStream stream(3, "refiner");
  network.initialise(stream);
  return network;
}

/// Inputs from N(0,1), targets from N(0.7, 0.5): independent of one another, or target = 0.7 + input / 2.
TrainingRows fast_and_full(std::size_t rows, bool paired, std::uint64_t index) {
  TrainingRows result(rows, 1);
  RandomStream stream(4, "fast and full", index);
  for (std::size_t r = 0; r < rows; ++r) {
    const double x = stream.normal(), other = stream.normal();
    result.inputs(r)[0] = static_cast<float>(x);
    result.target(r) = static_cast<float>(0.7 + 0.5 * (paired ? x : other));
  }
  return result;
}

TrainOptions options_of(std::size_t epochs) {
  TrainOptions options;
  options.batch_size = 250;
  options.max_epochs = epochs;
  options.patience = epochs;
  options.adam.learning_rate = 5e-3;
  return options;
}

MmdOptions mmd_options() {
  return {{1.0}, {1.0}, MmdEstimator::biased};
}

struct Moments {
  double mean;
  double deviation;
};

Moments refined_moments(const Network& network, const TrainingRows& rows) {
  ThreadPool pool(1);
  std::vector<float> inputs, outputs(rows.rows());
  for (std::size_t r = 0; r < rows.rows(); ++r) inputs.push_back(rows.inputs(r)[0]);
  evaluate(network, inputs, outputs, pool);
  const auto n = static_cast<double>(outputs.size());
  const double mean = std::accumulate(outputs.begin(), outputs.end(), 0.0) / n;
  const double square = std::inner_product(outputs.begin(), outputs.end(), outputs.begin(), 0.0) / n;
  return {mean, std::sqrt(square - mean * mean)};
}

/// Pairs that have nothing to do with one another do not matter to MMD, and decide for the mean squared error.
TEST(TrainingOverBatches, MmdMatchesDistributionsOfUnpairedRows) {
  ThreadPool pool(2);
  const TrainingRows training = fast_and_full(5000, false, 1), validation = fast_and_full(2000, false, 2);
  MmdLoss mmd(mmd_options());
  Network network = refiner();
  const TrainRecord record = train(network, training, validation, mmd, options_of(15), pool);
  EXPECT_LT(record.best_validation_loss, 0.1 * record.epochs.front().train_loss);
  const Moments by_mmd = refined_moments(network, validation);
  EXPECT_NEAR(by_mmd.mean, 0.7, 0.05);
  EXPECT_NEAR(by_mmd.deviation, 0.5, 0.05);

  Network regressed = refiner();
  MeanSquareLoss mean_square;
  train(regressed, training, validation, mean_square, options_of(15), pool);
  EXPECT_LT(refined_moments(regressed, validation).deviation, 0.1) << "the mean of the targets everywhere";
}

/// The same loss taken row by row and over the batch: gradients differ by rounding only.
TEST(TrainingOverBatches, MeanSquareErrorTrainsAsItDoesRowByRow) {
  ThreadPool pool(2);
  const TrainingRows training = fast_and_full(3000, true, 1), validation = fast_and_full(1000, true, 2);
  TrainOptions options = options_of(3);
  options.loss = RowLoss::mse;
  Network by_rows = refiner(), by_batches = refiner();
  MeanSquareLoss loss;
  const TrainRecord rows = train(by_rows, training, validation, options, pool);
  const TrainRecord batches = train(by_batches, training, validation, loss, options, pool);
  for (std::size_t e = 0; e < 3; ++e) {
    EXPECT_NEAR(batches.epochs[e].train_loss / rows.epochs[e].train_loss, 1.0, 1e-3);
    EXPECT_NEAR(batches.epochs[e].validation_loss / rows.epochs[e].validation_loss, 1.0, 1e-3);
  }
}

std::unique_ptr<BatchLoss> constrained() {
  auto loss = std::make_unique<Mdmm>(std::make_unique<MeanSquareLoss>());
  ConstraintOptions constraint;
  constraint.learning_rate = 0.05;
  loss->add_constraint(std::make_unique<MmdLoss>(mmd_options(), std::vector<std::size_t>{}), constraint);
  return loss;
}

TEST(TrainingOverBatches, SameBitsForAnyNumberOfThreads) {
  const TrainingRows training = fast_and_full(2000, true, 1), validation = fast_and_full(700, true, 2);
  const auto trained = [&](int threads) {
    ThreadPool pool(threads);
    Network network = refiner();
    const auto loss = constrained();
    train(network, training, validation, *loss, options_of(3), pool);
    std::vector<double> result = loss->state();
    for (const float p : parameters_of(network)) result.push_back(static_cast<double>(p));
    return result;
  };
  const std::vector<double> one = trained(1);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(trained(threads), one) << threads << " threads";
}

/// The multipliers and their moments come back with the parameters.
TEST(TrainingOverBatches, InterruptedTrainingsContinueWithTheStateOfTheirLoss) {
  const TrainingRows training = fast_and_full(2000, true, 1), validation = fast_and_full(700, true, 2);
  ThreadPool pool(2);
  Network whole = refiner();
  const auto whole_loss = constrained();
  train(whole, training, validation, *whole_loss, options_of(4), pool);

  const TempDir folder;
  TrainOptions options = options_of(4);
  options.checkpoint.path = folder.path() / "state";
  int stops = 0;
  for (bool ended = false; !ended; ++stops) {
    ASSERT_LT(stops, 100);
    Network network = refiner();
    const auto loss = constrained();
    Stopper monitor(5);
    try {
      train(network, training, validation, *loss, options, pool, monitor);
      ended = true;
      EXPECT_EQ(parameters_of(network), parameters_of(whole));
      EXPECT_EQ(loss->state(), whole_loss->state());
    } catch (const Interrupted&) {
    }
    EXPECT_TRUE(monitor.warnings.empty());
  }
  EXPECT_GT(stops, 2);
}

TEST(TrainingOverBatches, ACheckpointOfAnotherLossIsNotContinued) {
  const TrainingRows training = fast_and_full(1000, true, 1), validation = fast_and_full(500, true, 2);
  ThreadPool pool(1);
  const TempDir folder;
  TrainOptions options = options_of(2);
  options.checkpoint.path = folder.path() / "state";
  MmdOptions wide = mmd_options();
  wide.bandwidths = {2.0};
  MmdLoss first(mmd_options()), second(wide);
  Network one = refiner(), other = refiner(), alone = refiner();
  train(one, training, validation, first, options, pool);
  train(other, training, validation, second, options, pool);
  train(alone, training, validation, second, options_of(2), pool);
  EXPECT_EQ(parameters_of(other), parameters_of(alone));
  EXPECT_NE(parameters_of(other), parameters_of(one));
}

TEST(TrainingOverBatches, RefusesWhatItCannotTrain) {
  const TrainingRows rows = fast_and_full(100, true, 1);
  ThreadPool pool(1);
  MeanSquareLoss loss;
  NetworkSpec spec{1, {8}, 1, Activation::relu};
  spec.dropout = 0.1;
  Network network(spec);
  EXPECT_THROW(train(network, rows, rows, loss, options_of(1), pool), ConfigError);
}

}  // namespace
}  // namespace trueup
