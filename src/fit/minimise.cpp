// The minimum of the AUC in any number of parameters with NLopt's minimisers that need no derivative.
#include <algorithm>
#include <cmath>
#include <exception>
#include <span>

#include <nlopt.hpp>

#include "fit/search.hpp"

namespace trueup {

namespace {

// Edges count as found minima only farther inside than this fraction of the range.
constexpr double kEdgePart = 0.01;
constexpr double kStartStep = 0.1;
// Parameters in units of their range; the AUC's own noise makes anything finer meaningless.
constexpr double kTolerance = 1e-4;

/// What NLopt calls: coordinates are fractions of the ranges, so that all parameters have one scale.
struct Call {
  const AucObjective& objective;
  const std::vector<ModelParameter>& parameters;
  Minimum& minimum;
  nlopt::opt& optimiser;
  double least = 2.0;
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
    const auto at = theta(x);
    const auto [point, record] = objective(at);
    minimum.points.push_back(point);
    if (point.auc < least) {
      least = point.auc;
      minimum.theta = at;
      minimum.record = record;
    }
    return point.auc;
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

}  // namespace

Minimum nlopt_minimum(const AucObjective& objective, const std::vector<ModelParameter>& parameters,
                      const FitOptions& options, Monitor& monitor) {
  check_interrupt(monitor, "fit");
  Minimum minimum;
  const auto dimension = static_cast<unsigned>(parameters.size());
  nlopt::opt optimiser(options.minimiser == Minimiser::praxis ? nlopt::LN_PRAXIS : nlopt::LN_BOBYQA,
                       dimension);
  Call call{objective, parameters, minimum, optimiser};
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
  double least = 0.0;
  try {
    optimiser.optimize(x, least);
  } catch (const nlopt::roundoff_limited&) {
    // The best point so far is in `minimum`.
  } catch (const nlopt::forced_stop&) {
    if (call.failure) {
      std::rethrow_exception(call.failure);
    }
    throw;
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const double edge = kEdgePart * (parameters[p].high - parameters[p].low);
    minimum.at_edge = minimum.at_edge || minimum.theta[p] < parameters[p].low + edge ||
                      minimum.theta[p] > parameters[p].high - edge;
  }
  return minimum;
}

}  // namespace trueup
