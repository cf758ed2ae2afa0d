// The network in an ONNX graph that trueup wrote, and where a graph departs from what trueup would write.
#pragma once

#include <stdexcept>
#include <string>

#include <trueup/network.hpp>

namespace onnx {
class GraphProto;
}

namespace trueup {

/// The graph does not hold the network; the message says where. Callers add the file's name.
class GraphDefect : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A network of this kind with the weights from the graph's tensors, which are found by their names. Throws
/// GraphDefect. The nodes are not looked at: see graph_difference.
Network network_from_graph(const onnx::GraphProto& graph, const NetworkSpec& spec);

/// The network of a file of schema 1, which had no spec: layers in a row, with ReLU or nothing in between.
NetworkSpec spec_of_first_schema(const onnx::GraphProto& graph);

/// The first thing of `found` that is not as in `wanted`, as a sentence without end ("node 'relu_1' differs …"), or "".
/// Texts for viewers and notes on shapes do not matter; names do.
std::string graph_difference(const onnx::GraphProto& found, const onnx::GraphProto& wanted);

}  // namespace trueup
