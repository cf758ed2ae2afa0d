// Learning from rows, and from whole batches.
#include "nn/learner.hpp"

#include <algorithm>

#include "nn/batch_gradient.hpp"
#include "nn/step.hpp"

namespace trueup {

namespace {

class RowLearner final : public Learner {
 public:
  RowLearner(const Network& network, const TrainOptions& options, ThreadPool& pool)
      : loss_(options.loss),
        precision_(options.precision),
        pool_(pool),
        step_(network, options.loss, options.adam, pool, options.precision) {
    step_.seed_dropout(options.seed);
  }

  double step(Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
              double learning_rate) override {
    return step_(network, rows, indices, learning_rate);
  }
  double judge(const Network& network, const RowsView& rows) override {
    return mean_loss(network, rows, loss_, pool_, precision_);
  }
  Optimiser& optimiser() override { return step_.optimiser(); }

 private:
  LossOptions loss_;
  Precision precision_;
  ThreadPool& pool_;
  TrainingStep step_;
};

class BatchLearner final : public Learner {
 public:
  BatchLearner(const Network& network, BatchLoss& loss, const TrainOptions& options, ThreadPool& pool)
      : loss_(loss),
        batch_size_(options.batch_size),
        pool_(pool),
        gradient_(network, pool, options.precision),
        optimiser_(network, options.adam) {}

  double step(Network& network, const TrainingRows& rows, std::span<const std::uint32_t> indices,
              double learning_rate) override {
    const double value = gradient_(network, rows, indices, loss_);
    optimiser_.update(network, gradient_.gradient(), learning_rate, pool_);
    return value;
  }

  double judge(const Network& network, const RowsView& rows) override {
    const std::size_t batches = batches_of(rows.size(), batch_size_);
    double sum = 0.0;
    for (std::size_t batch = 0; batch < batches; ++batch) {
      indices_.clear();
      for (std::size_t i = piece_begin(rows.size(), batches, batch);
           i < piece_begin(rows.size(), batches, batch + 1); ++i) {
        indices_.push_back(rows[i]);
      }
      sum += gradient_.value(network, rows.table(), indices_, loss_);
    }
    return sum / static_cast<double>(batches);
  }

  Optimiser& optimiser() override { return optimiser_; }
  std::string describe() const override { return loss_.describe(); }
  std::vector<double> state() const override { return loss_.state(); }
  void set_state(std::span<const double> state) override { loss_.set_state(state); }

 private:
  BatchLoss& loss_;
  std::size_t batch_size_;
  ThreadPool& pool_;
  BatchGradient gradient_;
  Optimiser optimiser_;
  std::vector<std::uint32_t> indices_;
};

}  // namespace

std::unique_ptr<Learner> row_learner(const Network& network, const TrainOptions& options, ThreadPool& pool) {
  return std::make_unique<RowLearner>(network, options, pool);
}

std::unique_ptr<Learner> batch_learner(const Network& network, BatchLoss& loss, const TrainOptions& options,
                                       ThreadPool& pool) {
  return std::make_unique<BatchLearner>(network, loss, options, pool);
}

}  // namespace trueup
