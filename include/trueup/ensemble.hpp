// Several trainings in one call: ensembles that differ in start and shuffling, and folds that each hold out some rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

// How the trainings share the threads. A batch of 1000 rows keeps a few threads busy for some tenths of a millisecond, and
// handing it out costs a good part of that: so a thread takes a whole training, and only threads that find none left help
// with the batches of those at work. Networks whose parameters do not fit a core's own cache (more than
// kLargestSideBySide) are trained one after another instead, all threads on each batch: side by side they would take the
// shared cache from one another. A batch is cut by its size alone, so the bits are the same either way.

inline constexpr std::size_t kLargestSideBySide = std::size_t{1} << 18;
bool trained_side_by_side(const Network& network);

struct TrainedNetwork {
  Network network;
  TrainRecord record;
};

/// `members` trainings of `spec`. Member k has its own seed, derived from options.seed and k, for its starting parameters
/// and its shuffling: members differ, and an ensemble of more members begins with the same ones. Progress is that of all
/// members, under options.task; a checkpoint path gets the member's number. Throws as train() does.
std::vector<TrainedNetwork> train_ensemble(const NetworkSpec& spec, std::size_t members, RowsView training,
                                           RowsView validation, const TrainOptions& options, ThreadPool& pool,
                                           Monitor& monitor = silent_monitor());

/// The same from given starting networks, one a member, which may have different shapes.
std::vector<TrainedNetwork> train_ensemble(std::vector<Network> starts, RowsView training,
                                           RowsView validation, const TrainOptions& options, ThreadPool& pool,
                                           Monitor& monitor = silent_monitor());

struct FoldOptions {
  std::size_t folds = 5;
  /// Part of the rows that are not held out that decides when to stop; held-out rows decide nothing.
  double validation_fraction = 0.2;
};

struct TrainedFold {
  Network network;
  TrainRecord record;
  std::vector<std::uint32_t> held_out;  ///< rows that took no part in this training
  double held_out_loss = 0.0;           ///< mean loss over them
};

/// One training for each part of `rows`, which are cut at random; each row is held out exactly once. Nothing is copied.
/// Throws as train() does, and ConfigError for fewer than 2 folds or more folds than rows.
std::vector<TrainedFold> train_folds(const NetworkSpec& spec, const TrainingRows& rows,
                                     const FoldOptions& folds, const TrainOptions& options, ThreadPool& pool,
                                     Monitor& monitor = silent_monitor());

/// Outputs (N, network.outputs()) for all rows, each from the network that did not learn from it.
std::vector<float> held_out_outputs(const std::vector<TrainedFold>& folds, const TrainingRows& rows,
                                    ThreadPool& pool);

}  // namespace trueup
