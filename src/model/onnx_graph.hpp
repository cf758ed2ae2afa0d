// The ONNX graph of a model: what each kind of network looks like in the file, names and all.
#pragma once

#include <cstddef>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <trueup/model.hpp>

namespace trueup {

/// Operator set 13 came with IR version 7: the oldest pair that has what is needed, so that old run-times read it too.
constexpr int kOperatorSet = 13;
constexpr int kIrVersion = 7;

/// x → Sub (shift) → Mul (scale) → Gemm and activation for each layer → log_weight or logit. Members go through
/// layers of their own and are summed where the mask is 1. With anchors, the chain of layers stands there twice. A
/// correction of moments is added at the end.
onnx::GraphProto onnx_graph(const Model& model);

/// The whole file: graph, versions, metadata. ConfigError: the metadata cannot be written (file_metadata).
onnx::ModelProto onnx_file(const Model& model);

/// Calls visit(layer, name) for the layers of members, then for the others: tensors are `name`.weight (outputs, inputs)
/// and `name`.bias (outputs).
template <class Visit>
void for_each_layer(const Network& network, const Visit& visit) {
  std::size_t l = 0;
  for (const DenseLayer& layer : network.member_layers()) visit(layer, fmt::format("member_dense_{}", ++l));
  l = 0;
  for (const DenseLayer& layer : network.layers()) visit(layer, fmt::format("dense_{}", ++l));
}

}  // namespace trueup
