// What the solutions of all repetitions give together: values, shares of the error, and the numbers that checks judge.
#pragma once

#include <vector>

#include "fit/score_expansion.hpp"
#include "fit/score_inputs.hpp"

namespace trueup {

/// Fills `result`, whose repetitions and rejected ones are known, and its score report from `report`, which has the
/// expansions. The value is the mean over the repetitions, which have the events in common: the covariance is that of one.
void summarise_score(const ScoreInputs& in, const std::vector<ScoreSolution>& solutions, ScoreReport report,
                     FitResult& result);

}  // namespace trueup
