// Quality checks of method likelihood. Conditions are written so that NaN fails.
#include "result/likelihood_checks.hpp"

#include <cmath>

#include <fmt/format.h>

namespace trueup {
namespace {

constexpr double kMeanRatio =
    0.05;  // a normalised likelihood does not see it; more shows a ratio that was not learnt
// The value does not depend on where the statistic was learnt, its precision does: by about the square of this. The shape is
// that of the data's likelihood as far off.
constexpr double kCorrection = 0.2;

Check mean_ratio_check(const LikelihoodReport& report) {
  const bool passed = std::fabs(report.mean_ratio - 1.0) <= kMeanRatio;
  return {
      "mean likelihood ratio", report.mean_ratio, "1 within 5 %", passed,
      fmt::format(
          "The mean of the learnt ratio over the simulation is {:.4f} at the maximum; it is 1 for an exact "
          "one{}.",
          report.mean_ratio, passed ? "" : ": the ratio was not learnt well; train longer")};
}

Check profile_check(const std::string& name, const LikelihoodProfile& profile) {
  const double width = profile.high - profile.low;
  const bool passed = std::isfinite(width) && width > 0.0;
  return {
      "profile, " + name, width, "crosses 1 on both sides", passed,
      fmt::format(
          "-2 log L rises by 1 at {:.5g} and {:.5g} of {}{}.", profile.low, profile.high, name,
          passed
              ? ""
              : ": not within the range that the ratio was learnt in; widen fit.window, or use more data")};
}

/// In units of what one data event tells: the data's share of the error is that over √N.
Check correction_check(const FittedParameter& fitted, double correction, const ScoreReport& score,
                       std::size_t p) {
  const double events = static_cast<double>(score.data_influence.size() / score.data.size());
  const double distance = std::fabs(correction) / (score.data[p] * std::sqrt(events));
  const bool passed = distance <= kCorrection;
  return {
      "bias of the likelihood, " + fitted.name, distance, "at most 0.2 of what one event tells", passed,
      fmt::format("Simulated events of known {} move the likelihood's maximum by {:+.4g}, {:.3f} of what one "
                  "data event tells{}.",
                  fitted.name, correction, distance,
                  passed ? ""
                         : ": the ratio, or the weights that it was learnt with, are too far off for a "
                           "statistic and a shape that hold at the fitted value; train longer")};
}

}  // namespace

std::vector<Check> likelihood_checks(const FitResult& fit) {
  const LikelihoodReport& report = *fit.likelihood;
  std::vector<Check> checks{mean_ratio_check(report)};
  for (std::size_t p = 0; p < report.profiles.size(); ++p) {
    checks.push_back(profile_check(fit.parameters[p].name, report.profiles[p]));
    checks.push_back(correction_check(fit.parameters[p], report.correction[p], *fit.score, p));
  }
  return checks;
}

}  // namespace trueup
