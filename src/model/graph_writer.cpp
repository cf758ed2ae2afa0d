// Building an ONNX graph through protobuf's classes.
#include <model/graph_writer.hpp>

namespace trueup {
namespace {

std::int64_t signed_size(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

}  // namespace

std::string GraphWriter::floats(const std::string& name, const std::vector<std::size_t>& shape,
                                std::span<const float> values) {
  onnx::TensorProto& tensor = add_tensor(name, onnx::TensorProto::FLOAT, shape);
  tensor.mutable_float_data()->Add(values.begin(), values.end());
  return name;
}

std::string GraphWriter::integers(const std::string& name, std::span<const std::size_t> values) {
  onnx::TensorProto& tensor = add_tensor(name, onnx::TensorProto::INT64, {values.size()});
  for (const std::size_t value : values) tensor.add_int64_data(signed_size(value));
  return name;
}

std::string GraphWriter::node(const std::string& type, const std::string& name,
                              const std::vector<std::string>& inputs,
                              const std::vector<Attribute>& attributes) {
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

void GraphWriter::rename_last_output(const std::string& name) {
  graph_.mutable_node(graph_.node_size() - 1)->set_output(0, name);
}

onnx::TensorProto& GraphWriter::add_tensor(const std::string& name, onnx::TensorProto::DataType type,
                                           const std::vector<std::size_t>& shape) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::size_t size : shape) tensor.add_dims(signed_size(size));
  return tensor;
}

void describe_value(onnx::ValueInfoProto& value, const std::string& name,
                    const std::vector<std::string>& free, std::size_t width, const std::string& text) {
  value.set_name(name);
  value.set_doc_string(text);
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::string& size : free) tensor.mutable_shape()->add_dim()->set_dim_param(size);
  if (width > 0) tensor.mutable_shape()->add_dim()->set_dim_value(signed_size(width));
}

}  // namespace trueup
