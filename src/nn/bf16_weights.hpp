// The weights of wide layers, rounded to bf16 and packed for the products of a step.
#pragma once

#include <cstddef>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/precision.hpp>
#include <trueup/threads.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/bf16_kernels.hpp"

namespace trueup {

/// A copy of a network's weights; update() brings it up to date. In float32 it holds nothing, and no layer is found in it.
class Bf16Weights {
 public:
  struct Layer {
    std::size_t weight_offset;
    std::size_t inputs;
    std::size_t outputs;
    AlignedBlock<Bf16> weight;      // left operand (outputs, inputs)
    AlignedBlock<Bf16> transposed;  // left operand (inputs, outputs); empty without `backward`
  };

  /// `backward`: also what the gradient at the inputs takes.
  Bf16Weights(const Network& network, Precision precision, bool backward);

  /// To be called after each change of the parameters, by one thread.
  void update(const Network& network, ThreadPool& pool);

  /// Null when the layer's products are in float.
  const Layer* find(const DenseLayer& layer) const;

  Precision precision() const noexcept { return precision_; }

 private:
  /// Some panels of one of a layer's operands.
  struct Part {
    std::size_t layer;
    bool transposed;
    std::size_t first;
    std::size_t last;
  };
  void add_parts(std::size_t layer, bool transposed, std::size_t panels);

  Precision precision_;
  std::vector<Layer> layers_;
  std::vector<Part> parts_;
};

}  // namespace trueup
