// The training loop: shuffled batches, validation after each epoch, early stopping that restores the best parameters.
#include <trueup/trainer.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/permutation.hpp>

#include "nn/averaging.hpp"
#include "nn/checkpoint.hpp"
#include "nn/learner.hpp"
#include "nn/schedule.hpp"
#include "nn/step.hpp"
#include "nn/trainer_checks.hpp"
#include "nn/trainer_stopping.hpp"

namespace trueup {

namespace {

template <class Archive>
void archive_record(Archive& state, TrainRecord& record) {
  state.resize(record.epochs);
  for (EpochRecord& e : record.epochs) {
    state.value(e.epoch), state.value(e.train_loss), state.value(e.validation_loss);
    state.value(e.learning_rate), state.value(e.seconds);
  }
  state.value(record.stopped_early), state.value(record.seconds);
}

template <class Archive>
void archive_loss(Archive& state, Learner& learner) {
  std::vector<double> numbers = learner.state();
  for (double& number : numbers) state.value(number);
  learner.set_state(numbers);
}

/// One training and all its state, from any batch on.
class Training {
 public:
  Training(Network& network, Learner& learner, const RowsView& training, const RowsView& validation,
           const TrainOptions& options, ThreadPool& pool, Monitor& monitor);
  TrainRecord run(const EpochCallback& on_epoch);

 private:
  using Clock = std::chrono::steady_clock;

  void resume();
  void save();
  void save_or_stop();
  void run_epoch();
  void finish_epoch(const EpochCallback& on_epoch);
  /// Rows of a batch of this epoch, in shuffled order.
  std::span<const std::uint32_t> batch_rows(std::size_t batch);
  double rate(std::size_t batch) const;
  void count_time();
  /// Everything that the next batch depends on, for both directions.
  template <class Archive>
  void archive(Archive& state);

  Network& network_;
  RowsView training_;
  RowsView validation_;
  const TrainOptions& options_;
  ThreadPool& pool_;
  Monitor& monitor_;
  std::size_t batches_;
  Learner& learner_;
  ParameterAverage average_;
  Plateau plateau_;
  EarlyStopping stopping_;
  Checkpoint checkpoint_;

