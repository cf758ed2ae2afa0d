// The learning rate of a step.
#include "nn/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace trueup {

namespace {

constexpr double kOneCycleStart = 25.0;      // PyTorch's div_factor
constexpr double kOneCycleEnd = 25.0 * 1e4;  // times its final_div_factor

/// Half a cosine from `from` at x = 0 to `to` at x = 1.
double cosine(double from, double to, double x) {
  return to + (from - to) * 0.5 * (1.0 + std::cos(std::numbers::pi * x));
}

double one_cycle(double peak, double warmup, double step, double steps) {
  const double top = warmup * steps - 1.0;  // PyTorch's phases end on these steps
  const double end = steps - 1.0;
  if (step <= top) {
    return cosine(peak / kOneCycleStart, peak, top > 0.0 ? step / top : 1.0);
  }
  const double from = std::max(top, 0.0);
  return cosine(peak, peak / kOneCycleEnd, end > from ? (step - from) / (end - from) : 1.0);
}

}  // namespace

double scheduled_rate(const ScheduleOptions& schedule, double peak, std::size_t step, std::size_t steps) {
  const auto at = static_cast<double>(step);
  const auto all = static_cast<double>(std::max<std::size_t>(steps, 1));
  if (schedule.kind == LearningRateSchedule::one_cycle) {
    return one_cycle(peak, schedule.warmup, at, all);
  }
  const double rising = std::floor(schedule.warmup * all);
  if (at < rising) {
    return peak * (at + 1.0) / rising;
  }
  if (schedule.kind == LearningRateSchedule::cosine) {
    return peak * 0.5 * (1.0 + std::cos(std::numbers::pi * ((at - rising) / (all - rising))));
  }
  return peak;
}

Plateau::Plateau(const ScheduleOptions& schedule, double min_improvement)
    : in_use_(schedule.kind == LearningRateSchedule::plateau),
      step_factor_(schedule.plateau_factor),
      patience_(schedule.plateau_patience),
      margin_(min_improvement),
      best_(std::numeric_limits<double>::infinity()) {}

void Plateau::after_epoch(double validation_loss) {
  if (!in_use_) {
    return;
  }
  if (validation_loss < best_ - margin_) {
    best_ = validation_loss;
    bad_epochs_ = 0;
  } else if (++bad_epochs_ > patience_) {
    factor_ *= step_factor_;
    bad_epochs_ = 0;
  }
}

}  // namespace trueup
