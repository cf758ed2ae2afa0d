// Packing of weights, in parts of some microseconds that the threads share.
#include "nn/packed_weights.hpp"

#include <algorithm>

namespace trueup {

namespace {

constexpr std::size_t kPartLines = 128;  // whole panels of bf16
// Narrower layers' weights stay in the first-level cache as they lie.
constexpr std::size_t kLeastWidth = 96;

bool is_packed(const DenseLayer& layer) {
  return layer.inputs >= kLeastWidth && layer.outputs >= kLeastWidth;
}

}  // namespace

PackedWeights::PackedWeights(const Network& network, Precision precision, bool backward)
    : precision_(precision) {
  for (const std::vector<DenseLayer>* chain : {&network.member_layers(), &network.layers()}) {
    for (const DenseLayer& layer : *chain) {
      if (precision == Precision::bf16 && is_wide(layer)) {
        add_layer(layer, Precision::bf16, backward);
      } else if (is_packed(layer)) {
        add_layer(layer, Precision::float32, backward);
      }
    }
  }
}

void PackedWeights::add_layer(const DenseLayer& layer, Precision precision, bool backward) {
  Layer packed{layer.weight_offset, layer.inputs, layer.outputs, precision, {}, {}, {}, {}};
  if (precision == Precision::bf16) {
    packed.bf16_weight = AlignedBlock<Bf16>(bf16_packed_size(layer.outputs, layer.inputs));
    if (backward) packed.bf16_transposed = AlignedBlock<Bf16>(bf16_packed_size(layer.inputs, layer.outputs));
  } else {
    packed.weight = AlignedFloats(layer.outputs * layer.inputs);
    if (backward) packed.transposed = AlignedFloats(layer.outputs * layer.inputs);
  }
  layers_.push_back(std::move(packed));
  add_parts(layers_.size() - 1, false, layer.outputs);
  if (backward) add_parts(layers_.size() - 1, true, layer.inputs);
}

void PackedWeights::add_parts(std::size_t layer, bool transposed, std::size_t lines) {
  for (std::size_t first = 0; first < lines; first += kPartLines) {
    parts_.push_back({layer, transposed, first, std::min(lines, first + kPartLines)});
  }
}

void PackedWeights::pack(const float* parameters, const Part& part) {
  Layer& layer = layers_[part.layer];
  const float* weight = parameters + layer.weight_offset;
  if (layer.precision == Precision::bf16) {
    const Bf16Source source{weight, layer.outputs, layer.inputs, layer.inputs, part.transposed};
    kernels::bf16_pack(source, Bf16Side::left, bf16_blocks(part.first), bf16_blocks(part.last),
                       (part.transposed ? layer.bf16_transposed : layer.bf16_weight).data());
  } else if (part.transposed) {
    kernels::pack_weights({weight, layer.inputs, layer.outputs, 1, layer.inputs}, part.first, part.last,
                          layer.transposed.data());
  } else {
    kernels::pack_weights({weight, layer.outputs, layer.inputs, layer.inputs, 1}, part.first, part.last,
                          layer.weight.data());
  }
}

void PackedWeights::update(const Network& network, ThreadPool& pool) {
  const float* parameters = network.parameters().data();
  pool.run(parts_.size(), [&](std::size_t p, int) { pack(parameters, parts_[p]); });
}

const PackedWeights::Layer* PackedWeights::find(const DenseLayer& layer) const {
  const auto found = std::ranges::find(layers_, layer.weight_offset, &Layer::weight_offset);
  return found == layers_.end() ? nullptr : &*found;
}

}  // namespace trueup
