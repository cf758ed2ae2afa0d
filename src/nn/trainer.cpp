// The training loop: shuffled batches, validation after each epoch, early stopping that restores the best parameters.
#include <trueup/trainer.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "nn/step.hpp"

namespace trueup {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double weight_sum(const TrainingRows& rows) {
  double sum = 0.0;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    sum += static_cast<double>(rows.weight(r));
  }
  return sum;
}

/// A NaN input would not reach the loss: the vector max of a ReLU turns it into 0.
void check_finite(const TrainingRows& rows, const std::string& task, const char* part) {
  for (std::size_t i = 0; i < rows.rows() * rows.stride(); ++i) {
    if (!std::isfinite(rows.data()[i])) {
      throw DataError(fmt::format("{}: row {} of the {} events has a value that is not finite", task,
                                  i / rows.stride(), part));
    }
  }
}

void check_rows(const Network& network, const TrainingRows& rows, const std::string& task, const char* part) {
  if (rows.rows() == 0) {
    throw DataError(fmt::format("{}: no {} events", task, part));
  }
  if (rows.features() != network.inputs()) {
    throw ConfigError(fmt::format("{}: {} rows have {} features, the network has {} inputs", task, part,
                                  rows.features(), network.inputs()));
  }
  check_finite(rows, task, part);
  const double sum = weight_sum(rows);
  if (!(sum > 0.0)) {
    throw DataError(fmt::format("{}: the weights of the {} events sum to {}; their sum must be positive",
                                task, part, sum));
  }
}

double scheduled_rate(const TrainOptions& options, std::size_t step, std::size_t steps) {
  if (options.schedule == LearningRateSchedule::constant) {
    return options.adam.learning_rate;
  }
  const double progress = static_cast<double>(step) / static_cast<double>(std::max<std::size_t>(steps, 1));
  return options.adam.learning_rate * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

/// Keeps the parameters of the best epoch and counts the epochs since.
class EarlyStopping {
 public:
  EarlyStopping(std::size_t patience, double min_improvement)
      : patience_(patience), margin_(min_improvement) {}

  /// False when patience has run out.
  bool keep_going(const EpochRecord& epoch, std::span<const float> parameters) {
    if (best_epoch_ == 0 || epoch.validation_loss < best_loss_ - margin_) {
      best_loss_ = epoch.validation_loss;
      best_epoch_ = epoch.epoch;
      best_.assign(parameters.begin(), parameters.end());
      return true;
    }
    return epoch.epoch - best_epoch_ < patience_;
  }
  void restore(Network& network) const {
    std::copy(best_.begin(), best_.end(), network.parameters().begin());
  }
  std::size_t best_epoch() const { return best_epoch_; }
  double best_loss() const { return best_loss_; }

 private:
  std::size_t patience_;
  double margin_;
  std::size_t best_epoch_ = 0;
  double best_loss_ = 0.0;
  std::vector<float> best_;
};

/// One pass over the shuffled rows; returns the mean loss along the way.
double run_epoch(Network& network, TrainingStep& step, const TrainingRows& rows, const TrainOptions& options,
                 std::size_t epoch, const Monitor& monitor) {
  RandomStream stream(options.seed, "shuffle", epoch);
  const auto order = random_permutation(rows.rows(), stream);
  const std::size_t batch = std::min(options.batch_size, rows.rows());
  const std::size_t batches = std::max<std::size_t>(1, rows.rows() / batch);
  double loss = 0.0;
  for (std::size_t b = 0; b < batches; ++b) {
    // The rows that do not fill a batch are spread over all batches.
    const std::size_t first = piece_begin(rows.rows(), batches, b);
    const std::size_t last = piece_begin(rows.rows(), batches, b + 1);
    const double rate = scheduled_rate(options, epoch * batches + b, options.max_epochs * batches);
    loss += step(network, rows, std::span(order).subspan(first, last - first), rate);
    if (b % 64 == 0) {
      check_interrupt(monitor, options.task);
    }
  }
  return loss / static_cast<double>(batches);
}

void check_finite(const EpochRecord& epoch, const TrainOptions& options) {
  if (!std::isfinite(epoch.train_loss) || !std::isfinite(epoch.validation_loss)) {
    throw DataError(fmt::format(
        "{}: the loss is not finite in epoch {} (training {}, validation {}); look for huge "
        "inputs or weights, or lower the learning rate ({})",
        options.task, epoch.epoch, epoch.train_loss, epoch.validation_loss, options.adam.learning_rate));
  }
}

}  // namespace

TrainRecord train(Network& network, const TrainingRows& training, const TrainingRows& validation,
                  const TrainOptions& options, ThreadPool& pool, Monitor& monitor,
                  const EpochCallback& on_epoch) {
  check_rows(network, training, options.task, "training");
  check_rows(network, validation, options.task, "validation");
  if (options.batch_size == 0 || options.max_epochs == 0) {
    throw ConfigError(fmt::format("{}: batch size and number of epochs must be positive", options.task));
  }
  const auto start = Clock::now();
  TrainingStep step(network, options.loss, options.adam, pool);
  EarlyStopping stopping(std::max<std::size_t>(options.patience, 1), options.min_improvement);
  TrainRecord record;
  bool going = true;
  for (std::size_t e = 0; e < options.max_epochs && going; ++e) {
    const auto epoch_start = Clock::now();
    EpochRecord epoch;
    epoch.epoch = e + 1;
    epoch.learning_rate = scheduled_rate(options, e, options.max_epochs);
    epoch.train_loss = run_epoch(network, step, training, options, e, monitor);
    epoch.validation_loss = mean_loss(network, validation, options.loss, pool);
    epoch.seconds = seconds_since(epoch_start);
    check_finite(epoch, options);
    going = stopping.keep_going(epoch, network.parameters());
    record.stopped_early = !going;
    record.epochs.push_back(epoch);
    monitor.progress(options.task, epoch.epoch, options.max_epochs,
                     fmt::format("validation loss {:.6f}", epoch.validation_loss));
    if (on_epoch && !on_epoch(epoch)) {
      going = false;
    }
  }
  stopping.restore(network);
  record.best_epoch = stopping.best_epoch();
  record.best_validation_loss = stopping.best_loss();
  record.seconds = seconds_since(start);
  return record;
}

}  // namespace trueup
