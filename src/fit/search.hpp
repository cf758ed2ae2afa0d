// The ways to the minimum of an objective: a scan with a fitted curve, and NLopt's minimisers without derivatives.
#pragma once

#include <vector>

#include <trueup/fit.hpp>

#include "fit/objective.hpp"

namespace trueup {

/// Where one repetition found its minimum, and every point on the way.
struct Minimum {
  std::vector<double> theta;
  std::vector<ScanPoint> points;
  FitResult::Curve curve;  ///< scan of the AUC over one parameter only
  bool at_edge = false;    ///< no minimum inside the range
  TrainRecord record;      ///< of the classifier nearest to the minimum
  std::size_t trainings = 0;
  std::size_t retrained = 0;

  /// Takes the evaluation's point and counts; its record when it is the lowest.
  void add(Evaluation evaluation);
};

/// Points around `start` (empty: a coarse scan of the ranges finds it), then the minimum of the curve or surface through
/// them.
Minimum scan_minimum(const Objective& objective, const std::vector<ModelParameter>& parameters,
                     const FitOptions& options, const std::vector<double>& start, Monitor& monitor);

/// NLopt within the ranges, and the minimum of a surface through all points. It ends, before NLopt would, when the
/// surface's minimum is lower than the lowest point by less than that point's noise, and lies among the points.
Minimum nlopt_minimum(const Objective& objective, const std::vector<ModelParameter>& parameters,
                      const FitOptions& options, Monitor& monitor);

/// Whether θ is within a hundredth of a range of its end.
bool near_edge(const std::vector<ModelParameter>& parameters, const std::vector<double>& theta);

}  // namespace trueup
