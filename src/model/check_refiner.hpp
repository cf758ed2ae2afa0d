// Whether a refiner makes sense: its parts agree with one another and its numbers are numbers.
#pragma once

#include <string>

#include <trueup/refiner_model.hpp>

namespace trueup {

/// What is wrong with the model, as a sentence without subject or end, or "".
std::string refiner_defect(const RefinerModel& model);

}  // namespace trueup
