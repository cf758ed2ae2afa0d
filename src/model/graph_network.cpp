// Writing a network's layers into a graph.
#include <model/graph_network.hpp>

#include <utility>
#include <vector>

#include <fmt/format.h>

#include <model/onnx_graph.hpp>

namespace trueup {

void write_tensors(GraphWriter& writer, const Network& network) {
  for_each_layer(network, [&](const DenseLayer& layer, const std::string& name) {
    writer.floats(name + ".weight", {layer.outputs, layer.inputs}, network.weight(layer));
    writer.floats(name + ".bias", {layer.outputs}, network.bias(layer));
  });
}

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

std::string write_columns(GraphWriter& writer, const std::string& name, const std::string& value,
                          std::size_t first, std::size_t last) {
  return writer.node("Slice", name,
                     {value, writer.integer(name + ".begin", first), writer.integer(name + ".end", last),
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
        added = write_columns(writer, prefix + "added", added, 0, layer.outputs);
      }
      y = writer.node("Add", fmt::format("{}skip_{}", prefix, l + 1), {y, added});
    }
    values.push_back(std::move(y));
  }
  return values.back();
}

}  // namespace trueup
