// The layers of a network as nodes and tensors of an ONNX graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <model/graph_writer.hpp>
#include <trueup/network.hpp>

namespace trueup {

/// Weights and biases of all layers, those of members first; see for_each_layer for their names.
void write_tensors(GraphWriter& writer, const Network& network);

/// The layer's activation of z, or z; `number`, the layer's, ends the nodes' names.
std::string write_activation(GraphWriter& writer, Activation activation, const std::string& prefix,
                             std::size_t number, const std::string& z);

/// Columns [first, last) of a value (N, more).
std::string write_columns(GraphWriter& writer, const std::string& name, const std::string& value,
                          std::size_t first, std::size_t last);

/// The layers after the sum over members, from their input; the name of the last value.
std::string write_chain(GraphWriter& writer, const Network& network, const std::string& prefix,
                        const std::string& input);

}  // namespace trueup
