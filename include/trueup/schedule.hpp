// How the learning rate changes in the course of a training.
#pragma once

#include <cstddef>

namespace trueup {

/// With x the part of the steps of max_epochs that is done, after the warm-up:
///   constant   α
///   cosine     α (1 + cos π x) / 2
///   one_cycle  from α/25 up to α along half a cosine (the warm-up), then down to α/250,000 (PyTorch's OneCycleLR;
///              Adam's β1 stays as it is)
///   plateau    α, times plateau_factor whenever the validation loss has not become better for more than
///              plateau_patience epochs (PyTorch's ReduceLROnPlateau)
enum class LearningRateSchedule { constant, cosine, one_cycle, plateau };

/// A schedule with its numbers; the name alone means its usual ones.
struct ScheduleOptions {
  ScheduleOptions() = default;
  ScheduleOptions(LearningRateSchedule chosen)  // NOLINT(google-explicit-constructor)
      : kind(chosen), warmup(chosen == LearningRateSchedule::one_cycle ? 0.3 : 0.0) {}

  LearningRateSchedule kind = LearningRateSchedule::constant;
  /// Part of all steps, in [0, 1), in which the rate rises: linearly from near 0, for one_cycle as above.
  double warmup = 0.0;
  double plateau_factor = 0.1;
  std::size_t plateau_patience = 5;
};

}  // namespace trueup
