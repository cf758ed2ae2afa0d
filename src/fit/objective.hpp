// What a fit minimises, seen by the minimisers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <trueup/fit.hpp>

#include "stats/linear.hpp"

namespace trueup {

/// The objective at one θ, and how the classifiers there were trained.
struct Evaluation {
  ScanPoint point;
  /// About the second derivative of the objective near its minimum (parameters × parameters); empty without gradient.
  SquareMatrix curvature;
  TrainRecord record;
  std::size_t trainings = 0;
  std::size_t retrained = 0;
};

/// One repetition's objective: its events and seeds are fixed, so the values at different θ have a common noise, which
/// cancels in their differences. Evaluations do not depend on one another.
class Objective {
 public:
  virtual ~Objective() = default;

  Evaluation evaluate(std::span<const double> theta) const;
  /// The same at several θ, side by side where that is faster.
  virtual std::vector<Evaluation> evaluate_all(const std::vector<std::vector<double>>& thetas) const = 0;

  virtual std::size_t repetition() const = 0;
};

}  // namespace trueup
