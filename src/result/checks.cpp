// Quality checks of weights, closure, and fits. Conditions are written so that NaN fails.
#include "result/checks.hpp"

#include <cmath>

#include <fmt/format.h>

namespace trueup {
namespace {

constexpr double kSigmas = 5.0;  // a few dozen checks: a false alarm in a million runs
// Networks trained on 100,000 events know the mean weight to 1 or 2 %, and a fit normalises weights anyway.
constexpr double kMeanWeight = 0.05;
constexpr double kEffective = 0.01;  // below it a hundredth of the events carry the result
constexpr double kClosureAuc = 0.02;
constexpr double kMinimumAuc = 0.01;

/// `kind` tells checks of one place apart: "" or "closure at ".
Check mean_weight_check(const WeightSummary& w, const std::string& where, const std::string& kind = "") {
  const double off = std::fabs(w.mean - 1.0);
  const bool passed = off <= kSigmas * w.mean_error || off <= kMeanWeight;
  return {fmt::format("mean weight, {}, {}{}", w.label, kind, where), w.mean, "1 within 5 errors or 5 %",
          passed,
          fmt::format("The mean weight of {} at {} is {:.4f} +- {:.4f}; it is 1 for exact weights{}.",
                      w.label, where, w.mean, w.mean_error,
                      passed ? "" : ": the network did not learn the density ratio here")};
}

Check effective_check(const WeightSummary& w, const std::string& where, const std::string& kind = "") {
  const bool passed = w.effective_fraction >= kEffective;
  return {fmt::format("effective fraction, {}, {}{}", w.label, kind, where), w.effective_fraction,
          "at least 0.01", passed,
          fmt::format("After reweighting to {} with {}, {:.1f} % of the events count{}.", where, w.label,
                      100.0 * w.effective_fraction,
                      passed ? "" : ": too few, the nominal sample lies too far from here")};
}

/// An AUC that should be 0.5.
Check auc_check(const std::string& name, double auc, double spread, double tolerance, const std::string& text,
                const std::string& when_failed) {
  const double above = auc - 0.5;
  const bool passed = above <= kSigmas * spread || above <= tolerance;
  return {name, auc, fmt::format("0.5 within 5 null spreads or {}", tolerance), passed,
          fmt::format("{} {:.4f}, with a spread of {:.4f} for equal samples{}.", text, auc, spread,
                      passed ? "" : ": " + when_failed)};
}

}  // namespace

std::string theta_text(const std::vector<std::string>& names, const std::vector<double>& theta) {
  std::string text;
  for (std::size_t p = 0; p < theta.size() && p < names.size(); ++p) {
    text += fmt::format("{}{} = {:.5g}", p == 0 ? "" : ", ", names[p], theta[p]);
  }
  return text;
}

std::vector<Check> weight_checks(const std::vector<WeightSummary>& summaries, const std::string& where) {
  std::vector<Check> checks;
  for (const WeightSummary& w : summaries) {
    checks.push_back(mean_weight_check(w, where));
    checks.push_back(effective_check(w, where));
  }
  return checks;
}

std::vector<Check> closure_checks(const std::vector<ClosurePoint>& closure,
                                  const std::vector<std::string>& parameters) {
  std::vector<Check> checks;
  for (const ClosurePoint& point : closure) {
    const std::string where = parameters.empty() ? "the target" : theta_text(parameters, point.theta);
    const WeightSummary w{"network 1", point.mean_weight, point.mean_weight_error, point.effective_fraction,
                          point.largest_weight};
    checks.push_back(mean_weight_check(w, where, "closure at "));
    checks.push_back(effective_check(w, where, "closure at "));
    checks.push_back(auc_check(
        "closure AUC, " + where, point.auc, point.auc_null_spread, kClosureAuc,
        fmt::format("A classifier tells events generated near {} from reweighted ones with AUC", where),
        "the weights miss something of the difference"));
  }
  return checks;
}

std::vector<Check> fit_checks(const FitResult& fit) {
  std::vector<Check> checks;
  const std::size_t at_edge = fit.rejected.size();
  const char* advice = fit.likelihood
                           ? "window that the ratio was learnt in, or of the weights' range: widen "
                             "fit.window, or scan a wider range"
                           : "range: the value may lie outside it; scan a wider range";
  checks.push_back({"minima at the edge of the range", static_cast<double>(at_edge), "0", at_edge == 0,
                    at_edge == 0
                        ? "Every repetition has its minimum inside the range of the weights."
                        : fmt::format("{} of {} repetitions have their minimum at the edge of the {}.",
                                      at_edge, fit.repetitions.size(), advice)});
  checks.push_back(auc_check("AUC at the minimum", fit.auc_at_minimum, fit.auc_null_spread, kMinimumAuc,
                             "At the fitted value a classifier tells data from simulation with AUC",
                             "the simulation does not describe the data at any value"));
  for (const FittedParameter& p : fit.parameters) {
    const double width = p.high - p.low;
    const bool passed = std::isfinite(p.value) && std::isfinite(width) && width > 0.0;
    checks.push_back({"interval, " + p.name, width, "finite and positive", passed,
                      fmt::format("The interval of {} is [{:.5g}, {:.5g}]{}.", p.name, p.low, p.high,
                                  passed ? "" : ": it says nothing")});
  }
  return checks;
}

}  // namespace trueup
