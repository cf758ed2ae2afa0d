// What the report shows of a fit by method likelihood: profiles, and the contours of two parameters.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <trueup/fit.hpp>

#include "result/figure.hpp"

namespace trueup {

/// One figure a parameter, and one of the contours when there are any. `truth` by parameter's name, when known. Without a
/// likelihood in `fit`: none.
std::vector<Figure> likelihood_figures(const FitResult& fit, const std::map<std::string, double>& truth);

}  // namespace trueup
