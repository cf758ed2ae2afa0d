// How precise a fit is for its number of events, beside the published error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <trueup/result.hpp>

#include "study/study.hpp"

namespace trueup {

/// Metric of a repetition: rows of its data, after selection.
inline constexpr const char* kDataRows = "data_rows";
/// Metric of a repetition: the error that the method itself states for a row, with a single fit.
std::string stated_error(const std::string& row);

/// An error times sqrt(N), N events of data: it does not depend on N where the error falls as 1/sqrt(N), that is with
/// samples of simulation that grow with the data. In the unit of the parameter.
struct ErrorPerEvent {
  ResultRow row;
  bool judged = false;  ///< enough runs to know it
};

/// Of the spread of a row's usable values, from two runs on: "error x sqrt(events), ROW", whose own error is that of a
/// standard deviation of so many Gaussian values. Of the error that the method states: "stated error x sqrt(events), ROW",
/// the mean over the runs and its spread. Nothing where the paper has no error or no events for it.
std::vector<ErrorPerEvent> errors_per_event(const std::string& row,
                                            const std::vector<Repetition>& repetitions,
                                            const PublishedNumber* published);

/// That it is at most `limit` times the published one; nothing when it is not judged, or without limit (0).
std::optional<Check> error_per_event_check(const ErrorPerEvent& error, double limit);

}  // namespace trueup
