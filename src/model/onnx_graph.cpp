// A model's graph, node by node.
#include <model/onnx_graph.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <model/graph_moments.hpp>
#include <model/graph_network.hpp>
#include <model/graph_writer.hpp>
#include <model/metadata.hpp>

namespace trueup {
namespace {

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

  std::string inputs, members, sums;
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
    members = write_scaling(writer, "members", scaling, "members_", "members.");
    sums = write_member_sums(writer, network, members);
  }
  std::string last = write_chain(writer, network, "", write_joined(writer, "", inputs, sums));
  if (!network.spec().anchors.empty()) {
    const std::string anchored = write_anchors(writer, network.spec(), inputs);
    const std::string reference =
        write_chain(writer, network, "anchored_", write_joined(writer, "anchored_", anchored, sums));
    last = writer.node("Sub", "difference", {last, reference});
  }
  if (!model.moments.none()) {
    writer.node("Add", "corrected", {last, write_moments(writer, model, inputs, members)});
  }
  writer.rename_last_output(output);
  return graph;
}

}  // namespace trueup
