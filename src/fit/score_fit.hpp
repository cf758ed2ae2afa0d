// The fit by method score.
#pragma once

#include <vector>

#include <trueup/fit.hpp>

namespace trueup {

/// A first estimate from a part of the events, then expansions around better ones until they stop moving, in each
/// repetition. Throws ConfigError when generator events are wanted and there are none, or the weights read a jagged group.
FitResult fit_by_score(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                       const FitOptions& options, ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
