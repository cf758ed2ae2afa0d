// Whether a model makes sense: its parts agree with one another and its numbers are numbers.
#pragma once

#include <string>

#include <trueup/model.hpp>

namespace trueup {

/// What is wrong with the model, as a sentence without subject or end ("column 'pt' has scale nan"), or "".
std::string model_defect(const Model& model);

}  // namespace trueup
