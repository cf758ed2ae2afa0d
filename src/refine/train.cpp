// Training a refiner: its rows, its losses, and one or two stages.
#include <trueup/refiner.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/mean_square_loss.hpp>
#include <trueup/mmd_loss.hpp>
#include <trueup/pairs.hpp>
#include <trueup/random.hpp>

#include "refine/check_options.hpp"
#include "refine/refine_rows.hpp"
#include "refine/scaling.hpp"

namespace trueup {
namespace {

std::vector<std::string> names_of(const std::vector<RefinerColumn>& columns) {
  std::vector<std::string> names;
  for (const RefinerColumn& column : columns) names.push_back(column.name);
  return names;
}

RefinerModel untrained(const Table& fast, const Table& full, const RefineOptions& options) {
  NetworkSpec spec;
  spec.inputs = options.columns.size() + options.conditions.size();
  spec.hidden = {options.width};
  spec.outputs = options.columns.size();
  spec.activation = Activation::leaky_relu;
  spec.residual_blocks = options.blocks;
  spec.add_inputs = true;
  RefinerModel model{Network(spec)};
  RandomStream stream(options.seed, "refiner");
  model.network.initialise(stream);
  model.refined = scaled_columns(options.columns, fast, full, options.standardise);
  model.conditions = scaled_columns(options.conditions, fast, full, options.standardise);
  return model;
}

/// The columns of the MMD: refined, then conditions.
std::vector<RefinerColumn> kernel_columns(const RefinerModel& model, const RefineOptions& options) {
  std::vector<RefinerColumn> columns = model.refined;
  if (options.kernel.with_conditions)
    columns.insert(columns.end(), model.conditions.begin(), model.conditions.end());
  return columns;
}

/// In the network's units, in the order of the kernel's columns.
std::vector<double> median_rule(const std::vector<RefinerColumn>& columns, const Table& fast,
                                const Table& full) {
  std::vector<double> bandwidths;
  for (const RefinerColumn& column : columns) {
    const std::vector<float> a = network_values(column, fast);
    const std::vector<float> b = full.has(column.name) ? network_values(column, full) : a;
    try {
      bandwidths.push_back(median_bandwidths(a, b, 1).front());
    } catch (const DataError& error) {
      throw DataError(fmt::format("column '{}': {}; give the bandwidths", column.name, error.what()));
    }
  }
  return bandwidths;
}

/// In the network's units.
std::vector<double> network_bandwidths(const RefinerModel& model, const Table& fast, const Table& full,
                                       const RefineOptions& options) {
  const std::vector<RefinerColumn> columns = kernel_columns(model, options);
  if (options.kernel.bandwidths.empty()) return median_rule(columns, fast, full);
  std::vector<double> bandwidths = options.kernel.bandwidths;
  for (std::size_t k = 0; k < columns.size(); ++k) bandwidths[k] *= static_cast<double>(columns[k].scale);
  return bandwidths;
}

/// With the conditions that pairs share.
Table completed(const Table& full, const Table& fast, const RefineOptions& options) {
  Table table = full;
  for (const RefinerColumn& condition : options.conditions) {
    if (table.has(condition.name)) continue;
    const Column& column = fast.column(condition.name);
    table.add_column(column.name, column.values, column.unit);
  }
  return table;
}

/// The rows of the stages.
struct StageRows {
  std::optional<RefineRows> first;  ///< of two
  RefineRows last;
};

StageRows stage_rows(const RefinerModel& model, const Table& fast, const Table& full, Pairing pairing,
                     const RefineOptions& options) {
  const auto rows = [&](Pairing how) { return refine_rows(model, fast, full, how, options); };
  const bool independent = pairing == Pairing::none || options.independent_batches;
  const Pairing last = independent ? Pairing::none : Pairing::rows;
  if (options.schedule == RefineSchedule::mmd) return {std::nullopt, rows(last)};
  if (options.schedule == RefineSchedule::mse) return {std::nullopt, rows(pairing)};
  return {rows(pairing), rows(last)};
}

class Stages {
 public:
  Stages(RefinerModel& model, const StageRows& rows, std::vector<double> bandwidths,
         const RefineOptions& options, ThreadPool& pool, Monitor& monitor, const RefineCallback& on_epoch)
      : model_(model),
        rows_(rows),
        bandwidths_(std::move(bandwidths)),
        options_(options),
        pool_(pool),
        monitor_(monitor),
        on_epoch_(on_epoch) {}

