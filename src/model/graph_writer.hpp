// Nodes and tensors of an ONNX graph, added one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <onnx/onnx_pb.h>

namespace trueup {

class GraphWriter {
 public:
  using Attribute = std::pair<const char*, std::variant<std::int64_t, float>>;

  explicit GraphWriter(onnx::GraphProto& graph) : graph_(graph) {}

  /// A tensor; protobuf's own packing of its values is the same bytes on every machine.
  std::string floats(const std::string& name, const std::vector<std::size_t>& shape,
                     std::span<const float> values);
  std::string number(const std::string& name, float value) { return floats(name, {1}, {&value, 1}); }
  std::string integer(const std::string& name, std::size_t value) { return integers(name, {&value, 1}); }
  std::string integers(const std::string& name, std::span<const std::size_t> values);

  /// The node's output carries the node's name.
  std::string node(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
                   const std::vector<Attribute>& attributes = {});

  void rename_last_output(const std::string& name);

 private:
  onnx::TensorProto& add_tensor(const std::string& name, onnx::TensorProto::DataType type,
                                const std::vector<std::size_t>& shape);

  onnx::GraphProto& graph_;
};

/// A value of shape (free…, width), or (free…) where the width is 0.
void describe_value(onnx::ValueInfoProto& value, const std::string& name,
                    const std::vector<std::string>& free, std::size_t width, const std::string& text);

}  // namespace trueup
