// Training: batches of rows through fused tiles, Adam, validation, early stopping that restores the best epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <trueup/batch_loss.hpp>
#include <trueup/monitor.hpp>
#include <trueup/network.hpp>
#include <trueup/optimiser.hpp>
#include <trueup/precision.hpp>
#include <trueup/schedule.hpp>
#include <trueup/threads.hpp>
#include <trueup/training_rows.hpp>

namespace trueup {

/// Parameters averaged over steps are often better than those of any one step: the noise of the batches averages out.
///   exponential  weights that fall by `decay` with each step back, and sum to 1 from the first step on
///   tail         equal weights over the last `part` of the steps of max_epochs; before, the parameters as they are
enum class AverageKind { none, exponential, tail };

/// What is averaged is what validation judges, early stopping keeps, and train() returns.
struct AveragingOptions {
  AverageKind kind = AverageKind::none;
  double decay = 0.999;
  double part = 0.25;
};

/// Which epoch's parameters a training returns: those with the least validation loss, or the last. With a schedule that
/// falls to 0 the last are the most settled ones, and a choice by the noise of few validation events only loses.
enum class KeptEpoch { best, last };

/// Where a training keeps its whole state, to be continued with the same bits as if it had never stopped.
struct CheckpointOptions {
  /// Empty: nowhere. A file that holds the state of this very training (same options, rows and starting parameters) is
  /// continued; any other is replaced, and the monitor is told. When the training has ended the file stays and gives the
  /// result at once: delete it when that is safe.
  std::filesystem::path path;
  double seconds = 60.0;   ///< written when this time has gone by since the last, also within an epoch
  std::size_t epochs = 0;  ///< and after every so many epochs; 0: by time alone
};

struct TrainOptions {
  LossOptions loss;
  AdamOptions adam;
  ScheduleOptions schedule;
  AveragingOptions averaging;
  CheckpointOptions checkpoint;
  std::size_t batch_size = 1000;
  std::size_t max_epochs = 200;
  /// Epochs without a better validation loss before training stops.
  std::size_t patience = 10;
  KeptEpoch keep = KeptEpoch::best;
  /// An epoch counts as better when its loss is lower by more than this.
  double min_improvement = 0.0;
  std::uint64_t seed = 1;
  /// Of the products, in training and for the validation loss. bf16 is for networks with wide layers: ConfigError without.
  Precision precision = Precision::float32;
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
  std::size_t best_epoch = 0;         ///< whose parameters were kept
  double best_validation_loss = 0.0;  ///< of that epoch
  bool stopped_early = false;
  double seconds = 0.0;
  Precision precision = Precision::float32;  ///< of the products
};

/// Called after each epoch; returning false ends the training (the best parameters are still restored). A training that
/// continues from a checkpoint calls it for its own epochs only.
using EpochCallback = std::function<bool(const EpochRecord&)>;

/// Σ w l(z, t) / Σ w over the rows.
double mean_loss(const Network& network, RowsView rows, const LossOptions& loss, ThreadPool& pool,
                 Precision precision = Precision::float32);

/// Same seed, same bits, for any number of threads, and whether it was interrupted and continued or not (times apart).
/// Throws DataError when rows are empty, weights sum to 0 or less, or the loss stops being finite; ConfigError when shapes
/// disagree or an option is out of its range; EnvironmentError when a checkpoint cannot be written; Interrupted through
/// `monitor`, after a checkpoint.
TrainRecord train(Network& network, RowsView training, RowsView validation, const TrainOptions& options,
                  ThreadPool& pool, Monitor& monitor = silent_monitor(), const EpochCallback& on_epoch = {});

/// The same with a loss over whole batches (MMD, MDMM) in the place of options.loss. The validation loss is the mean of its
/// value over the validation rows in batches of the same size. What the loss carries from batch to batch, such as MDMM's
/// multipliers, goes on from where it stands, and checkpoints keep it. Networks over members or with dropout: ConfigError.
TrainRecord train(Network& network, RowsView training, RowsView validation, BatchLoss& loss,
                  const TrainOptions& options, ThreadPool& pool, Monitor& monitor = silent_monitor(),
                  const EpochCallback& on_epoch = {});

}  // namespace trueup
