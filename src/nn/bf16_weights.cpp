// Rounding and packing of weights, in parts of some microseconds that the threads share.
#include "nn/bf16_weights.hpp"

#include <algorithm>

namespace trueup {

namespace {

constexpr std::size_t kPartPanels = 4;

}  // namespace

Bf16Weights::Bf16Weights(const Network& network, Precision precision, bool backward) : precision_(precision) {
  if (precision == Precision::float32) return;
  for (const std::vector<DenseLayer>* chain : {&network.member_layers(), &network.layers()}) {
    for (const DenseLayer& layer : *chain) {
      if (!is_wide(layer)) continue;
      const std::size_t l = layers_.size();
      const std::size_t transposed = backward ? bf16_packed_size(layer.inputs, layer.outputs) : 0;
      layers_.push_back({layer.weight_offset, layer.inputs, layer.outputs,
                         AlignedBlock<Bf16>(bf16_packed_size(layer.outputs, layer.inputs)),
                         AlignedBlock<Bf16>(transposed)});
      add_parts(l, false, bf16_blocks(layer.outputs));
      if (backward) add_parts(l, true, bf16_blocks(layer.inputs));
    }
  }
}

void Bf16Weights::add_parts(std::size_t layer, bool transposed, std::size_t panels) {
  for (std::size_t first = 0; first < panels; first += kPartPanels) {
    parts_.push_back({layer, transposed, first, std::min(panels, first + kPartPanels)});
  }
}

void Bf16Weights::update(const Network& network, ThreadPool& pool) {
  const float* parameters = network.parameters().data();
  pool.run(parts_.size(), [&](std::size_t p, int) {
    const Part& part = parts_[p];
    Layer& layer = layers_[part.layer];
    const Bf16Source source{parameters + layer.weight_offset, layer.outputs, layer.inputs, layer.inputs,
                            part.transposed};
    kernels::bf16_pack(source, Bf16Side::left, part.first, part.last,
                       (part.transposed ? layer.transposed : layer.weight).data());
  });
}

const Bf16Weights::Layer* Bf16Weights::find(const DenseLayer& layer) const {
  const auto found = std::ranges::find(layers_, layer.weight_offset, &Layer::weight_offset);
  return found == layers_.end() ? nullptr : &*found;
}

}  // namespace trueup
