// The two ways to the minimum of the AUC: a scan with a fitted curve, and NLopt's minimisers without derivatives.
#pragma once

#include <vector>

#include <trueup/fit.hpp>

#include "fit/auc_objective.hpp"

namespace trueup {

/// Where one repetition found its minimum, and every point on the way.
struct Minimum {
  std::vector<double> theta;
  std::vector<ScanPoint> points;
  FitResult::Curve curve;  ///< scan only
  bool at_edge = false;    ///< no minimum inside the range
  TrainRecord record;      ///< of the classifier nearest to the minimum
};

/// One parameter: points around `start` (NaN: a coarse scan of the range finds it), then the curve's centre.
Minimum scan_minimum(const AucObjective& objective, const ModelParameter& parameter,
                     const FitOptions& options, double start, Monitor& monitor);

/// Any number of parameters, within their ranges.
Minimum nlopt_minimum(const AucObjective& objective, const std::vector<ModelParameter>& parameters,
                      const FitOptions& options, Monitor& monitor);

}  // namespace trueup
