// What a training does with its loss: a step on a batch, and a judgement on the validation events. The training loop
// itself knows no loss.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/batch_loss.hpp>
#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

#include "nn/optimiser.hpp"

namespace trueup {

class Learner {
 public:
  virtual ~Learner() = default;
  Learner() = default;
  Learner(const Learner&) = delete;
  Learner& operator=(const Learner&) = delete;

  /// Loss and gradient of the rows listed, and an update. The loss is that before it.
  virtual double step(Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
                      double learning_rate) = 0;
  /// The validation loss.
  virtual double judge(const Network& network, const RowsView& rows) = 0;
  virtual Optimiser& optimiser() = 0;

  /// Of the loss, for checkpoints: see BatchLoss. Nothing where the options of the training say all.
  virtual std::string describe() const { return ""; }
  virtual std::vector<double> state() const { return {}; }
  virtual void set_state(std::span<const double> /*state*/) {}
};

/// Learns options.loss, row by row.
std::unique_ptr<Learner> row_learner(const Network& network, const TrainOptions& options, ThreadPool& pool);

/// Learns `loss` over whole batches; judges by its mean over batches of options.batch_size.
std::unique_ptr<Learner> batch_learner(const Network& network, BatchLoss& loss, const TrainOptions& options,
                                       ThreadPool& pool);

}  // namespace trueup
