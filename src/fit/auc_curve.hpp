// The curve that the AUC follows near its minimum, fitted to the points of a scan.
#pragma once

#include <span>

#include <trueup/fit.hpp>

namespace trueup {

/// Value of a curve at θ.
double auc_curve(const FitResult::Curve& curve, double theta);

/// Least-squares fit of FitResult::Curve to the points' first parameter, the centre kept within [low, high].
/// Needs at least 6 points (ConfigError). slope <= 0 in the result means that the points have no minimum.
FitResult::Curve fit_auc_curve(std::span<const ScanPoint> points, double low, double high);

}  // namespace trueup
