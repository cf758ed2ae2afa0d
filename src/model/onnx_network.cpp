// Reading a network from a graph: one walk along the chain of nodes, with every shape checked on the way.
#include <model/onnx_network.hpp>

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

namespace trueup {
namespace {

using Floats = google::protobuf::RepeatedField<float>;

/// Walks the nodes in order; each must take the output of the one before.
class Chain {
 public:
  explicit Chain(const onnx::GraphProto& graph) : graph_(graph) {
    if (graph.input_size() != 1)
      throw GraphDefect(fmt::format("the graph has {} inputs, not 1", graph.input_size()));
    last_ = graph.input(0).name();
    for (const onnx::TensorProto& tensor : graph.initializer()) constants_.emplace(tensor.name(), &tensor);
  }

  bool done() const { return next_ == graph_.node_size(); }
  bool next_is(const std::string& type) const { return !done() && graph_.node(next_).op_type() == type; }
  const std::string& last() const { return last_; }

  const onnx::NodeProto& take(const std::string& type, int inputs) {
    if (done()) throw GraphDefect(fmt::format("the graph ends where a {} should follow", type));
    const onnx::NodeProto& node = graph_.node(next_++);
    if (node.op_type() != type || node.input_size() != inputs || node.output_size() != 1 ||
        node.input(0) != last_) {
      throw GraphDefect(fmt::format("node '{}' ({}) is not the {} of '{}' that should stand there",
                                    node.name(), node.op_type(), type, last_));
    }
    last_ = node.output(0);
    return node;
  }

  /// Its values; their number agrees with its shape, which has `rank` sizes, all positive.
  const Floats& constant(const std::string& name, int rank) const {
    const auto found = constants_.find(name);
    if (found == constants_.end()) throw GraphDefect(fmt::format("tensor '{}' is missing", name));
    const onnx::TensorProto& tensor = *found->second;
    if (tensor.data_type() != onnx::TensorProto::FLOAT || tensor.dims_size() != rank) {
      throw GraphDefect(
          fmt::format("tensor '{}' is not one of 32-bit floats with {} dimensions", name, rank));
    }
    std::int64_t left = tensor.float_data_size();
    for (const std::int64_t size : tensor.dims()) left = size > 0 && left % size == 0 ? left / size : 0;
    if (left != 1) {
      throw GraphDefect(fmt::format("tensor '{}' holds {} values, which is not what its shape says", name,
                                    tensor.float_data_size()));
    }
    return tensor.float_data();
  }

  std::size_t size(const std::string& name, int dimension) const {
    return static_cast<std::size_t>(constants_.at(name)->dims(dimension));
  }

 private:
  const onnx::GraphProto& graph_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::string last_;
  int next_ = 0;
};

struct Layer {
  std::string weight;
  std::string bias;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  bool relu = false;
};

std::vector<float> take_scaling(Chain& chain, const std::string& type) {
  const Floats& values = chain.constant(chain.take(type, 2).input(1), 1);
  return {values.begin(), values.end()};
}

void check_gemm(const onnx::NodeProto& node) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == "transB" && attribute.i() == 1 && node.attribute_size() == 1) return;
  }
  throw GraphDefect(fmt::format("node '{}' is not a plain product with transB = 1", node.name()));
}

Layer take_layer(Chain& chain, std::size_t inputs) {
  const onnx::NodeProto& node = chain.take("Gemm", 3);
  check_gemm(node);
  Layer layer{node.input(1), node.input(2), inputs, 0, false};
  chain.constant(layer.weight, 2);
  layer.outputs = chain.size(layer.weight, 0);
  if (chain.size(layer.weight, 1) != inputs) {
    throw GraphDefect(fmt::format("tensor '{}' takes {} inputs where {} come in", layer.weight,
                                  chain.size(layer.weight, 1), inputs));
  }
  if (static_cast<std::size_t>(chain.constant(layer.bias, 1).size()) != layer.outputs) {
    throw GraphDefect(fmt::format("tensor '{}' does not have the {} values of the layer's outputs",
                                  layer.bias, layer.outputs));
  }
  if (chain.next_is("Relu")) {
    chain.take("Relu", 1);
    layer.relu = true;
  }
  return layer;
}

/// One activation for all hidden layers and none at the output, or it is not a network that can be had here.
NetworkSpec spec_of(const std::vector<Layer>& layers) {
  NetworkSpec spec;
  spec.inputs = layers.front().inputs;
  spec.outputs = layers.back().outputs;
  const bool relu = layers.size() == 1 || layers.front().relu;
  spec.activation = relu ? Activation::relu : Activation::identity;
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
    spec.hidden.push_back(layers[l].outputs);
    if (layers[l].relu != relu) throw GraphDefect("the hidden layers have different activations");
  }
  if (layers.back().relu) throw GraphDefect("the last layer has an activation");
  return spec;
}

}  // namespace

ScaledNetwork network_from_graph(const onnx::GraphProto& graph, const std::string& output) {
  Chain chain(graph);
  std::vector<float> shift = take_scaling(chain, "Sub");
  std::vector<float> scale = take_scaling(chain, "Mul");
  if (shift.size() != scale.size()) throw GraphDefect("shift and scale have different lengths");
  std::vector<Layer> layers;
  do {
    layers.push_back(take_layer(chain, layers.empty() ? shift.size() : layers.back().outputs));
  } while (!chain.done());
  if (graph.output_size() != 1 || graph.output(0).name() != output || chain.last() != output) {
    throw GraphDefect(fmt::format("the graph's output is not '{}'", output));
  }

  Network network(spec_of(layers));
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Floats& weight = chain.constant(layers[l].weight, 2);
    const Floats& bias = chain.constant(layers[l].bias, 1);
    std::copy(weight.begin(), weight.end(), network.weight(l).begin());
    std::copy(bias.begin(), bias.end(), network.bias(l).begin());
  }
  return {std::move(shift), std::move(scale), std::move(network)};
}

}  // namespace trueup
