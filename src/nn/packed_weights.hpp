// The weights of the wider layers in the order in which the products of a step read them.
#pragma once

#include <cstddef>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/precision.hpp>
#include <trueup/threads.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/bf16_kernels.hpp"

namespace trueup {

/// A copy of a network's weights; update() brings it up to date. Layers whose weights are read as fast where they lie are not
/// found in it.
class PackedWeights {
 public:
  /// Left operands (outputs, inputs) and, transposed, (inputs, outputs), in one of the two precisions; transposed ones are
  /// empty without `backward`.
  struct Layer {
    std::size_t weight_offset;
    std::size_t inputs;
    std::size_t outputs;
    Precision precision;
    AlignedFloats weight, transposed;
    AlignedBlock<Bf16> bf16_weight, bf16_transposed;
  };

  /// `backward`: also what the gradient at the inputs takes.
  PackedWeights(const Network& network, Precision precision, bool backward);

  /// To be called after each change of the parameters, by one thread.
  void update(const Network& network, ThreadPool& pool);

  /// Null when the layer's products take its weights where they lie.
  const Layer* find(const DenseLayer& layer) const;

  Precision precision() const noexcept { return precision_; }

 private:
  /// Some of the lines (outputs, or inputs) of one of a layer's operands.
  struct Part {
    std::size_t layer;
    bool transposed;
    std::size_t first;
    std::size_t last;
  };
  void add_layer(const DenseLayer& layer, Precision precision, bool backward);
  void add_parts(std::size_t layer, bool transposed, std::size_t lines);
  void pack(const float* parameters, const Part& part);

  Precision precision_;
  std::vector<Layer> layers_;
  std::vector<Part> parts_;
};

}  // namespace trueup
