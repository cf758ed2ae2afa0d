// Whether fits of the same data by several methods agree.
#pragma once

#include <string>
#include <vector>

#include <trueup/fit.hpp>

namespace trueup {

/// The difference of one parameter between two fits, and the error of that difference.
struct MethodDifference {
  std::string parameter;
  double difference = 0.0;  ///< first − second
  double error = 0.0;       ///< NaN when a fit has no interval

  double pull() const { return difference / error; }
};

/// Of two fits to the same tables with the same reweighters, one for each parameter. The fits share their events, so the
/// error is smaller than those of the values (docs/guide/statistics.md):
///   both learn statistics (score, likelihood): what each event adds to either value is known, and so is their difference
///   one does: it is the more precise one, with which the other's excess is not correlated: σ² − σ² (Hausman,
///   Econometrica 46 (1978) 1251)
///   neither does: √(σ² + σ²), which is too large
/// Trainings of w are compared pairwise; repetitions are independent. Throws ConfigError for fits of different parameters.
std::vector<MethodDifference> method_differences(const FitResult& first, const FitResult& second);

}  // namespace trueup
