// Layers in a row over one tile.
#include "nn/chain.hpp"

#include <algorithm>

namespace trueup {

namespace {

/// Room for whole transposed blocks, and for a vector that starts at the last row.
AlignedFloats columns_of(std::size_t columns, std::size_t stride) {
  return AlignedFloats(padded_columns(columns) * stride + kRowMultiple);
}

/// All of a tile's columns as an operand of a product that sums over them, or over the rows.
void pack_tile(TileShape tile, std::size_t columns, const float* x, bool over_columns, Bf16Side side,
               Bf16* packed) {
  const Bf16Source source{x, columns, tile.rows, tile.stride, over_columns};
  kernels::bf16_pack(source, side, 0, bf16_blocks(over_columns ? tile.rows : columns), packed);
}

/// Hands out buffer numbers, lowest free one first.
class Slots {
 public:
  std::size_t take() {
    const auto free = std::find(taken_.begin(), taken_.end(), false);
    const auto slot = static_cast<std::size_t>(free - taken_.begin());
    if (free == taken_.end()) {
      taken_.push_back(true);
    } else {
      *free = true;
    }
    return slot;
  }
  void release(std::size_t slot) { taken_[slot] = false; }
  std::size_t count() const { return taken_.size(); }

 private:
  std::vector<bool> taken_;
};

}  // namespace

std::size_t column_stride(std::size_t most_rows) {
  const std::size_t lines = (most_rows + kRowMultiple - 1) / kRowMultiple + 1;
  return (lines + 1 - lines % 2) * kRowMultiple;
}

DenseView view_of(const Network& network, const DenseLayer& layer) {
  const float* block = network.parameters().data();
  return {block + layer.weight_offset, block + layer.bias_offset, layer.inputs, layer.outputs};
}

Chain::Chain(const std::vector<DenseLayer>& layers, std::size_t most_rows, ChainMode mode,
             const PackedWeights* packed)
    : layers_(layers), stride_(column_stride(most_rows)), mode_(mode) {
  std::size_t largest = 0;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    packed_.push_back(packed == nullptr ? nullptr : packed->find(layers[l]));
    if (in_bf16(l)) largest = std::max(largest, bf16_packed_size(stride_, layers[l].inputs));
  }
  packed_input_ = AlignedBlock<Bf16>(largest);
  values_.push_back(columns_of(layers.front().inputs, stride_));
  for (const DenseLayer& layer : layers) {
    values_.push_back(columns_of(layer.outputs, stride_));
    derivatives_.push_back(keeps_derivative(layer) ? columns_of(layer.outputs, stride_) : AlignedFloats());
  }
}

ChainSlopes::ChainSlopes(const std::vector<DenseLayer>& layers, std::size_t stride, Precision precision)
    : stride_(stride) {
  std::size_t widest = layers.front().inputs;
  for (const DenseLayer& layer : layers) {
    widest = std::max(widest, layer.outputs);
  }
  plan(layers);
  for (AlignedFloats& slope : slopes_) {
    slope = columns_of(widest, stride);
  }
  transposed_ = AlignedFloats(kTransposedRows * kTransposedColumns);
  const std::size_t packed = precision == Precision::bf16 ? bf16_packed_size(widest, stride) : 0;
  packed_slope_ = AlignedBlock<Bf16>(packed);
  packed_input_ = AlignedBlock<Bf16>(packed);
}

/// A layer's slope is needed until the slope below it is known, and by a skip connection until that reaches the value
/// it came from.
void ChainSlopes::plan(const std::vector<DenseLayer>& layers) {
  skip_from_.assign(layers.size() + 1, DenseLayer::kNoSkip);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (layers[l].skip != DenseLayer::kNoSkip) {
      skip_from_[layers[l].skip] = l;
    }
  }
  Slots slots;
  slope_of_.resize(layers.size());
  slope_of_.back() = slots.take();
  for (std::size_t l = layers.size(); l-- > 0;) {
    const std::size_t below = slots.take();
    (l > 0 ? slope_of_[l - 1] : input_slope_) = below;
    if (layers[l].skip == DenseLayer::kNoSkip) {
      slots.release(slope_of_[l]);
    }
    if (skip_from_[l] != DenseLayer::kNoSkip) {
      slots.release(slope_of_[skip_from_[l]]);
    }
  }
  slopes_.resize(slots.count());
}

bool Chain::in_bf16(std::size_t layer) const {
  return packed_[layer] != nullptr && packed_[layer]->precision == Precision::bf16;
}

DenseView Chain::view_of_layer(const Network& network, std::size_t layer) const {
  DenseView view = view_of(network, layers_[layer]);
  if (packed_[layer] != nullptr && !in_bf16(layer)) {
    view.packed = packed_[layer]->weight.data();
    view.packed_transposed = packed_[layer]->transposed.data();
  }
  return view;
}

bool Chain::keeps_derivative(const DenseLayer& layer) const {
  return mode_ == ChainMode::train && (!is_piecewise_linear(layer.activation) || layer.dropout > 0.0f);
}

TileShape Chain::shape(std::size_t rows) const noexcept {
  return {(rows + kRowMultiple - 1) / kRowMultiple * kRowMultiple, stride_};
}

const float* Chain::output_derivative() const noexcept {
  return keeps_derivative(layers_.back()) ? derivatives_.back().data() : nullptr;
}

