// Background of a fit: events in the data that do not depend on its parameters.
#pragma once

#include <cstddef>

#include <trueup/table.hpp>

namespace trueup {

/// Simulated background, and how much of it the data are expected to hold.
struct Background {
  Table events;  ///< the observables, with event weights where they have any
  /// Expected part of the data (of the sum of their weights), in [0, 1).
  double share = 0.0;
  double share_error = 0.0;  ///< its standard deviation, which goes into the interval

  bool empty() const { return events.rows() == 0; }
};

}  // namespace trueup
