// Weights from tensors by name, and two graphs side by side.
#include <model/onnx_network.hpp>

#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>

#include <model/onnx_graph.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

class Tensors {
 public:
  explicit Tensors(const onnx::GraphProto& graph) {
    for (const onnx::TensorProto& tensor : graph.initializer()) {
      tensors_.emplace(tensor.name(), &tensor);
      floats_ += static_cast<double>(tensor.float_data_size());
    }
  }

  /// Values in all tensors together.
  double floats() const { return floats_; }
  const onnx::TensorProto* find(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : found->second;
  }
  void copy(const std::string& name, std::span<float> to) const {
    const onnx::TensorProto* tensor = find(name);
    if (tensor == nullptr) throw GraphDefect(fmt::format("tensor '{}' is missing", name));
    const auto& values = tensor->float_data();
    if (static_cast<std::size_t>(values.size()) != to.size()) {
      throw GraphDefect(
          fmt::format("tensor '{}' holds {} 32-bit floats, not {}", name, values.size(), to.size()));
    }
    std::copy(values.begin(), values.end(), to.begin());
  }

 private:
  std::map<std::string, const onnx::TensorProto*> tensors_;
  double floats_ = 0.0;
};

/// Weights and biases of a network that is not made yet; in double, so that no size overflows.
double parameters_of(const NetworkSpec& spec) {
  double count = 0.0;
  const auto add_layers = [&](double inputs, const std::vector<std::size_t>& widths) {
    for (const std::size_t width : widths) {
      count += (inputs + 1.0) * static_cast<double>(width);
      inputs = static_cast<double>(width);
    }
    return inputs;
  };
  const double sums = add_layers(static_cast<double>(spec.members.inputs), spec.members.hidden);
  const double joined = static_cast<double>(spec.inputs) + (spec.members.hidden.empty() ? 0.0 : sums);
  const double last = add_layers(joined, spec.hidden);
  count += 2.0 * static_cast<double>(spec.residual_blocks) * (last + 1.0) * last;
  add_layers(last, {spec.outputs});
  return count;
}

onnx::GraphProto without_remarks(onnx::GraphProto graph) {
  graph.clear_doc_string();
  graph.clear_value_info();
  for (auto& input : *graph.mutable_input()) input.clear_doc_string();
  for (auto& output : *graph.mutable_output()) output.clear_doc_string();
  for (auto& node : *graph.mutable_node()) node.clear_doc_string();
  for (auto& tensor : *graph.mutable_initializer()) tensor.clear_doc_string();
  return graph;
}

template <class List>
std::string list_difference(const char* what, const List& found, const List& wanted) {
  for (int i = 0; i < std::min(found.size(), wanted.size()); ++i) {
    if (found[i].SerializeAsString() == wanted[i].SerializeAsString()) continue;
    return fmt::format("{} '{}' differs from the {} '{}' that its metadata call for", what, found[i].name(),
                       what, wanted[i].name());
  }
  if (found.size() > wanted.size()) {
    return fmt::format("{} '{}' is one more than its metadata call for", what, found[wanted.size()].name());
  }
  return found.size() == wanted.size() ? ""
                                       : fmt::format("{} '{}' is missing", what, wanted[found.size()].name());
}

}  // namespace

Network network_from_graph(const onnx::GraphProto& graph, const NetworkSpec& spec) {
  const Tensors tensors(graph);
  // Before anything is allocated. Written so that NaN fails.
  if (const double needed = parameters_of(spec); !(needed <= tensors.floats())) {
    throw GraphDefect(
        fmt::format("its tensors hold {:.0f} values, fewer than the {:.0f} weights of the "
                    "network that its metadata describe",
                    tensors.floats(), needed));
  }
  try {
    Network network(spec);
    for_each_layer(network, [&](const DenseLayer& layer, const std::string& name) {
      tensors.copy(name + ".weight", network.weight(layer));
      tensors.copy(name + ".bias", network.bias(layer));
    });
    return network;
  } catch (const ConfigError& error) {
    throw GraphDefect(fmt::format("its metadata describe no network: {}", error.what()));
  }
}

NetworkSpec spec_of_first_schema(const onnx::GraphProto& graph) {
  const Tensors tensors(graph);
  NetworkSpec spec;
  if (const onnx::TensorProto* shift = tensors.find("shift")) {
    spec.inputs = static_cast<std::size_t>(shift->float_data_size());
  }
  for (std::size_t l = 1; const auto* bias = tensors.find(fmt::format("dense_{}.bias", l)); ++l) {
    spec.hidden.push_back(static_cast<std::size_t>(bias->float_data_size()));
  }
  if (spec.hidden.empty()) throw GraphDefect("tensor 'dense_1.bias' is missing");
  spec.outputs = spec.hidden.back();
  spec.hidden.pop_back();
  const bool relu = std::any_of(graph.node().begin(), graph.node().end(),
                                [](const auto& node) { return node.op_type() == "Relu"; });
  spec.activation = relu ? Activation::relu : Activation::identity;
  return spec;
}

std::string graph_difference(const onnx::GraphProto& in_file, const onnx::GraphProto& in_memory) {
  const onnx::GraphProto found = without_remarks(in_file), wanted = without_remarks(in_memory);
  std::string difference = list_difference("tensor", found.initializer(), wanted.initializer());
  if (difference.empty()) difference = list_difference("node", found.node(), wanted.node());
  if (difference.empty()) difference = list_difference("input", found.input(), wanted.input());
  if (difference.empty()) difference = list_difference("output", found.output(), wanted.output());
  if (difference.empty() && found.SerializeAsString() != wanted.SerializeAsString()) {
    difference = "its graph holds more than its metadata call for";
  }
  return difference;
}

}  // namespace trueup
