// Training: batches of rows through fused tiles, Adam, validation, early stopping that restores the best epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/training_rows.hpp>

namespace trueup {

/// Learning rate as a function of progress through max_epochs.
enum class LearningRateSchedule { constant, cosine };

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-7;  ///< Keras' default
};

struct TrainOptions {
  LossOptions loss;
  AdamOptions adam;
  LearningRateSchedule schedule = LearningRateSchedule::constant;
  std::size_t batch_size = 1000;
  std::size_t max_epochs = 200;
  /// Epochs without a better validation loss before training stops; the best parameters are restored.
  std::size_t patience = 10;
  /// An epoch counts as better when its loss is lower by more than this.
  double min_improvement = 0.0;
  std::uint64_t seed = 1;
  /// Fit the model's name for progress lines ("reweighting network").
  std::string task = "training";
};

struct EpochRecord {
  std::size_t epoch = 0;  ///< from 1
  double train_loss = 0.0;
  double validation_loss = 0.0;
  double learning_rate = 0.0;
  double seconds = 0.0;
};

struct TrainRecord {
  std::vector<EpochRecord> epochs;
  std::size_t best_epoch = 0;
  double best_validation_loss = 0.0;
  bool stopped_early = false;
  double seconds = 0.0;
};

/// Called after each epoch; returning false ends the training (the best parameters are still restored).
using EpochCallback = std::function<bool(const EpochRecord&)>;

/// Σ w l(z, t) / Σ w over all rows.
double mean_loss(const Network& network, const TrainingRows& rows, const LossOptions& loss, ThreadPool& pool);

/// Same seed, same bits, for any number of threads. Throws DataError when rows are empty, weights sum to 0 or less,
/// or the loss stops being finite; ConfigError when shapes disagree; Interrupted through `monitor`.
TrainRecord train(Network& network, const TrainingRows& training, const TrainingRows& validation,
                  const TrainOptions& options, ThreadPool& pool, Monitor& monitor = silent_monitor(),
                  const EpochCallback& on_epoch = {});

}  // namespace trueup
