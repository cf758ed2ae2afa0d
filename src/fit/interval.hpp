// The interval from a few repetitions.
#pragma once

#include <cstddef>
#include <span>

namespace trueup {

/// Half width of the central interval of probability 68.27 % for Student's t with n degrees of freedom, in units of the
/// standard deviation estimated from n + 1 values: 1.84 for n = 1, 1.14 for n = 4, 1 for many.
double student_t_one_sigma(std::size_t degrees_of_freedom);

struct Interval {
  double value = 0.0;
  double half_width = 0.0;
};

/// Mean of the repetitions, and the spread of one (not of their mean: the repetitions share the data) times Student's
/// factor. Needs at least 2 values (ConfigError).
Interval interval_from_repetitions(std::span<const double> values);

}  // namespace trueup
