// The network's layout: where each layer's weights and biases lie in the parameter block.
#include <trueup/network.hpp>

#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

std::string to_string(Activation activation) {
  return activation == Activation::relu ? "relu" : "identity";
}

Activation activation_from_string(const std::string& name) {
  const std::vector<std::string> known = {"relu", "identity"};
  if (name == known[0]) {
    return Activation::relu;
  }
  if (name == known[1]) {
    return Activation::identity;
  }
  throw ConfigError(fmt::format("unknown activation '{}'{}; known are {}", name, did_you_mean(name, known),
                                quoted_list(known)));
}

Network::Network(const NetworkSpec& spec) : spec_(spec) {
  if (spec.inputs == 0 || spec.outputs == 0) {
    throw ConfigError("a network needs at least one input and one output");
  }
  std::vector<std::size_t> widths = spec.hidden;
  widths.push_back(spec.outputs);
  std::size_t inputs = spec.inputs;
  std::size_t offset = 0;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    if (widths[l] == 0) {
      throw ConfigError(
          fmt::format("hidden layer {} has width 0; every layer needs at least one node", l + 1));
    }
    DenseLayer layer;
    layer.inputs = inputs;
    layer.outputs = widths[l];
    layer.activation = l + 1 < widths.size() ? spec.activation : Activation::identity;
    layer.weight_offset = offset;
    layer.bias_offset = offset + inputs * widths[l];
    offset = layer.bias_offset + widths[l];
    layers_.push_back(layer);
    inputs = widths[l];
  }
  parameters_.assign(offset, 0.0f);
}

std::span<float> Network::weight(std::size_t layer) {
  const DenseLayer& l = layers_.at(layer);
  return std::span(parameters_).subspan(l.weight_offset, l.inputs * l.outputs);
}

std::span<const float> Network::weight(std::size_t layer) const {
  const DenseLayer& l = layers_.at(layer);
  return std::span(parameters_).subspan(l.weight_offset, l.inputs * l.outputs);
}

std::span<float> Network::bias(std::size_t layer) {
  const DenseLayer& l = layers_.at(layer);
  return std::span(parameters_).subspan(l.bias_offset, l.outputs);
}

std::span<const float> Network::bias(std::size_t layer) const {
  const DenseLayer& l = layers_.at(layer);
  return std::span(parameters_).subspan(l.bias_offset, l.outputs);
}

void Network::initialise(RandomStream& stream) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto fan = static_cast<double>(layers_[l].inputs + layers_[l].outputs);
    const double bound = std::sqrt(6.0 / fan);
    for (float& w : weight(l)) {
      w = static_cast<float>(stream.uniform(-bound, bound));
    }
    for (float& b : bias(l)) {
      b = 0.0f;
    }
  }
}

}  // namespace trueup
