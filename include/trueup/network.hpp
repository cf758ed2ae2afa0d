// A network: layers over one parameter block, worked in fused row tiles.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/threads.hpp>

namespace trueup {

enum class Activation { identity, relu };

std::string to_string(Activation activation);
/// Throws ConfigError for an unknown name.
Activation activation_from_string(const std::string& name);

/// y = act(W x + b); W is (outputs, inputs), stored row by row, followed by b (outputs) in the parameter block.
struct DenseLayer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Activation activation = Activation::identity;
  std::size_t weight_offset = 0;  ///< of W in the parameter block
  std::size_t bias_offset = 0;    ///< of b in the parameter block
};

/// Sizes and activations of a dense network: inputs → hidden… → outputs, identity at the output.
struct NetworkSpec {
  std::size_t inputs = 1;
  std::vector<std::size_t> hidden;
  std::size_t outputs = 1;
  Activation activation = Activation::relu;
};

/// A dense network with its parameters in one block. Copyable; a copy owns its own parameters.
class Network {
 public:
  /// Parameters are zero until initialise(). Throws ConfigError when a size is 0.
  explicit Network(const NetworkSpec& spec);

  const NetworkSpec& spec() const noexcept { return spec_; }
  const std::vector<DenseLayer>& layers() const noexcept { return layers_; }
  std::size_t inputs() const noexcept { return spec_.inputs; }
  std::size_t outputs() const noexcept { return spec_.outputs; }

  std::span<float> parameters() noexcept { return parameters_; }
  std::span<const float> parameters() const noexcept { return parameters_; }
  std::span<float> weight(std::size_t layer);
  std::span<const float> weight(std::size_t layer) const;
  std::span<float> bias(std::size_t layer);
  std::span<const float> bias(std::size_t layer) const;

  /// Glorot-uniform weights, zero biases (Keras' default, which the papers use).
  void initialise(RandomStream& stream);

 private:
  NetworkSpec spec_;
  std::vector<DenseLayer> layers_;
  std::vector<float> parameters_;
};

/// outputs (N, network.outputs()) row by row, from inputs (N, network.inputs()) row by row. Fused tiles, run on `pool`.
void evaluate(const Network& network, std::span<const float> inputs, std::span<float> outputs,
              ThreadPool& pool);

}  // namespace trueup
