// One row through a network: weights transposed and padded once, so that a layer is one walk through memory.
#include <trueup/row_evaluator.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/kernels.hpp"

namespace trueup {

namespace {

struct RowLayer {
  DenseLayer layer;
  std::size_t outputs;  // padded
  std::size_t weight;   // (inputs, padded outputs), in the block
  std::size_t bias;
  std::size_t value;  // where the output goes
};

/// Large weights are read from beginning to end for each row: with few, large pages that is quicker. A hint only.
void use_large_pages(AlignedFloats& block) {
  constexpr std::uintptr_t kPage = 4096;
  const auto begin = (reinterpret_cast<std::uintptr_t>(block.data()) + kPage - 1) / kPage * kPage;
  const auto end = reinterpret_cast<std::uintptr_t>(block.data() + block.size()) / kPage * kPage;
  if (end > begin) {
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  }
}

}  // namespace

struct RowEvaluator::State {
  State(const Network& network, RowPrecision precision) : spec(network.spec()) {
    std::size_t floats = 0, values_size = padded_columns(spec.inputs);
    value_of.push_back(0);
    for (const DenseLayer& layer : network.layers()) {
      RowLayer row{layer, padded_columns(layer.outputs), floats, 0, values_size};
      row.bias = floats + layer.inputs * row.outputs;
      floats = row.bias + row.outputs;
      values_size += row.outputs;
      value_of.push_back(row.value);
      layers.push_back(row);
    }
    values = AlignedFloats(values_size);
    block = AlignedFloats(floats);
    use_large_pages(block);
    fill(network);
    if (precision == RowPrecision::half) {
      halve();
    }
  }

  void fill(const Network& network) {
    for (const RowLayer& row : layers) {
      const auto weight = network.weight(row.layer), bias = network.bias(row.layer);
      for (std::size_t o = 0; o < row.layer.outputs; ++o) {
        block.data()[row.bias + o] = bias[o];
        for (std::size_t i = 0; i < row.layer.inputs; ++i) {
          block.data()[row.weight + i * row.outputs + o] = weight[o * row.layer.inputs + i];
        }
      }
    }
  }

  /// Weights move to half precision; the biases stay where they are, and the rest of the block is let go.
  void halve() {
    constexpr float kLargestHalf = 65504.0f;
    const float* begin = block.data();
    if (std::any_of(begin, begin + block.size(), [](float w) { return !(std::abs(w) <= kLargestHalf); })) {
      throw ConfigError(
          "a weight of the network is beyond 65504, the largest in half precision; use single precision");
    }
    halves = AlignedFloats(block.size() / 2);
    use_large_pages(halves);
    kernels::to_half(block.size(), begin, half_weights());
    AlignedFloats kept(biases_size());
    std::size_t next = 0;
    for (RowLayer& row : layers) {
      std::copy_n(begin + row.bias, row.outputs, kept.data() + next);
      row.bias = next;
      next += row.outputs;
    }
    block = std::move(kept);
  }

  std::size_t biases_size() const {
    std::size_t size = 0;
    for (const RowLayer& row : layers) {
      size += row.outputs;
    }
    return size;
  }
  std::uint16_t* half_weights() { return reinterpret_cast<std::uint16_t*>(halves.data()); }

  const float* run() {
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const RowLayer& row = layers[l];
      const DenseLayer& layer = row.layer;
      const bool piecewise = is_piecewise_linear(layer.activation);
      ForwardEpilogue epilogue;
      epilogue.slope = piecewise ? piecewise_slope(layer.activation) : 1.0f;
      epilogue.skip = layer.skip == DenseLayer::kNoSkip ? nullptr : values.data() + value_of[layer.skip];
      float* y = values.data() + row.value;
      const float* bias = block.data() + row.bias;
      const float* x = values.data() + value_of[l];
      if (halves.size() > 0) {
        kernels::dense_row(half_weights() + row.weight, bias, layer.inputs, row.outputs, x, epilogue, y);
      } else {
        kernels::dense_row(block.data() + row.weight, bias, layer.inputs, row.outputs, x, epilogue, y);
      }
      if (!piecewise) {
        kernels::activate(layer.activation, {row.outputs, row.outputs}, 1, y, nullptr);
      }
    }
    return values.data() + layers.back().value;
  }

  NetworkSpec spec;
  std::vector<RowLayer> layers;
  std::vector<std::size_t> value_of;  // [v] where value v of the chain lies
  AlignedFloats values;
  AlignedFloats block;   // weights and biases, or the biases alone
  AlignedFloats halves;  // weights in half precision, two a float; empty in single precision
};

RowEvaluator::RowEvaluator(const Network& network, RowPrecision precision) {
  if (network.member_inputs() > 0) {
    throw ConfigError("one row at a time is for networks without members; use evaluate()");
  }
  state_ = std::make_unique<State>(network, precision);
}

RowEvaluator::~RowEvaluator() = default;
RowEvaluator::RowEvaluator(RowEvaluator&&) noexcept = default;
RowEvaluator& RowEvaluator::operator=(RowEvaluator&&) noexcept = default;

std::size_t RowEvaluator::inputs() const noexcept {
  return state_->spec.inputs;
}

std::size_t RowEvaluator::outputs() const noexcept {
  return state_->spec.outputs;
}

void RowEvaluator::operator()(std::span<const float> inputs, std::span<float> outputs) {
  State& state = *state_;
  if (inputs.size() != state.spec.inputs || outputs.size() != state.spec.outputs) {
    throw ConfigError(fmt::format("a row of {} inputs and {} outputs for a network of {} and {}",
                                  inputs.size(), outputs.size(), state.spec.inputs, state.spec.outputs));
  }
  std::copy(inputs.begin(), inputs.end(), state.values.data());
  std::copy_n(state.run(), outputs.size(), outputs.begin());
  if (state.spec.anchors.empty()) {
    return;
  }
  for (const AnchoredInput& anchor : state.spec.anchors) {
    state.values.data()[anchor.input] = anchor.value;
  }
  const float* reference = state.run();
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    outputs[o] -= reference[o];
  }
}

}  // namespace trueup
