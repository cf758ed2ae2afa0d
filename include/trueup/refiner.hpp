// Refinement: a residual network that moves fast simulation onto full simulation, event by event (Fast Perfekt).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <trueup/mdmm.hpp>
#include <trueup/monitor.hpp>
#include <trueup/network.hpp>
#include <trueup/refiner_model.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// What is minimised (Fast Perfekt, Sec. 2.3).
///   two_stage  MSE of pairs under the constraint that the unbiased MMD is 0 (MDMM, Eq. 5), then the biased MMD alone
///   mmd        the biased MMD: rows need not be pairs
///   mse        MSE of pairs: for comparison. It regresses to the mean
enum class RefineSchedule { two_stage, mmd, mse };

std::string to_string(RefineSchedule schedule);
/// Throws ConfigError for an unknown name: "two-stage", "mmd", "mse".
RefineSchedule refine_schedule_from_string(const std::string& name);
/// Whether the schedule compares pairs.
bool needs_pairs(RefineSchedule schedule);

/// The kernel of the MMD: see MmdOptions.
struct RefineKernel {
  /// Of the refined columns, then of the conditions when they take part; in units of the transformed columns. Empty: the
  /// median rule between the two tables.
  std::vector<double> bandwidths;
  std::vector<double> scales = {1.0};
  /// Conditions stand beside the refined columns in the MMD (Fast Perfekt Eq. 1: a = (g, x)).
  bool with_conditions = true;
};

struct RefineOptions {
  /// Names, transforms, bounds; unit, shift and scale are filled in.
  std::vector<RefinerColumn> columns;
  std::vector<RefinerColumn> conditions;
  /// Columns get mean 0 and standard deviation 1 over both tables; otherwise the network sees them as they are.
  bool standardise = true;
  std::size_t width = 64;  ///< of each residual block's two layers
  std::size_t blocks = 2;
  RefineSchedule schedule = RefineSchedule::two_stage;
  RefineKernel kernel;
  /// Of the first of two stages. The MSE is in the network's units, so its size beside the MMD depends on the scaling.
  ConstraintOptions constraint;
  /// The first of two stages ends after first.max_epochs, or when its Lagrangian has not become better for first.patience
  /// epochs.
  TrainOptions first;
  TrainOptions training;  ///< of the last stage
  /// Batches of the last stage hold other events of the full table than of the fast one, also when rows are pairs. In a batch
  /// of pairs the MMD of Eq. 1 is lowest where values are equal pair by pair, like the MSE: part of the regression to the
  /// mean comes back. false: batches of pairs, as published.
  bool independent_batches = true;
  double train_fraction = 0.8;  ///< of the rows; the others decide when to stop
  std::uint64_t seed = 1;
};

/// Whether row i of the fast table belongs to row i of the full one.
enum class Pairing { rows, none };

/// Called after each epoch of a stage, counted from 0, with the network as it is. Not for epochs of before a resume.
using RefineCallback =
    std::function<void(std::size_t stage, const EpochRecord& epoch, const RefinerModel& now)>;

/// Trains a refiner. Tables need the refined columns, the fast one also the conditions, and the full one the conditions
/// that take part in the MMD when rows are no pairs (pairs share the fast row's where the full table has none). Both tables' weights count in the MMD; the MSE of a pair counts with
/// the fast row's weight. Same seed, same bits, for any number of threads, also when resumed (TrainOptions::checkpoint of
/// each stage).
///
/// Throws ConfigError for options that contradict one another or a schedule that needs pairs without any; DataError for
/// missing columns, values outside a transform's domain, too few rows, weights that sum to 0 or less, negative weights
/// where pairs are compared (their sum of squares would have no minimum); Interrupted through `monitor`.
RefinerModel train_refiner(const Table& fast, const Table& full, Pairing pairing,
                           const RefineOptions& options, ThreadPool& pool,
                           Monitor& monitor = silent_monitor(), const RefineCallback& on_epoch = {});

/// The bandwidths that training uses: those given, or by the median rule; in units of the transformed columns, in the order
/// of RefineKernel::bandwidths.
std::vector<double> refine_bandwidths(const Table& fast, const Table& full, const RefineOptions& options);

}  // namespace trueup