  std::vector<std::uint32_t> order_;  // rows of the batch at work
  TrainRecord record_;
  std::size_t epoch_ = 0;       // at work, from 0
  std::size_t batch_ = 0;       // next of the epoch
  double loss_ = 0.0;           // sum over the epoch's batches so far
  double epoch_seconds_ = 0.0;  // spent on it so far
  bool ended_ = false;
  Clock::time_point counted_ = Clock::now();
};

Training::Training(Network& network, Learner& learner, const RowsView& training, const RowsView& validation,
                   const TrainOptions& options, ThreadPool& pool, Monitor& monitor)
    : network_(network),
      training_(training),
      validation_(validation),
      options_(options),
      pool_(pool),
      monitor_(monitor),
      batches_(batches_of(training.size(), options.batch_size)),
      learner_(learner),
      average_(network, options.averaging),
      plateau_(options.schedule, options.min_improvement),
      stopping_(options),
      checkpoint_(options.checkpoint, options.task) {
  record_.precision = options.precision;
}

template <class Archive>
void Training::archive(Archive& state) {
  state.block(network_.parameters());
  learner_.optimiser().archive(state);
  archive_loss(state, learner_);
  average_.archive(state);
  plateau_.archive(state);
  stopping_.archive(state);
  archive_record(state, record_);
  state.value(epoch_), state.value(batch_), state.value(loss_);
  state.value(epoch_seconds_), state.value(ended_);
}

void Training::resume() {
  if (!checkpoint_.in_use()) return;
  checkpoint_.belongs_to(
      training_fingerprint(network_, training_, validation_, options_, learner_.describe()));
  const std::optional<std::string> bytes = checkpoint_.read(monitor_);
  if (!bytes) return;
  StateReader state(*bytes);
  archive(state);
  monitor_.message(LogLevel::info, fmt::format("{}: continues from checkpoint '{}', epoch {}", options_.task,
                                               options_.checkpoint.path.string(), epoch_ + (ended_ ? 0 : 1)));
}

void Training::save() {
  count_time();
  StateWriter state;
  archive(state);
  checkpoint_.write(state);
}

void Training::save_or_stop() {
  const bool stop = monitor_.stop_requested();
  if (checkpoint_.in_use() && (stop || checkpoint_.due())) save();
  if (stop) check_interrupt(monitor_, options_.task);
}

void Training::count_time() {
  const Clock::time_point now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - counted_).count();
  epoch_seconds_ += seconds;
  record_.seconds += seconds;
  counted_ = now;
}

double Training::rate(std::size_t batch) const {
  return plateau_.factor() * scheduled_rate(options_.schedule, options_.adam.learning_rate,
                                            epoch_ * batches_ + batch, options_.max_epochs * batches_);
}

std::span<const std::uint32_t> Training::batch_rows(std::size_t batch) {
  // The rows that do not fill a batch are spread over all batches.
  const std::size_t first = piece_begin(training_.size(), batches_, batch);
  const std::size_t count = piece_begin(training_.size(), batches_, batch + 1) - first;
  const KeyedPermutation order(training_.size(), options_.seed, "shuffle", epoch_);
  constexpr std::size_t kPiece = 8192;
  order_.resize(count);
  const auto fill = [&](std::size_t piece, int) {
    for (std::size_t i = piece * kPiece; i < std::min(count, (piece + 1) * kPiece); ++i) {
      order_[i] = training_[order(static_cast<std::uint32_t>(first + i))];
    }
  };
  if (count <= kPiece) {
    fill(0, 0);
  } else {
    pool_.run((count + kPiece - 1) / kPiece, fill);
  }
  return order_;
}

void Training::run_epoch() {
  while (batch_ < batches_) {
    loss_ += learner_.step(network_, training_.table(), batch_rows(batch_), rate(batch_));
    average_.add(network_, epoch_ * batches_ + batch_, options_.max_epochs * batches_, pool_);
    ++batch_;
    save_or_stop();
  }
}

void Training::finish_epoch(const EpochCallback& on_epoch) {
  const Network& judged = average_.choose(network_);
  EpochRecord epoch;
  epoch.epoch = epoch_ + 1;
  epoch.learning_rate = rate(0);
  epoch.train_loss = loss_ / static_cast<double>(batches_);
  epoch.validation_loss = learner_.judge(judged, validation_);
  count_time();
  epoch.seconds = epoch_seconds_;
  check_finite(epoch, options_);
  const bool going = stopping_.keep_going(epoch, judged.parameters());
  plateau_.after_epoch(epoch.validation_loss);
  record_.stopped_early = !going;
  record_.epochs.push_back(epoch);
  ++epoch_;
  batch_ = 0, loss_ = 0.0, epoch_seconds_ = 0.0;
  ended_ = !going || epoch_ == options_.max_epochs;
  monitor_.progress(options_.task, epoch.epoch, options_.max_epochs,
                    fmt::format("validation loss {:.6f}", epoch.validation_loss));
  if (on_epoch && !on_epoch(epoch)) ended_ = true;
  if (checkpoint_.due_after_epoch(epoch_) || (ended_ && checkpoint_.in_use())) save();
}

TrainRecord Training::run(const EpochCallback& on_epoch) {
  resume();
  while (!ended_) {
    run_epoch();
    finish_epoch(on_epoch);
  }
  stopping_.restore(network_);
  record_.best_epoch = stopping_.kept_epoch();
  record_.best_validation_loss = stopping_.kept_loss();
  count_time();
  return record_;
}

void check(const Network& network, const RowsView& training, const RowsView& validation,
           const TrainOptions& options, Targets targets) {
  check_options(options);
  check_precision(network, options);
  check_rows(network, training, options, "training", targets);
  check_rows(network, validation, options, "validation", targets);
}

}  // namespace

TrainRecord train(Network& network, RowsView training, RowsView validation, const TrainOptions& options,
                  ThreadPool& pool, Monitor& monitor, const EpochCallback& on_epoch) {
  check(network, training, validation, options, Targets::as_outputs);
  const auto learner = row_learner(network, options, pool);
  return Training(network, *learner, training, validation, options, pool, monitor).run(on_epoch);
}

TrainRecord train(Network& network, RowsView training, RowsView validation, BatchLoss& loss,
                  const TrainOptions& options, ThreadPool& pool, Monitor& monitor,
                  const EpochCallback& on_epoch) {
  check(network, training, validation, options, Targets::any);
  const auto learner = batch_learner(network, loss, options, pool);
  return Training(network, *learner, training, validation, options, pool, monitor).run(on_epoch);
}

}  // namespace trueup
