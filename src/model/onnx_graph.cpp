// A model's graph, node by node.
#include <model/onnx_graph.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <model/metadata.hpp>

namespace trueup {
namespace {

using Attribute = std::pair<const char*, std::variant<std::int64_t, float>>;

std::int64_t signed_size(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

class GraphWriter {
 public:
  explicit GraphWriter(onnx::GraphProto& graph) : graph_(graph) {}

  /// A tensor; protobuf's own packing of its values is the same bytes on every machine.
  std::string floats(const std::string& name, const std::vector<std::size_t>& shape,
                     std::span<const float> values) {
    onnx::TensorProto& tensor = add_tensor(name, onnx::TensorProto::FLOAT, shape);
    tensor.mutable_float_data()->Add(values.begin(), values.end());
    return name;
  }

  std::string integer(const std::string& name, std::size_t value) {
    add_tensor(name, onnx::TensorProto::INT64, {1}).add_int64_data(signed_size(value));
    return name;
  }

  /// The node's output carries the node's name.
  std::string node(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
                   const std::vector<Attribute>& attributes = {}) {
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(type);
    node.set_name(name);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(name);
    for (const auto& [key, value] : attributes) {
      onnx::AttributeProto& attribute = *node.add_attribute();
      attribute.set_name(key);
      if (const auto* number = std::get_if<float>(&value)) {
        attribute.set_type(onnx::AttributeProto::FLOAT);
        attribute.set_f(*number);
      } else {
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(std::get<std::int64_t>(value));
      }
    }
    return name;
  }

  void rename_last_output(const std::string& name) {
    graph_.mutable_node(graph_.node_size() - 1)->set_output(0, name);
  }

 private:
  onnx::TensorProto& add_tensor(const std::string& name, onnx::TensorProto::DataType type,
                                const std::vector<std::size_t>& shape) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::size_t size : shape) tensor.add_dims(signed_size(size));
    return tensor;
  }

  onnx::GraphProto& graph_;
};

/// A value of shape (free…, width), or (free…) where the width is 0.
void describe_value(onnx::ValueInfoProto& value, const std::string& name,
                    const std::vector<std::string>& free, std::size_t width, const std::string& text) {
  value.set_name(name);
  value.set_doc_string(text);
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::string& size : free) tensor.mutable_shape()->add_dim()->set_dim_param(size);
  if (width > 0) tensor.mutable_shape()->add_dim()->set_dim_value(signed_size(width));
}

/// Columns, parameters: name, unit, shift and scale of what becomes an input of the network.
struct Scaling {
  std::string text;  ///< "pt [GeV], mass [GeV], alphaS": for those who open the file in a viewer
  std::vector<float> shift, scale;

  template <class Input>
  void add(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) {
      text += fmt::format("{}{}{}", text.empty() ? "" : ", ", input.name,
                          input.unit.empty() ? "" : fmt::format(" [{}]", input.unit));
      shift.push_back(input.shift);
      scale.push_back(input.scale);
    }
  }
};

/// `names`: of the value, and of what its nodes and tensors begin with.
std::string write_scaling(GraphWriter& writer, const std::string& input, const Scaling& scaling,
                          const std::string& node_prefix, const std::string& tensor_prefix) {
  const std::size_t width = scaling.shift.size();
  const std::string shift = writer.floats(tensor_prefix + "shift", {width}, scaling.shift);
  const std::string centred = writer.node("Sub", node_prefix + "centred", {input, shift});
  const std::string scale = writer.floats(tensor_prefix + "scale", {width}, scaling.scale);
  return writer.node("Mul", node_prefix + "standardised", {centred, scale});
}

void write_tensors(GraphWriter& writer, const Network& network) {
  for_each_layer(network, [&](const DenseLayer& layer, const std::string& name) {
    writer.floats(name + ".weight", {layer.outputs, layer.inputs}, network.weight(layer));
    writer.floats(name + ".bias", {layer.outputs}, network.bias(layer));
  });
}

/// `suffix` ends the nodes' names: the layer's number.
std::string write_activation(GraphWriter& writer, Activation activation, const std::string& prefix,
                             std::size_t number, const std::string& z) {
  const std::string name = fmt::format("{}{}_{}", prefix, to_string(activation), number);
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::relu:
      return writer.node("Relu", name, {z});
    case Activation::leaky_relu:
      return writer.node("LeakyRelu", name, {z}, {{"alpha", piecewise_slope(activation)}});
    case Activation::tanh:
      return writer.node("Tanh", name, {z});
    case Activation::silu:
      return writer.node("Mul", name,
                         {z, writer.node("Sigmoid", fmt::format("{}sigmoid_{}", prefix, number), {z})});
  }
  return z;
}

