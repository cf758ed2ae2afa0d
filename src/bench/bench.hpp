// Named measurements of this machine: each is checked against the reference before it is timed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/threads.hpp>

namespace trueup::bench {

/// One row of the result. Rates count a multiplication with its addition as two operations.
struct Row {
  std::string name;
  double gflop = 0.0;  ///< 10⁹ operations of the work named; activations, losses and Adam are not counted
  double max_error = 0.0;  ///< largest difference from the reference, relative to the largest reference value
  int threads = 0;         ///< 0: all of the pool's
  std::vector<double> seconds;         ///< of each repetition, after one that is not counted
  std::optional<double> stolen_share;  ///< HostSteal's while the row was checked and timed

  double median_seconds() const;
  double best_seconds() const;
};

/// The rows that can be asked for, in the order in which they run.
std::vector<std::string> row_names();

/// Throws ConfigError for an unknown name; Error with exit code 1 when the row differs from its reference: it is then
/// not timed.
Row run_row(const std::string& name, ThreadPool& pool, Monitor& monitor = silent_monitor());

/// Throws ConfigError, with the names there are, when one is unknown.
void check_names(const std::vector<std::string>& names);

}  // namespace trueup::bench
