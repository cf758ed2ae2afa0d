// Rows and their checks. Conditions are written so that NaN fails.
#include "study/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "result/config_sections.hpp"
#include "study/error_per_event.hpp"

namespace trueup {
namespace {

constexpr double kStandardErrors = 3.0;

double mean_of(const std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double spread_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean = mean_of(values);
  double squares = 0.0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double root_mean_square(const std::vector<double>& values) {
  double squares = 0.0;
  for (const double v : values) squares += v * v;
  return values.empty() ? std::numeric_limits<double>::quiet_NaN()
                        : std::sqrt(squares / static_cast<double>(values.size()));
}

Check bias_check(const RowValues& row, double limit) {
  const double bias = mean_of(row.residuals);
  const double error = row.error() / std::sqrt(static_cast<double>(row.residuals.size()));
  const bool passed = std::fabs(bias) <= limit || std::fabs(bias) <= kStandardErrors * error;
  return {"bias, " + row.name, bias, fmt::format("0 within {} or 3 standard errors", limit), passed,
          std::isnan(error)
              ? fmt::format("'{}' is off the truth by {:+.4f}; {} usable runs do not tell its error.",
                            row.name, bias, row.residuals.size())
              : fmt::format("The mean of '{}' over {} runs is off the truth by {:+.4f}, with a standard "
                            "error of {:.4f}.",
                            row.name, row.residuals.size(), bias, error)};
}

Check spread_check(const RowValues& row, double limit) {
  const double spread = spread_of(row.residuals);
  return {"spread, " + row.name, spread, fmt::format("at most {}", limit), spread <= limit,
          fmt::format("The standard deviation of one run of '{}' is {:.4f}.", row.name, spread)};
}

}  // namespace

double RowValues::error() const {
  return values.size() == 1 ? stated_error : spread_of(values);
}

RowLimits read_row_limits(ConfigTable table) {
  constexpr double kAny = 1e9;
  return {read_between(table, "bias", table.number("bias"), 0.0, kAny, true),
          read_between(table, "spread", table.number("spread"), 0.0, kAny, true),
          read_between(table, "worse", table.number("worse", 0.0), 0.0, kAny, true),
          read_between(table, "precision", table.number("precision", 0.0), 0.0, kAny, true)};
}

std::vector<RowValues> rows_of(const std::vector<Repetition>& repetitions) {
  std::vector<RowValues> rows;
  for (const Repetition& repetition : repetitions) {
    for (const Estimate& e : repetition.estimates) {
      auto row = std::find_if(rows.begin(), rows.end(), [&](const RowValues& r) { return r.name == e.row; });
      if (row == rows.end()) {
        rows.push_back({e.row, {}, {}});
        row = rows.end() - 1;
      }
      if (!e.usable || !std::isfinite(e.value)) {
        ++row->unusable;
        continue;
      }
      row->values.push_back(e.value);
      row->residuals.push_back(e.value - e.truth);
      const auto stated = repetition.metrics.find(stated_error(e.row));
      if (stated != repetition.metrics.end()) row->stated_error = stated->second;
    }
  }
  return rows;
}

const PublishedNumber* find_published(const std::map<std::string, PublishedNumber>& published,
                                      const std::string& row) {
  const auto found = published.find(row);
  return found == published.end() ? nullptr : &found->second;
}

ResultRow result_row(const RowValues& row, const std::map<std::string, PublishedNumber>& published) {
  ResultRow result;
  result.name = row.name;
  if (const PublishedNumber* found = find_published(published, row.name)) {
    result.published = found->value;
    result.published_error = found->error;
  }
  result.value = mean_of(row.values);
  result.error = row.error();
  result.runs = row.values.size();
  return result;
}

std::vector<Check> row_checks(const RowValues& row, const RowLimits& limits) {
  std::vector<Check> checks;
  checks.push_back({"unusable runs, " + row.name, static_cast<double>(row.unusable), "0", row.unusable == 0,
                    fmt::format("{} of {} runs of '{}' found no minimum inside the range.", row.unusable,
                                row.unusable + row.values.size(), row.name)});
  checks.push_back(bias_check(row, limits.bias));
  if (row.values.size() >= kFewestForSpread) checks.push_back(spread_check(row, limits.spread));
  return checks;
}

Check worse_check(const RowValues& row, const RowValues& good, const RowLimits& limits) {
  const double ratio = root_mean_square(row.residuals) / root_mean_square(good.residuals);
  // A fit that finds no minimum at all is as wrong as can be.
  const bool lost = row.values.empty() && row.unusable > 0;
  return {"worse, " + row.name, ratio, fmt::format("at least {}", limits.worse),
          lost || ratio >= limits.worse,
          fmt::format(
              "'{}' is off the truth by {:.4f}, root mean square, '{}' by {:.4f}; {} of its {} runs found no "
              "minimum.",
              row.name, root_mean_square(row.residuals), good.name, root_mean_square(good.residuals),
              row.unusable, row.unusable + row.values.size())};
}

double pull_of(const FittedParameter& fitted, double truth) {
  const double error = truth < fitted.value ? fitted.value - fitted.low : fitted.high - fitted.value;
  return (fitted.value - truth) / error;
}

}  // namespace trueup