void Chain::product(const Network& network, std::size_t l, TileShape tile, const ForwardEpilogue& epilogue) {
  const DenseLayer& layer = layers_[l];
  const float* x = values_[l].data();
  float* y = values_[l + 1].data();
  const DenseView view = view_of_layer(network, l);
  if (!in_bf16(l)) {
    kernels::dense_forward(view, tile, x, epilogue, y);
    return;
  }
  pack_tile(tile, layer.inputs, x, true, Bf16Side::right, packed_input_.data());
  kernels::bf16_forward(layer.inputs, layer.outputs, packed_[l]->bf16_weight.data(), view.bias, tile,
                        packed_input_.data(), epilogue, y);
}

void Chain::forward(const Network& network, std::size_t rows, const DropoutMask* dropout) {
  const TileShape tile = shape(rows);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const DenseLayer& layer = layers_[l];
    const bool apart = keeps_derivative(layer) || !is_piecewise_linear(layer.activation);
    ForwardEpilogue epilogue;
    epilogue.slope = apart ? 1.0f : piecewise_slope(layer.activation);
    epilogue.skip = layer.skip == DenseLayer::kNoSkip ? nullptr : values_[layer.skip].data();
    float* y = values_[l + 1].data();
    product(network, l, tile, epilogue);
    float* derivative = keeps_derivative(layer) ? derivatives_[l].data() : nullptr;
    if (apart) {
      kernels::activate(layer.activation, tile, layer.outputs, y, derivative);
    }
    if (dropout != nullptr && layer.dropout > 0.0f) {
      DropoutMask mask = *dropout;
      mask.key += 0xd1342543de82ef95u * (layer.weight_offset + 1);
      mask.rate = layer.dropout;
      kernels::drop(mask, tile, layer.outputs, y, derivative);
    }
  }
}

void Chain::weight_gradient(std::size_t l, TileShape tile, ChainSlopes& slopes, float* gradient) const {
  const DenseLayer& layer = layers_[l];
  const float* dy = slopes.of(l);
  const float* x = values_[l].data();
  float* dweight = gradient + layer.weight_offset;
  float* dbias = gradient + layer.bias_offset;
  if (!in_bf16(l)) {
    kernels::dense_weight_gradient(layer.inputs, layer.outputs, tile, dy, x, slopes.transposed_.data(),
                                   dweight, dbias);
    return;
  }
  kernels::bf16_row_sums(tile, layer.outputs, dy, dbias);
  pack_tile(tile, layer.outputs, dy, false, Bf16Side::left, slopes.packed_slope_.data());
  pack_tile(tile, layer.inputs, x, false, Bf16Side::right, slopes.packed_input_.data());
  kernels::bf16_weight_gradient(layer.inputs, layer.outputs, tile, slopes.packed_slope_.data(),
                                slopes.packed_input_.data(), dweight);
}

void Chain::input_gradient(const Network& network, std::size_t l, TileShape tile,
                           const BackwardEpilogue& epilogue, ChainSlopes& slopes) const {
  const DenseLayer& layer = layers_[l];
  const float* dy = slopes.of(l);
  float* dx = slopes.below(l);
  if (!in_bf16(l)) {
    kernels::dense_input_gradient(view_of_layer(network, l), tile, dy, epilogue, dx);
    return;
  }
  pack_tile(tile, layer.outputs, dy, true, Bf16Side::right, slopes.packed_slope_.data());
  kernels::bf16_input_gradient(layer.inputs, layer.outputs, packed_[l]->bf16_transposed.data(), tile,
                               slopes.packed_slope_.data(), epilogue, dx);
}

void Chain::slope_below(const Network& network, std::size_t l, TileShape tile, ChainSlopes& slopes) const {
  BackwardEpilogue epilogue;
  const std::size_t skip = slopes.skip_from_[l];
  const bool whole = skip != DenseLayer::kNoSkip && layers_[skip].outputs == layers_[l].inputs;
  epilogue.add = whole ? slopes.of(skip) : nullptr;
  const float* derivative = nullptr;
  if (l > 0) {
    const DenseLayer& below = layers_[l - 1];
    derivative = keeps_derivative(below) ? derivatives_[l - 1].data() : nullptr;
    if (derivative == nullptr && below.activation != Activation::identity) {
      epilogue.y = values_[l].data();
      epilogue.slope = piecewise_slope(below.activation);
    }
  }
  float* to = slopes.below(l);
  input_gradient(network, l, tile, epilogue, slopes);
  if (skip != DenseLayer::kNoSkip &&
      !whole) {  // outputs that have the first inputs added: no activation below
    kernels::accumulate(layers_[skip].outputs * tile.stride, slopes.of(skip), to);
  }
  if (derivative != nullptr) {
    kernels::multiply(tile, layers_[l].inputs, derivative, to);
  }
}

void Chain::backward(const Network& network, std::size_t rows, ChainSlopes& slopes, float* gradient,
                     bool input_gradient) const {
  const TileShape tile = shape(rows);
  for (std::size_t l = layers_.size(); l-- > 0;) {
    if (gradient != nullptr) {
      weight_gradient(l, tile, slopes, gradient);
    }
    if (l > 0 || input_gradient) {
      slope_below(network, l, tile, slopes);
    }
  }
}

}  // namespace trueup
