// The network's layout: where each layer's weights and biases lie in the parameter block.
#include <trueup/network.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

namespace {

constexpr std::array<std::pair<Activation, const char*>, 5> kActivations = {
    {{Activation::identity, "identity"},
     {Activation::relu, "relu"},
     {Activation::leaky_relu, "leaky_relu"},
     {Activation::silu, "silu"},
     {Activation::tanh, "tanh"}}};
constexpr float kLeakySlope = 0.01f;

void check_widths(const std::vector<std::size_t>& widths, const char* what) {
  for (std::size_t l = 0; l < widths.size(); ++l) {
    if (widths[l] == 0) {
      throw ConfigError(
          fmt::format("{} layer {} has width 0; every layer needs at least one node", what, l + 1));
    }
  }
}

void check_spec(const NetworkSpec& spec) {
  const bool members = !spec.members.hidden.empty();
  if ((spec.inputs == 0 && !members) || spec.outputs == 0) {
    throw ConfigError("a network needs at least one input and one output");
  }
  if (members && spec.members.inputs == 0) {
    throw ConfigError("a network over members needs at least one input for each member");
  }
  check_widths(spec.hidden, "hidden");
  check_widths(spec.members.hidden, "member");
  if (spec.residual_blocks > 0 && spec.hidden.size() != 1) {
    throw ConfigError(
        fmt::format("a network with residual blocks has one hidden width for all of them; {} are given",
                    spec.hidden.size()));
  }
  if (spec.add_inputs && spec.inputs < spec.outputs) {
    throw ConfigError(fmt::format("each of {} outputs should get an input added, but there are {} inputs",
                                  spec.outputs, spec.inputs));
  }
  if (!(spec.dropout >= 0.0 && spec.dropout < 1.0)) {
    throw ConfigError(fmt::format("dropout is {}; it must be at least 0 and less than 1", spec.dropout));
  }
  if (spec.dropout > 0.0 && !spec.anchors.empty()) {
    throw ConfigError("a network that is exact at a reference (anchored inputs) cannot have dropout");
  }
  for (const AnchoredInput& anchor : spec.anchors) {
    if (anchor.input >= spec.inputs) {
      throw ConfigError(
          fmt::format("input {} is anchored, but there are {} inputs", anchor.input, spec.inputs));
    }
  }
}

}  // namespace

std::string to_string(Activation activation) {
  const auto found = std::find_if(kActivations.begin(), kActivations.end(),
                                  [&](const auto& known) { return known.first == activation; });
  return found == kActivations.end() ? "unknown" : found->second;
}

Activation activation_from_string(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [activation, text] : kActivations) {
    if (name == text) {
      return activation;
    }
    known.emplace_back(text);
  }
  throw ConfigError(fmt::format("unknown activation '{}'{}; known are {}", name, did_you_mean(name, known),
                                quoted_list(known)));
}

bool is_piecewise_linear(Activation activation) {
  return activation != Activation::silu && activation != Activation::tanh;
}

float piecewise_slope(Activation activation) {
  if (activation == Activation::relu) {
    return 0.0f;
  }
  return activation == Activation::leaky_relu ? kLeakySlope : 1.0f;
}

Network::Network(const NetworkSpec& spec) : spec_(spec) {
  check_spec(spec);
  std::size_t width = spec.members.inputs;
  for (const std::size_t hidden : spec.members.hidden) {
    add_layer(member_layers_, width, hidden, spec.activation);
    width = hidden;
  }
  add_hidden_layers();
  const std::size_t last =
      layers_.empty() ? spec.inputs + (member_layers_.empty() ? 0 : width) : layers_.back().outputs;
  add_layer(layers_, last, spec.outputs, Activation::identity);
  if (spec.add_inputs) {
    layers_.back().skip = 0;
  }
}

void Network::add_hidden_layers() {
  std::size_t width = spec_.inputs + (member_layers_.empty() ? 0 : member_layers_.back().outputs);
  for (const std::size_t hidden : spec_.hidden) {
    add_layer(layers_, width, hidden, spec_.activation);
    width = hidden;
  }
  for (std::size_t b = 0; b < spec_.residual_blocks; ++b) {
    const std::size_t block_input = layers_.size();
    add_layer(layers_, width, width, spec_.activation);
    add_layer(layers_, width, width, Activation::identity);
    layers_.back().skip = block_input;
    layers_.back().dropout = 0.0f;
  }
  for (std::vector<DenseLayer>* chain : {&member_layers_, &layers_}) {
    for (DenseLayer& layer : *chain) {
      layer.dropout = layer.skip == DenseLayer::kNoSkip ? static_cast<float>(spec_.dropout) : 0.0f;
    }
  }
}

void Network::add_layer(std::vector<DenseLayer>& chain, std::size_t inputs, std::size_t outputs,
                        Activation activation) {
  DenseLayer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.activation = activation;
  layer.weight_offset = parameters_.size();
  layer.bias_offset = layer.weight_offset + inputs * outputs;
  parameters_.resize(layer.bias_offset + outputs, 0.0f);
  chain.push_back(layer);
}

std::span<float> Network::weight(const DenseLayer& layer) {
  return std::span(parameters_).subspan(layer.weight_offset, layer.inputs * layer.outputs);
}

std::span<const float> Network::weight(const DenseLayer& layer) const {
  return std::span(parameters_).subspan(layer.weight_offset, layer.inputs * layer.outputs);
}

std::span<float> Network::bias(const DenseLayer& layer) {
  return std::span(parameters_).subspan(layer.bias_offset, layer.outputs);
}

std::span<const float> Network::bias(const DenseLayer& layer) const {
  return std::span(parameters_).subspan(layer.bias_offset, layer.outputs);
}

void Network::initialise(RandomStream& stream) {
  std::fill(parameters_.begin(), parameters_.end(), 0.0f);
  const bool residual = spec_.residual_blocks > 0;
  const auto leak = static_cast<double>(piecewise_slope(spec_.activation));
  for (const std::vector<DenseLayer>* chain : {&member_layers_, &layers_}) {
    for (const DenseLayer& layer : *chain) {
      const bool last = layer.skip != DenseLayer::kNoSkip || &layer == &layers_.back();
      if ((residual || spec_.add_inputs) && last) {
        continue;
      }
      const auto inputs = static_cast<double>(layer.inputs), outputs = static_cast<double>(layer.outputs);
      const double bound =
          residual ? std::sqrt(6.0 / ((1.0 + leak * leak) * inputs)) : std::sqrt(6.0 / (inputs + outputs));
      for (float& w : weight(layer)) {
        w = static_cast<float>(stream.uniform(-bound, bound));
      }
    }
  }
}

}  // namespace trueup
