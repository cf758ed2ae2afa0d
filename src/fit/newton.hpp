// Newton's method on an objective whose values and gradients are noisy.
#pragma once

#include <cstddef>
#include <vector>

#include <trueup/model.hpp>

#include "fit/objective.hpp"

namespace trueup {

struct NewtonOptions {
  std::size_t most_evaluations = 20;
  /// Steps shorter than this, in units where the objective's curvature is 1, end the search; so do steps shorter than
  /// the gradient's noise, when that is heeded.
  double tolerance = 0.03;
  /// Longest step in the same units: about one standard deviation of a generator-level event's own resolution in θ, so
  /// that the weights of the next point are known to be usable.
  double longest_step = 0.4;
  /// How well the objective's own estimate of its curvature is known, as a part of it.
  double curvature_error = 0.7;
  /// False: the noise is the same at all θ (the events'), and the search goes on to the tolerance.
  bool heed_noise = true;
};

struct NewtonResult {
  std::vector<double> theta;
  std::vector<Evaluation> evaluations;
  bool at_edge = false;    ///< the minimum lies outside of the parameters' ranges
  bool converged = false;  ///< else most_evaluations were used up
};

/// Each step solves a linear model of the gradient, g(θ) = g₀ + H (θ − θ_best), fitted by least squares to all points so
/// far: weights from each point's noise and from its distance (g is not linear far away), the objective's own estimate of
/// H as a prior. Parameters stay within their ranges.
NewtonResult newton_minimum(const Objective& objective, const std::vector<ModelParameter>& parameters,
                            const std::vector<double>& start, const NewtonOptions& options);

/// `theta` with each component moved into its parameter's range.
std::vector<double> clamped(const std::vector<ModelParameter>& parameters, std::vector<double> theta);

}  // namespace trueup
