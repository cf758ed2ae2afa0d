// Losses that couple all rows of a batch, such as MMD: they see the whole batch and give its value and gradient.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <trueup/threads.hpp>

namespace trueup {

/// A batch after the forward pass; everything row by row.
struct BatchView {
  std::size_t rows = 0;
  std::span<const float> inputs;   ///< (rows, F)
  std::span<const float> outputs;  ///< (rows, O)
  std::span<const float> targets;  ///< (rows, T)
  std::span<const float> weights;  ///< (rows)
};

class BatchLoss {
 public:
  virtual ~BatchLoss() = default;
  BatchLoss() = default;
  BatchLoss(const BatchLoss&) = delete;
  BatchLoss& operator=(const BatchLoss&) = delete;

  /// The loss and its gradient (rows, O) with respect to the outputs. Empty gradient: the value alone.
  virtual double value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool& pool) = 0;

  /// Which loss, with its options: a checkpoint is continued only by a training whose loss says the same.
  virtual std::string describe() const = 0;
  /// What one call leaves behind for the next, such as multipliers; checkpoints keep it. Most losses have nothing.
  virtual std::vector<double> state() const { return {}; }
  /// Takes back what state() gave; as many numbers.
  virtual void set_state(std::span<const double> /*state*/) {}
};

}  // namespace trueup
