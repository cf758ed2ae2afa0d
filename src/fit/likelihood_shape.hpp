// The shape of a log likelihood around its maximum: maximum, curvature, profiles, contours.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <trueup/likelihood_fit.hpp>

#include "stats/linear.hpp"

namespace trueup {

/// log L and its gradient. Smooth, with noise from rounding only.
struct LogLikelihoodValue {
  double value = 0.0;
  std::vector<double> gradient;
};
using LogLikelihoodFunction = std::function<LogLikelihoodValue(std::span<const double> theta)>;

/// Where a function may be asked.
struct ParameterBox {
  std::vector<double> low;
  std::vector<double> high;

  bool holds(std::span<const double> theta) const;
};

struct LikelihoodMaximum {
  std::vector<double> theta;
  double value = 0.0;
  SquareMatrix curvature;   ///< −∂² log L
  SquareMatrix covariance;  ///< its inverse
  bool at_edge = false;     ///< of the box: log L still rises outwards
  bool found = false;       ///< false at the edge, and where the curvature is not that of a maximum
};

/// Newton's method from `start`, damped so that log L rises with every step, within the box. `scale` is about the error
/// of each parameter: it sets the differences of gradients that give the curvature.
LikelihoodMaximum maximise(const LogLikelihoodFunction& log_likelihood, const ParameterBox& box,
                           std::vector<double> start, const std::vector<double>& scale);

/// Points from three errors below the maximum to three above it, and the crossings of 1, where they lie in the box.
LikelihoodProfile profile(const LogLikelihoodFunction& log_likelihood, const ParameterBox& box,
                          const LikelihoodMaximum& maximum, std::size_t parameter);

/// Points of two parameters where 2 Δ log L equals `rise`, counter-clockwise, the first repeated as the last.
std::vector<std::vector<double>> contour(const LogLikelihoodFunction& log_likelihood, const ParameterBox& box,
                                         const LikelihoodMaximum& maximum, double rise);

}  // namespace trueup
