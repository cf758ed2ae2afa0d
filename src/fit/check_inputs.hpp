// Whether a fit can be done as asked.
#pragma once

#include <vector>

#include <trueup/fit.hpp>

namespace trueup {

/// Throws ConfigError for options that contradict one another or the reweighters, DataError for tables without rows or
/// columns, or with values that are not finite.
void check_fit_inputs(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                      const FitOptions& options);

/// Throws ConfigError for a background that the method cannot have or a share that is none, DataError for events that
/// cannot be used.
void check_background(const Background& background, const FitOptions& options);

}  // namespace trueup
