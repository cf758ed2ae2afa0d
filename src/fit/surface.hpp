// A polynomial through the objective's values at many θ: its minimum uses all of them, the lowest point only itself.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/model.hpp>

namespace trueup {

/// Coefficients of a quadratic in P parameters: 3, 6, 10, …
std::size_t quadratic_terms(std::size_t parameters);

struct Surface {
  std::vector<double> minimum;
  double floor = 0.0;         ///< the polynomial at its minimum
  double lowest_error = 0.0;  ///< noise of the values there
  bool convex = false;        ///< false: the points have no minimum
  bool inside = false;        ///< the minimum lies within the box of the points
};

/// What the surface is fitted to: the objective of loss and dctr; of auc the square of Φ⁻¹(AUC), which is smooth at the
/// minimum, where the AUC itself has a corner: for Gaussians it is the squared distance of the means in standard
/// deviations, halved.
struct SmoothValue {
  double value = 0.0;
  double error = 0.0;
};
SmoothValue smooth_value(const ScanPoint& point, FitMethod method);

/// Weighted least squares: a quadratic, with cubic terms when there are at least twice as many points as terms of a cubic.
/// The error of a value is its noise and a tenth of its height above the lowest, for the polynomial is good near the
/// minimum only. At least as many points as quadratic_terms (ConfigError).
Surface fit_surface(std::span<const ScanPoint> points, FitMethod method);

}  // namespace trueup
