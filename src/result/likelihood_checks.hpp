// Quality checks of method likelihood, beside those that it has in common with method score.
#pragma once

#include <vector>

#include <trueup/fit.hpp>
#include <trueup/result.hpp>

namespace trueup {

/// The learnt ratio integrates to 1 within 5 %; the profile of each parameter reaches 1 on both sides within the range that
/// the ratio was learnt in; the bias that was taken out is at most 0.2 of what one data event tells.
std::vector<Check> likelihood_checks(const FitResult& fit);

}  // namespace trueup
