// The learning rate of a step: pure functions of progress, and the plateau's memory.
#pragma once

#include <cstddef>

#include <trueup/schedule.hpp>

namespace trueup {

/// Rate of step `step` (from 0) of `steps`, for the largest rate `peak`. Plateaus come on top, as a factor.
double scheduled_rate(const ScheduleOptions& schedule, double peak, std::size_t step, std::size_t steps);

/// Counts epochs without a better validation loss and lowers the rate when they are too many. A loss is better when it
/// is lower by more than `min_improvement`, as for early stopping.
class Plateau {
 public:
  Plateau(const ScheduleOptions& schedule, double min_improvement);

  /// What to multiply the rate with: 1 for all other schedules.
  double factor() const noexcept { return factor_; }
  void after_epoch(double validation_loss);

  template <class Archive>
  void archive(Archive& state) {
    state.value(best_), state.value(bad_epochs_), state.value(factor_);
  }

 private:
  bool in_use_;
  double step_factor_;
  std::size_t patience_;
  double margin_;
  double best_;
  std::size_t bad_epochs_ = 0;
  double factor_ = 1.0;
};

}  // namespace trueup