  void run() {
    switch (options_.schedule) {
      case RefineSchedule::mse: {
        MeanSquareLoss loss;
        return run_stage(loss, rows_.last, options_.training, "refiner");
      }
      case RefineSchedule::mmd:
        return run_stage(*mmd(MmdEstimator::biased), rows_.last, options_.training, "refiner");
      case RefineSchedule::two_stage: {
        Mdmm both(std::make_unique<MeanSquareLoss>());
        both.add_constraint(mmd(MmdEstimator::unbiased), options_.constraint);
        run_stage(both, *rows_.first, options_.first, "refiner, first stage");
        return run_stage(*mmd(MmdEstimator::biased), rows_.last, options_.training, "refiner, second stage");
      }
    }
  }

 private:
  /// The loss wants the conditions first.
  std::unique_ptr<MmdLoss> mmd(MmdEstimator estimator) const {
    const std::size_t R = model_.refined.size();
    std::vector<double> ordered = bandwidths_;
    std::rotate(ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(R), ordered.end());
    std::vector<std::size_t> conditions(bandwidths_.size() - R);
    std::iota(conditions.begin(), conditions.end(), R);
    return std::make_unique<MmdLoss>(MmdOptions{std::move(ordered), options_.kernel.scales, estimator},
                                     std::move(conditions));
  }

  void run_stage(BatchLoss& loss, const RefineRows& rows, TrainOptions training, const std::string& task) {
    const std::size_t stage = model_.stages.size();
    training.task = task;
    training.seed = derive_seed(options_.seed, "refiner stage", stage);
    const auto report = [&](const EpochRecord& epoch) {
      if (on_epoch_) on_epoch_(stage, epoch, model_);
      return true;
    };
    model_.stages.push_back(train(model_.network, rows.training_rows(), rows.validation_rows(), loss,
                                  training, pool_, monitor_, report));
    const TrainRecord& record = model_.stages.back();
    monitor_.message(LogLevel::info, fmt::format("{}: {} epochs, best {}, validation loss {:.6f}, {:.1f} s",
                                                 task, record.epochs.size(), record.best_epoch,
                                                 record.best_validation_loss, record.seconds));
  }

  RefinerModel& model_;
  const StageRows& rows_;
  std::vector<double> bandwidths_;
  const RefineOptions& options_;
  ThreadPool& pool_;
  Monitor& monitor_;
  const RefineCallback& on_epoch_;
};

}  // namespace

std::vector<double> refine_bandwidths(const Table& fast, const Table& full, const RefineOptions& options) {
  if (!options.kernel.bandwidths.empty()) return options.kernel.bandwidths;
  const RefinerModel model = untrained(fast, full, options);
  const std::vector<RefinerColumn> columns = kernel_columns(model, options);
  std::vector<double> bandwidths = median_rule(columns, fast, full);
  for (std::size_t k = 0; k < columns.size(); ++k) bandwidths[k] /= static_cast<double>(columns[k].scale);
  return bandwidths;
}

RefinerModel train_refiner(const Table& fast, const Table& full, Pairing pairing,
                           const RefineOptions& options, ThreadPool& pool, Monitor& monitor,
                           const RefineCallback& on_epoch) {
  check_refine_options(options, pairing);
  if (pairing == Pairing::rows && needs_pairs(options.schedule))
    require_pairs(fast, full, names_of(options.conditions), names_of(options.columns));
  RefinerModel model = untrained(fast, full, options);
  const Table complete = pairing == Pairing::rows ? completed(full, fast, options) : full;
  const StageRows rows = stage_rows(model, fast, complete, pairing, options);
  Stages(model, rows, network_bandwidths(model, fast, complete, options), options, pool, monitor, on_epoch)
      .run();
  return model;
}

}  // namespace trueup
