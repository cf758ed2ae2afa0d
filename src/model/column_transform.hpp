// From a column's value to what a refiner's network sees, and back: in float, operation by operation as the ONNX graph.
#pragma once

#include <string>

#include <trueup/refiner_model.hpp>

namespace trueup {

/// u of the logit stays this far from 0 and 1.
inline constexpr float kLogitEdge = 1e-6f;

/// Whether the transform is defined there.
bool in_domain(const RefinerColumn& column, float x);
/// "must be above 0", for messages.
std::string domain_text(const RefinerColumn& column);

/// t: transformed, not scaled. The value must be in the domain.
float transformed(const RefinerColumn& column, float x);
/// (t − shift) · scale.
inline float to_network(const RefinerColumn& column, float x) {
  return (transformed(column, x) - column.shift) * column.scale;
}
/// The value of a network's output z, within bounds, rounded when the column is integer.
float from_network(const RefinerColumn& column, float z);

/// What is wrong with the column, as a sentence without end, or "".
std::string column_defect(const RefinerColumn& column);

}  // namespace trueup
