// A model as an ONNX file: x → Sub (shift) → Mul (scale) → Gemm, Relu for each layer → log_weight or logit.
#include <trueup/model.hpp>

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <core/files.hpp>
#include <model/check_model.hpp>
#include <model/metadata.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

// Operator set 13 came with IR version 7: the oldest pair that has what is needed, so that old run-times read it too.
constexpr int kOperatorSet = 13;
constexpr int kIrVersion = 7;

/// Adds nodes one after another, each taking the output of the one before.
class GraphWriter {
 public:
  GraphWriter(onnx::GraphProto& graph, const std::string& input) : graph_(graph), last_(input) {}

  /// Element type float, no text of the value: protobuf's own packing is the same bytes on every machine.
  std::string constant(const std::string& name, const std::vector<std::int64_t>& shape,
                       std::span<const float> values) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : shape) tensor.add_dims(size);
    tensor.mutable_float_data()->Add(values.begin(), values.end());
    return name;
  }

  /// The node's output carries the node's name.
  onnx::NodeProto& node(const std::string& type, const std::string& name,
                        const std::vector<std::string>& constants) {
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(type);
    node.set_name(name);
    node.add_input(last_);
    for (const std::string& constant : constants) node.add_input(constant);
    node.add_output(name);
    last_ = name;
    return node;
  }

  void rename_output(const std::string& name) {
    graph_.mutable_node(graph_.node_size() - 1)->set_output(0, name);
  }

 private:
  onnx::GraphProto& graph_;
  std::string last_;
};

void describe_value(onnx::ValueInfoProto& value, const std::string& name, std::size_t width,
                    const std::string& text) {
  value.set_name(name);
  value.set_doc_string(text);
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  tensor.mutable_shape()->add_dim()->set_dim_param("N");
  tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(width));
}

/// "pt [GeV], mass [GeV], alphaS": for those who open the file in a viewer.
std::string input_text(const Model& model) {
  std::string text;
  const auto add = [&](const std::string& name, const std::string& unit) {
    text +=
        fmt::format("{}{}{}", text.empty() ? "" : ", ", name, unit.empty() ? "" : fmt::format(" [{}]", unit));
  };
  for (const ModelInput& input : model.inputs) add(input.name, input.unit);
  for (const ModelParameter& parameter : model.parameters) add(parameter.name, parameter.unit);
  return text;
}

void write_scaling(GraphWriter& writer, const Model& model) {
  std::vector<float> shift, scale;
  const auto add = [&](const auto& input) {
    shift.push_back(input.shift);
    scale.push_back(input.scale);
  };
  std::for_each(model.inputs.begin(), model.inputs.end(), add);
  std::for_each(model.parameters.begin(), model.parameters.end(), add);
  const auto width = static_cast<std::int64_t>(shift.size());
  writer.node("Sub", "centred", {writer.constant("shift", {width}, shift)});
  writer.node("Mul", "standardised", {writer.constant("scale", {width}, scale)});
}

void write_layers(GraphWriter& writer, const Network& network) {
  for (std::size_t l = 0; l < network.layers().size(); ++l) {
    const DenseLayer& layer = network.layers()[l];
    const std::string name = fmt::format("dense_{}", l + 1);
    const auto outputs = static_cast<std::int64_t>(layer.outputs),
               inputs = static_cast<std::int64_t>(layer.inputs);
    const std::string weight = writer.constant(name + ".weight", {outputs, inputs}, network.weight(l));
    const std::string bias = writer.constant(name + ".bias", {outputs}, network.bias(l));
    onnx::AttributeProto& transposed = *writer.node("Gemm", name, {weight, bias}).add_attribute();
    transposed.set_name("transB");  // W is (outputs, inputs)
    transposed.set_type(onnx::AttributeProto::INT);
    transposed.set_i(1);
    if (layer.activation == Activation::relu) writer.node("Relu", fmt::format("relu_{}", l + 1), {});
  }
}

onnx::ModelProto to_onnx(const Model& model) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name("trueup");
  file.set_producer_version(TRUEUP_VERSION);
  file.add_opset_import()->set_version(kOperatorSet);

  onnx::GraphProto& graph = *file.mutable_graph();
  const std::string output = output_name(model.kind);
  graph.set_name(output);
  describe_value(*graph.add_input(), "x", model.network.inputs(), input_text(model));
  describe_value(*graph.add_output(), output, model.network.outputs(), "");
  GraphWriter writer(graph, "x");
  write_scaling(writer, model);
  write_layers(writer, model.network);
  writer.rename_output(output);

  for (const auto& [key, value] : file_metadata(model)) {
    onnx::StringStringEntryProto& entry = *file.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  return file;
}

}  // namespace

void save_model(const Model& model, const std::filesystem::path& path) {
  if (const std::string defect = model_defect(model); !defect.empty()) {
    throw DataError(fmt::format("the model cannot be written to '{}': {}", path.string(), defect));
  }
  const google::protobuf::LogSilencer no_output;
  std::string bytes;
  if (!to_onnx(model).SerializeToString(&bytes)) {
    throw EnvironmentError(
        fmt::format("cannot write '{}': the model is larger than ONNX's 2 GB", path.string()));
  }
  write_text_atomically(path, bytes);
}

}  // namespace trueup
