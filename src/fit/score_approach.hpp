// Where the fits by learnt statistics begin: a first estimate, and points a little off it.
#pragma once

#include <cstddef>
#include <vector>

#include "fit/score_expansion.hpp"
#include "fit/score_inputs.hpp"

namespace trueup {

// In units of what one generator-level event tells about θ: a statistic learnt so far off loses less than a hundredth of
// its precision.
inline constexpr double kNear = 0.1;

/// The root of the plain moment on options.score.approach_events events, from nominal.
std::vector<double> first_estimate(const ScoreInputs& in);

/// The point around which repetition r > 0 learns its statistic: 0.08 off the first one's root.
std::vector<double> displaced(const std::vector<ModelParameter>& parameters, const ScoreSolution& first,
                              std::size_t r);

}  // namespace trueup
