// Whether a training of w has failed: told from the samples that w is trained on, before any data are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>

namespace trueup {

struct WeightTrainingQuality {
  /// log 2 − cross-entropy of both samples, classes balanced, each nominal event at the θ of a random scanned one: what
  /// the network knows, in nats an event.
  double gain = 0.0;
  double behind_best = 0.0;        ///< the largest gain of all trainings − this one's
  double behind_best_error = 0.0;  ///< of the difference event by event
  /// The E[w] farthest from 1 on the nominal sample, at the quartiles of each scanned parameter. To one below 1 is
  /// added, up to 1, what a Pareto tail fitted to the weights holds beyond the largest of them.
  double worst_mean_weight = 1.0;
  double worst_mean_weight_error = 0.0;
  /// Behind the best by more than 5 errors and 2 % of its gain, or a mean weight off 1 by more than 5 errors and 0.1.
  bool failed = false;
};

/// One for each reweighter; all are asked about the same events (at most 200,000 of each table, at random). A single
/// training has none to be compared with: only its mean weights can show that it failed. `seed` decides which θ a
/// nominal event borrows. Throws as Reweighter::weights does.
std::vector<WeightTrainingQuality> judge_weight_trainings(const std::vector<Reweighter>& reweighters,
                                                          const Table& nominal, const Table& scanned,
                                                          std::uint64_t seed, ThreadPool& pool);

/// Asks `train_again(k)` for another network in the place of each one that failed, and keeps whichever has the larger
/// gain. Returns which were replaced or tried again; those that still fail are told to the monitor.
std::vector<std::size_t> retrain_failed(std::vector<Reweighter>& reweighters, const Table& nominal,
                                        const Table& scanned, std::uint64_t seed,
                                        const std::function<Reweighter(std::size_t)>& train_again,
                                        ThreadPool& pool, Monitor& monitor = silent_monitor());

}  // namespace trueup
