// The ONNX graph of a refiner.
#pragma once

#include <onnx/onnx_pb.h>

#include <trueup/refiner_model.hpp>

namespace trueup {

inline constexpr const char* kRefinedOutput = "refined";

/// x → transform of each column → Sub (shift) → Mul (scale) → layers → Mul → Add → inverse transforms, bounds, rounding →
/// refined. Columns are taken apart only when one of them has a transform, a bound or is integer.
onnx::GraphProto refiner_graph(const RefinerModel& model);

}  // namespace trueup
