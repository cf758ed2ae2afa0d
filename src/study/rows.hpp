// From repetitions to rows: mean and spread of each number beside the published one, and their checks.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/result.hpp>

#include "study/study.hpp"

namespace trueup {

/// In front of a row's name: (value − truth) / stated error.
inline constexpr const char* kPull = "pull, ";
/// After a row's name: of corrected fits, the value that the classifiers alone give, with the weights' error in it.
inline constexpr const char* kUncorrected = ", uncorrected";

/// Runs from which on a spread is judged.
inline constexpr std::size_t kFewestForSpread = 5;

/// A row's numbers over the repetitions, usable ones only, in the order of the repetitions.
struct RowValues {
  std::string name;
  std::vector<double> values;
  std::vector<double> residuals;  ///< value − truth
  std::size_t unusable = 0;
  /// What the method itself states for the last run; NaN where it states none.
  double stated_error = std::numeric_limits<double>::quiet_NaN();

  /// Of one run: the standard deviation of the usable ones (n − 1), for a single one the stated error.
  double error() const;
};

/// What a row must reach for its checks to pass, at the study's scale.
struct RowLimits {
  double bias = 0.0;    ///< largest distance of the mean from the truth
  double spread = 0.0;  ///< largest standard deviation of one run
  double worse =
      0.0;  ///< least ratio of the root mean square residual of what should fail to that of what should not
  double precision =
      0.0;  ///< largest ratio of the error to the published one for as many events; 0: not asked
};

/// [limits] with bias, spread and, where something should fail, worse; where errors are compared with published ones, precision.
RowLimits read_row_limits(ConfigTable table);

/// In the order in which the first repetition gives them.
std::vector<RowValues> rows_of(const std::vector<Repetition>& repetitions);

/// The published number of a row; null when there is none.
const PublishedNumber* find_published(const std::map<std::string, PublishedNumber>& published,
                                      const std::string& row);

/// `value`: mean over the usable runs; `error`: of one run, NaN when it is not known.
ResultRow result_row(const RowValues& row, const std::map<std::string, PublishedNumber>& published);

/// Every fit has a minimum in the range. The mean residual is within the limit for bias, or compatible with 0 (3 standard
/// errors, of a single run the stated ones). The spread is within its limit; for fewer than kFewestForSpread runs the spread is not judged.
std::vector<Check> row_checks(const RowValues& row, const RowLimits& limits);

/// That `row` is off the truth by `limits.worse` times as much as `good`, root mean square.
Check worse_check(const RowValues& row, const RowValues& good, const RowLimits& limits);

/// (value − truth) / the error on the side of the truth.
double pull_of(const FittedParameter& fitted, double truth);

}  // namespace trueup
