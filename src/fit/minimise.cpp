// The minimum of an objective in any number of parameters with NLopt's minimisers that need no derivative.
#include <algorithm>
#include <cmath>
#include <exception>
#include <span>

#include <nlopt.hpp>

#include "fit/search.hpp"
#include "fit/surface.hpp"

namespace trueup {

namespace {

constexpr double kStartStep = 0.1;
// Parameters in units of their range; the objective's own noise makes anything finer meaningless.
constexpr double kTolerance = 1e-4;

/// What NLopt calls: coordinates are fractions of the ranges, so that all parameters have one scale.
struct Call {
  const Objective& objective;
  const std::vector<ModelParameter>& parameters;
  FitMethod method;
  Minimum& minimum;
  nlopt::opt& optimiser;
  bool noise_reached = false;
  std::exception_ptr failure = nullptr;

  std::vector<double> theta(const std::vector<double>& x) const {
    std::vector<double> result;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const double fraction = std::clamp(x[p], 0.0, 1.0);
      result.push_back(parameters[p].low + fraction * (parameters[p].high - parameters[p].low));
    }
    return result;
  }

  double evaluate(const std::vector<double>& x) {
    Evaluation evaluation = objective.evaluate(theta(x));
    const double value = evaluation.point.objective;
    evaluation.point.fine = true;
    minimum.add(std::move(evaluation));
    if (reached_noise()) {
      noise_reached = true;
      optimiser.force_stop();
    }
    return value;
  }

  /// Nothing that is left to gain would show above the noise. Two points more than terms let the surface be wrong.
  bool reached_noise() const {
    if (minimum.points.size() < quadratic_terms(parameters.size()) + 2) return false;
    const Surface surface = fit_surface(minimum.points, method);
    double lowest = smooth_value(minimum.points.front(), method).value;
    for (const ScanPoint& p : minimum.points) lowest = std::min(lowest, smooth_value(p, method).value);
    return surface.convex && surface.inside && lowest - surface.floor <= surface.lowest_error;
  }
};

double call_back(const std::vector<double>& x, std::vector<double>&, void* state) {
  auto* call = static_cast<Call*>(state);
  try {
    return call->evaluate(x);
  } catch (...) {
    // NLopt is C: nothing may be thrown through it.
    call->failure = std::current_exception();
    call->optimiser.force_stop();
    return 1.0;
  }
}

void run(nlopt::opt& optimiser, Call& call, std::vector<double> x) {
  double least = 0.0;
  try {
    optimiser.optimize(x, least);
  } catch (const nlopt::roundoff_limited&) {
    // All points so far are in `minimum`.
  } catch (const nlopt::forced_stop&) {
    if (call.failure) std::rethrow_exception(call.failure);
    if (!call.noise_reached) throw;
  }
}

}  // namespace

Minimum nlopt_minimum(const Objective& objective, const std::vector<ModelParameter>& parameters,
                      const FitOptions& options, Monitor& monitor) {
  check_interrupt(monitor, "fit");
  Minimum minimum;
  nlopt::opt optimiser(options.minimiser == Minimiser::praxis ? nlopt::LN_PRAXIS : nlopt::LN_BOBYQA,
                       static_cast<unsigned>(parameters.size()));
  Call call{objective, parameters, options.method, minimum, optimiser};
  optimiser.set_lower_bounds(0.0);
  optimiser.set_upper_bounds(1.0);
  optimiser.set_initial_step(kStartStep);
  optimiser.set_xtol_abs(kTolerance);
  optimiser.set_maxeval(static_cast<int>(options.max_evaluations));
  optimiser.set_min_objective(call_back, &call);
  std::vector<double> x;
  for (const ModelParameter& p : parameters) {
    x.push_back(std::clamp((p.nominal - p.low) / (p.high - p.low), 0.05, 0.95));
  }
  run(optimiser, call, x);
  minimum.theta =
      std::min_element(minimum.points.begin(), minimum.points.end(),
                       [](const ScanPoint& a, const ScanPoint& b) { return a.objective < b.objective; })
          ->theta;
  if (minimum.points.size() >= quadratic_terms(parameters.size())) {
    const Surface surface = fit_surface(minimum.points, options.method);
    if (surface.convex && surface.inside) minimum.theta = surface.minimum;
  }
  minimum.at_edge = near_edge(parameters, minimum.theta);
  return minimum;
}

}  // namespace trueup
