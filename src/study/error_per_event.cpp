// Errors for as many events as the paper has.
#include "study/error_per_event.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "study/rows.hpp"

namespace trueup {
namespace {

/// Rows of the data, mean over the repetitions that say so; NaN when none does.
double data_rows(const std::vector<Repetition>& repetitions) {
  double sum = 0.0, n = 0.0;
  for (const Repetition& repetition : repetitions) {
    const auto found = repetition.metrics.find(kDataRows);
    if (found == repetition.metrics.end()) continue;
    sum += found->second;
    n += 1.0;
  }
  return sum / n;
}

std::optional<double> published_error_per_event(const PublishedNumber* published) {
  if (published == nullptr || !published->error || !published->events) return std::nullopt;
  return *published->error * std::sqrt(*published->events);
}

/// Mean and spread as the rows have them.
ResultRow row_of(const std::string& name, std::vector<double> values) {
  return result_row({name, std::move(values), {}}, {});
}

std::optional<ResultRow> of_spread(const std::string& row, const std::vector<Repetition>& repetitions,
                                   double scale) {
  for (const RowValues& found : rows_of(repetitions)) {
    if (found.name != row || found.values.size() < 2) continue;
    ResultRow out = row_of("error x sqrt(events), " + row, found.values);
    out.value = scale * out.error;
    out.error = out.value / std::sqrt(2.0 * (static_cast<double>(out.runs) - 1.0));
    return out;
  }
  return std::nullopt;
}

std::optional<ResultRow> of_stated_errors(const std::string& row, const std::vector<Repetition>& repetitions,
                                          double scale) {
  std::vector<double> errors;
  for (const Repetition& repetition : repetitions) {
    const auto found = repetition.metrics.find(stated_error(row));
    if (found != repetition.metrics.end() && std::isfinite(found->second))
      errors.push_back(scale * found->second);
  }
  if (errors.empty()) return std::nullopt;
  return row_of("stated error x sqrt(events), " + row, std::move(errors));
}

}  // namespace

std::string stated_error(const std::string& row) {
  return "stated error, " + row;
}

std::vector<ErrorPerEvent> errors_per_event(const std::string& row,
                                            const std::vector<Repetition>& repetitions,
                                            const PublishedNumber* published) {
  const double scale = std::sqrt(data_rows(repetitions));
  const std::optional<double> theirs = published_error_per_event(published);
  std::vector<ErrorPerEvent> all;
  if (!theirs || !std::isfinite(scale)) return all;
  if (auto spread = of_spread(row, repetitions, scale)) {
    const bool judged = spread->runs >= kFewestForSpread;
    all.push_back({std::move(*spread), judged});
  }
  if (auto stated = of_stated_errors(row, repetitions, scale)) all.push_back({std::move(*stated), true});
  for (ErrorPerEvent& error : all) error.row.published = theirs;
  return all;
}

std::optional<Check> error_per_event_check(const ErrorPerEvent& error, double limit) {
  const ResultRow& row = error.row;
  if (!error.judged || !(limit > 0.0)) return std::nullopt;
  const double ratio = row.value / *row.published;
  return Check{row.name, ratio, fmt::format("at most {} of the published", limit), ratio <= limit,
               fmt::format("'{}' is {:.4g}, published {:.4g}: {:.2f} of it for the same number of events.",
                           row.name, row.value, *row.published, ratio)};
}

}  // namespace trueup
