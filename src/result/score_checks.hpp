// Quality checks of method score.
#pragma once

#include <vector>

#include <trueup/fit.hpp>
#include <trueup/result.hpp>

namespace trueup {

/// Of a fit by method score: the expansion point stopped moving; repetitions around different points agree within half an
/// error; moments that the fit does not use agree within 5 of their errors; beside θ̂ the mean weight is 1 and enough events
/// count (as weight_checks); the weights' largest values have a Pareto shape of at most 0.7.
std::vector<Check> score_checks(const FitResult& fit);

/// Whether the weights' largest values let an error be computed, at the fitted value and beside it: the last of these checks.
bool weights_tails_pass(const ScoreReport& score);

}  // namespace trueup
