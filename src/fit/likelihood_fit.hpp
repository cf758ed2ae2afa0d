// The fit by method likelihood.
#pragma once

#include <vector>

#include "fit/score_inputs.hpp"

namespace trueup {

/// In each repetition: r(y|θ) learnt around an estimate until its maximum lies well inside the range that it was learnt in;
/// then the maximum's bias from simulated events of known θ, by the equations of method score with t = ∂ log r/∂θ at the
/// maximum. Throws as method score does.
FitResult fit_by_likelihood(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                            const FitOptions& options, ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
