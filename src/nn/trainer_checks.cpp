// What must hold before a training starts and while it runs.
#include "nn/trainer_checks.hpp"

#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

namespace {

double weight_sum(const RowsView& rows) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sum += static_cast<double>(rows.table().weight(rows[i]));
  }
  return sum;
}

/// Said before any work, with the row, rather than by a loss that is not finite.
void check_values(const RowsView& rows, const std::string& task, const char* part) {
  const TrainingRows& table = rows.table();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float* row = table.data() + rows[i] * table.stride();
    for (std::size_t k = 0; k < table.stride(); ++k) {
      if (!std::isfinite(row[k])) {
        throw DataError(
            fmt::format("{}: row {} of the {} events has a value that is not finite", task, rows[i], part));
      }
    }
    for (const float value : table.member_width() > 0 ? table.members(rows[i]) : std::span<const float>()) {
      if (!std::isfinite(value)) {
        throw DataError(fmt::format("{}: a member of row {} of the {} events has a value that is not finite",
                                    task, rows[i], part));
      }
    }
  }
}

}  // namespace

void check_options(const TrainOptions& options) {
  const auto require = [&](bool good, const char* what, double value, const char* expected) {
    if (!good) throw ConfigError(fmt::format("{}: {} is {}; {}", options.task, what, value, expected));
  };
  if (options.batch_size == 0 || options.max_epochs == 0) {
    throw ConfigError(fmt::format("{}: batch size and number of epochs must be positive", options.task));
  }
  const AdamOptions& adam = options.adam;
  require(adam.learning_rate >= 0.0, "the learning rate", adam.learning_rate, "it must not be negative");
  require(adam.beta1 >= 0.0 && adam.beta1 < 1.0, "Adam's beta1", adam.beta1, "it must lie in [0, 1)");
  require(adam.beta2 >= 0.0 && adam.beta2 < 1.0, "Adam's beta2", adam.beta2, "it must lie in [0, 1)");
  require(adam.epsilon >= 0.0, "Adam's epsilon", adam.epsilon, "it must not be negative");
  require(adam.weight_decay >= 0.0 && adam.weight_decay * adam.learning_rate < 1.0, "the weight decay",
          adam.weight_decay, "it must lie between 0 and 1 / learning rate");
  require(adam.clip_norm >= 0.0, "the largest norm of a gradient", adam.clip_norm,
          "it must be positive, or 0 for no limit");
  const ScheduleOptions& schedule = options.schedule;
  require(schedule.warmup >= 0.0 && schedule.warmup < 1.0, "the warm-up", schedule.warmup,
          "it is a part of the training, in [0, 1)");
  require(schedule.plateau_factor > 0.0 && schedule.plateau_factor < 1.0, "the plateau's factor",
          schedule.plateau_factor, "it must lie between 0 and 1");
  const AveragingOptions& averaging = options.averaging;
  require(averaging.decay >= 0.0 && averaging.decay < 1.0, "the decay of the average", averaging.decay,
          "it must lie in [0, 1)");
  require(averaging.part > 0.0 && averaging.part <= 1.0, "the part of the steps that is averaged",
          averaging.part, "it must lie in (0, 1]");
}

void check_precision(const Network& network, const TrainOptions& options) {
  if (options.precision == Precision::float32 || has_wide_layers(network)) return;
  throw ConfigError(fmt::format(
      "{}: precision bf16 is for layers with at least {} inputs and {} outputs, and the network has "
      "none; leave it out",
      options.task, kBf16Width, kBf16Width));
}

void check_rows(const Network& network, const RowsView& rows, const TrainOptions& options, const char* part,
                Targets targets) {
  const std::string& task = options.task;
  if (rows.size() == 0) {
    throw DataError(fmt::format("{}: no {} events", task, part));
  }
  if (rows.table().features() != network.inputs()) {
    throw ConfigError(fmt::format("{}: {} rows have {} features, the network has {} inputs", task, part,
                                  rows.table().features(), network.inputs()));
  }
  const bool as_outputs = rows.table().targets() == network.outputs();
  if ((targets == Targets::as_outputs && !as_outputs) ||
      rows.table().member_width() != network.member_inputs()) {
    throw ConfigError(fmt::format(
        "{}: {} rows have {} targets and {} numbers a member, the network has {} outputs and {} inputs a "
        "member",
        task, part, rows.table().targets(), rows.table().member_width(), network.outputs(),
        network.member_inputs()));
  }
  check_values(rows, task, part);
  const double sum = weight_sum(rows);
  if (!(sum > 0.0)) {
    throw DataError(fmt::format("{}: the weights of the {} events sum to {}; their sum must be positive",
                                task, part, sum));
  }
}

void check_finite(const EpochRecord& epoch, const TrainOptions& options) {
  if (!std::isfinite(epoch.train_loss) || !std::isfinite(epoch.validation_loss)) {
    throw DataError(fmt::format(
        "{}: the loss is not finite in epoch {} (training {}, validation {}); look for huge "
        "inputs or weights, lower the learning rate ({}), or limit the gradient's norm",
        options.task, epoch.epoch, epoch.train_loss, epoch.validation_loss, options.adam.learning_rate));
  }
}

}  // namespace trueup
