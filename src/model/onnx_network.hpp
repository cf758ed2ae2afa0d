// The network and the scaling of its inputs, taken from an ONNX graph of the form that trueup writes.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <trueup/network.hpp>

namespace onnx {
class GraphProto;
}

namespace trueup {

/// The graph is not of that form; the message says where. Callers add the file's name.
class GraphDefect : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ScaledNetwork {
  std::vector<float> shift;
  std::vector<float> scale;
  Network network;
};

/// `output`: the name that the graph's output must have. Throws GraphDefect.
ScaledNetwork network_from_graph(const onnx::GraphProto& graph, const std::string& output);

}  // namespace trueup