/// The members' layers, on (N, M, width), and the sum over M: (N, width). Padding has mask 0.
std::string write_member_sums(GraphWriter& writer, const Network& network, const std::string& members) {
  std::string y = members;
  for (std::size_t l = 0; l < network.member_layers().size(); ++l) {
    const std::string name = fmt::format("member_dense_{}", l + 1);
    // Gemm takes matrices only; MatMul works on the last axes of any tensor, but does not transpose.
    const std::string weight = writer.node("Transpose", name + "_transposed", {name + ".weight"});
    const std::string product = writer.node("MatMul", name + "_product", {y, weight});
    y = writer.node("Add", name, {product, name + ".bias"});
    y = write_activation(writer, network.member_layers()[l].activation, "member_", l + 1, y);
  }
  const std::string mask = writer.node("Unsqueeze", "mask_column", {"mask", writer.integer("mask.axis", 2)});
  const std::string masked = writer.node("Mul", "masked", {y, mask});
  return writer.node("ReduceSum", "sums", {masked, writer.integer("members.axis", 1)},
                     {{"keepdims", std::int64_t{0}}});
}

/// The first `columns` columns of a value that has more: outputs that get inputs added.
std::string write_first_columns(GraphWriter& writer, const std::string& name, const std::string& value,
                                std::size_t columns) {
  return writer.node("Slice", name,
                     {value, writer.integer(name + ".begin", 0), writer.integer(name + ".end", columns),
                      writer.integer(name + ".axis", 1)});
}

std::string write_chain(GraphWriter& writer, const Network& network, const std::string& prefix,
                        const std::string& input) {
  std::vector<std::string> values{input};
  for (std::size_t l = 0; l < network.layers().size(); ++l) {
    const DenseLayer& layer = network.layers()[l];
    const std::string name = fmt::format("dense_{}", l + 1);
    // W is (outputs, inputs).
    std::string y = writer.node("Gemm", prefix + name, {values.back(), name + ".weight", name + ".bias"},
                                {{"transB", std::int64_t{1}}});
    y = write_activation(writer, layer.activation, prefix, l + 1, y);
    if (layer.skip != DenseLayer::kNoSkip) {
      std::string added = values[layer.skip];
      const std::size_t width =
          layer.skip == 0 ? network.layers()[0].inputs : network.layers()[layer.skip - 1].outputs;
      if (width > layer.outputs) {
        added = write_first_columns(writer, prefix + "added", added, layer.outputs);
      }
      y = writer.node("Add", fmt::format("{}skip_{}", prefix, l + 1), {y, added});
    }
    values.push_back(std::move(y));
  }
  return values.back();
}

/// Inputs times 0 or 1, plus constants: some of them at their reference values.
std::string write_anchors(GraphWriter& writer, const NetworkSpec& spec, const std::string& inputs) {
  std::vector<float> kept(spec.inputs, 1.0f), reference(spec.inputs, 0.0f);
  for (const AnchoredInput& anchor : spec.anchors) {
    kept[anchor.input] = 0.0f;
    reference[anchor.input] = anchor.value;
  }
  const std::string keep = writer.floats("anchors.keep", {spec.inputs}, kept);
  const std::string values = writer.floats("anchors.values", {spec.inputs}, reference);
  return writer.node("Add", "anchored", {writer.node("Mul", "kept", {inputs, keep}), values});
}

/// What the first layer takes: inputs, sums over members, or both.
std::string write_joined(GraphWriter& writer, const std::string& prefix, const std::string& inputs,
                         const std::string& sums) {
  if (inputs.empty() || sums.empty()) return inputs + sums;
  return writer.node("Concat", prefix + "joined", {inputs, sums}, {{"axis", std::int64_t{1}}});
}

}  // namespace

onnx::GraphProto onnx_graph(const Model& model) {
  onnx::GraphProto graph;
  GraphWriter writer(graph);
  const Network& network = model.network;
  const std::string output = output_name(model.kind);
  graph.set_name(output);
  describe_value(*graph.add_output(), output, {"N"}, network.outputs(), "");

  std::string inputs, sums;
  if (network.inputs() > 0) {
    Scaling scaling;
    scaling.add(model.inputs);
    scaling.add(model.parameters);
    describe_value(*graph.add_input(), "x", {"N"}, network.inputs(), scaling.text);
    inputs = write_scaling(writer, "x", scaling, "", "");
  }
  write_tensors(writer, network);
  if (network.member_inputs() > 0) {
    Scaling scaling;
    scaling.add(model.members.columns);
    const std::string text = fmt::format("{}: {}", model.members.group, scaling.text);
    describe_value(*graph.add_input(), "members", {"N", "M"}, network.member_inputs(), text);
    describe_value(*graph.add_input(), "mask", {"N", "M"}, 0, "1 for a member, 0 for padding");
    const std::string members = write_scaling(writer, "members", scaling, "members_", "members.");
    sums = write_member_sums(writer, network, members);
  }
  const std::string last = write_chain(writer, network, "", write_joined(writer, "", inputs, sums));
  if (!network.spec().anchors.empty()) {
    const std::string anchored = write_anchors(writer, network.spec(), inputs);
    const std::string reference =
        write_chain(writer, network, "anchored_", write_joined(writer, "anchored_", anchored, sums));
    writer.node("Sub", "difference", {last, reference});
  }
  writer.rename_last_output(output);
  return graph;
}

}  // namespace trueup
