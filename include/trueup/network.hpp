// A network: layers over one parameter block, worked in fused row tiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/threads.hpp>

namespace trueup {

/// leaky_relu has slope 0.01 below 0 (Fast Perfekt, Table 3); silu is z σ(z).
enum class Activation { identity, relu, leaky_relu, silu, tanh };

std::string to_string(Activation activation);
/// Throws ConfigError for an unknown name.
Activation activation_from_string(const std::string& name);

/// Identity, ReLU and leaky ReLU are max(z, slope·z); the others are not.
bool is_piecewise_linear(Activation activation);
/// Slope below 0 of a piecewise linear activation: 1, 0, 0.01. 1 for the others.
float piecewise_slope(Activation activation);

/// y = drop(act(W x + b)) + skip; W is (outputs, inputs), stored row by row, followed by b (outputs) in the parameter
/// block. Layer l of a chain takes what layer l − 1 put out; value 0 of a chain is its input, value l + 1 layer l's output.
struct DenseLayer {
  static constexpr std::size_t kNoSkip = std::numeric_limits<std::size_t>::max();

  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Activation activation = Activation::identity;
  std::size_t skip = kNoSkip;     ///< value of the chain that is added to the output, column by column
  float dropout = 0.0f;           ///< part of the units dropped in training
  std::size_t weight_offset = 0;  ///< of W in the parameter block
  std::size_t bias_offset = 0;    ///< of b in the parameter block
};

/// An input that is put at a reference value: see NetworkSpec::anchors.
struct AnchoredInput {
  std::size_t input = 0;
  float value = 0.0f;
};

/// The network Φ that each member of a jagged group goes through (a particle-flow network, SRGN Sec. III C): `inputs`
/// numbers a member, widths of the layers; the last layer's outputs are summed over the members.
struct MemberSpec {
  std::size_t inputs = 0;
  std::vector<std::size_t> hidden = {};
};

/// What a network looks like. Plain: inputs → hidden… → outputs, identity at the output.
struct NetworkSpec {
  std::size_t inputs = 1;
  std::vector<std::size_t> hidden = {};
  std::size_t outputs = 1;
  Activation activation = Activation::relu;
  /// Residual blocks h + W₂ act(W₁ h + b₁) + b₂ after the one hidden layer, of its width (Fast Perfekt, Fig. 2).
  std::size_t residual_blocks = 0;
  /// Output i gets input i added: a network that starts as the identity (Fast Perfekt, Sec. 2.1).
  bool add_inputs = false;
  /// The sums over the members join the inputs; none when members.hidden is empty.
  MemberSpec members = {};
  /// Part of each hidden layer's units that a training step drops.
  double dropout = 0.0;
  /// When given, the output is s(inputs) − s(inputs with these put at their values): exactly 0 there. Only for networks
  /// without dropout.
  std::vector<AnchoredInput> anchors = {};
};

/// A network with its parameters in one block. Copyable; a copy owns its own parameters.
class Network {
 public:
  /// Parameters are zero until initialise(). Throws ConfigError when a size is 0 or parts of the spec contradict.
  explicit Network(const NetworkSpec& spec);

  const NetworkSpec& spec() const noexcept { return spec_; }
  /// The layers after the sum over members, or all when there are no members.
  const std::vector<DenseLayer>& layers() const noexcept { return layers_; }
  /// The layers each member goes through; empty when there are no members.
  const std::vector<DenseLayer>& member_layers() const noexcept { return member_layers_; }
  std::size_t inputs() const noexcept { return spec_.inputs; }
  std::size_t outputs() const noexcept { return spec_.outputs; }
  /// Numbers for each member; 0 when there are no members.
  std::size_t member_inputs() const noexcept { return member_layers_.empty() ? 0 : spec_.members.inputs; }

  std::span<float> parameters() noexcept { return parameters_; }
  std::span<const float> parameters() const noexcept { return parameters_; }
  std::span<float> weight(const DenseLayer& layer);
  std::span<const float> weight(const DenseLayer& layer) const;
  std::span<float> bias(const DenseLayer& layer);
  std::span<const float> bias(const DenseLayer& layer) const;
  std::span<float> weight(std::size_t layer) { return weight(layers_.at(layer)); }
  std::span<const float> weight(std::size_t layer) const { return weight(layers_.at(layer)); }
  std::span<float> bias(std::size_t layer) { return bias(layers_.at(layer)); }
  std::span<const float> bias(std::size_t layer) const { return bias(layers_.at(layer)); }

  /// Plain layers: Glorot-uniform weights, zero biases (Keras' default, which SRGN uses). With residual blocks: the
  /// first layer of the network and of each block Kaiming-uniform, the last of each zero (Fixup; Fast Perfekt, Sec. 2.1).
  void initialise(RandomStream& stream);

 private:
  void add_layer(std::vector<DenseLayer>& chain, std::size_t inputs, std::size_t outputs,
                 Activation activation);
  void add_hidden_layers();

  NetworkSpec spec_;
  std::vector<DenseLayer> member_layers_;
  std::vector<DenseLayer> layers_;
  std::vector<float> parameters_;
};

/// Members of jagged groups: group g has values [offsets[g] · width, offsets[g + 1] · width), member by member.
struct Members {
  std::span<const std::uint64_t> offsets;  ///< (groups + 1)
  std::span<const float> values;           ///< (members, width)
};

/// outputs (N, network.outputs()) row by row, from inputs (N, network.inputs()) row by row. Fused tiles, run on `pool`.
/// Throws ConfigError when sizes disagree. A network with members takes them in the order of the rows.
void evaluate(const Network& network, std::span<const float> inputs, std::span<float> outputs,
              ThreadPool& pool, const Members& members = {});

/// As evaluate(); also gradients (N, network.inputs()): of each row's first output with respect to its inputs. Where an
/// activation has a kink, the slope of its right or left side; inputs that are anchored get the slope of both terms.
void evaluate_with_gradient(const Network& network, std::span<const float> inputs, std::span<float> outputs,
                            std::span<float> gradients, ThreadPool& pool);

}  // namespace trueup
