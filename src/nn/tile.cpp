// One tile of rows and its way through the network.
#include "nn/tile.hpp"

#include <algorithm>
#include <utility>

namespace trueup {

namespace {

// An odd number of cache lines between columns: columns do not compete for the same cache sets.
constexpr std::size_t kTileStride = kTileRows + kRowMultiple;
static_assert((kTileStride / kRowMultiple) % 2 == 1);
static_assert(kTileRows % kRowMultiple == 0);

std::size_t round_up(std::size_t n) {
  return (n + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

// Rows are gathered in random order: asking for them some rows ahead hides the memory's latency.
constexpr std::size_t kPrefetchRows = 12;

}  // namespace

std::size_t even_tile_rows(std::size_t rows) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  return tiles == 0 ? kTileRows : round_up((rows + tiles - 1) / tiles);
}

DenseView view_of(const Network& network, const DenseLayer& layer) {
  const float* block = network.parameters().data();
  return {block + layer.weight_offset, block + layer.bias_offset, layer.inputs, layer.outputs,
          layer.activation};
}

TileWorkspace::TileWorkspace(const Network& network, bool backward)
    : shape_{kTileRows, kTileStride}, outputs_(network.outputs()) {
  std::size_t widest = network.inputs();
  activations_.emplace_back(network.inputs() * kTileStride);
  for (const DenseLayer& layer : network.layers()) {
    activations_.emplace_back(layer.outputs * kTileStride);
    widest = std::max(widest, layer.outputs);
  }
  if (backward) {
    slope_ = AlignedFloats(widest * kTileStride);
    slope_below_ = AlignedFloats(widest * kTileStride);
    transposed_ = AlignedFloats(row_major_stride(widest) * kTileRows);
  }
  targets_ = AlignedFloats(kTileStride);
  weights_ = AlignedFloats(kTileStride);
}

void TileWorkspace::set_rows(std::size_t count) {
  shape_.rows = round_up(count);
}

void TileWorkspace::load(const TrainingRows& rows, std::span<const std::uint32_t> indices) {
  const std::size_t features = rows.features();
  const std::size_t stride = rows.stride();
  const float* data = rows.data();
  float* inputs = activations_.front().data();
  set_rows(indices.size());
  for (std::size_t r = 0; r < indices.size(); ++r) {
    if (r + kPrefetchRows < indices.size()) {
      __builtin_prefetch(data + indices[r + kPrefetchRows] * stride);
    }
    const float* row = data + indices[r] * stride;
    for (std::size_t f = 0; f < features; ++f) {
      inputs[f * kTileStride + r] = row[f];
    }
    targets_.data()[r] = row[features];
    weights_.data()[r] = row[features + 1];
  }
  for (std::size_t r = indices.size(); r < shape_.rows; ++r) {
    for (std::size_t f = 0; f < features; ++f) {
      inputs[f * kTileStride + r] = 0.0f;
    }
    targets_.data()[r] = 0.0f;
    weights_.data()[r] = 0.0f;
  }
}

void TileWorkspace::load(const float* values, std::size_t inputs, std::size_t count) {
  float* to = activations_.front().data();
  set_rows(count);
  for (std::size_t f = 0; f < inputs; ++f) {
    for (std::size_t r = 0; r < shape_.rows; ++r) {
      to[f * kTileStride + r] = r < count ? values[r * inputs + f] : 0.0f;
    }
  }
}

void TileWorkspace::forward(const Network& network) {
  const auto& layers = network.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    kernels::dense_forward(view_of(network, layers[l]), shape_, activations_[l].data(),
                           activations_[l + 1].data());
  }
}

double TileWorkspace::loss(RowLoss kind, float scale, bool with_gradient) {
  const auto function = kind == RowLoss::bce ? kernels::bce_loss : kernels::mse_loss;
  double sum = 0.0;
  for (std::size_t o = 0; o < outputs_; ++o) {
    float* slope = with_gradient ? slope_.data() + o * kTileStride : nullptr;
    sum += function(shape_.rows, activations_.back().data() + o * kTileStride, targets_.data(),
                    weights_.data(), scale, slope);
  }
  return sum;
}

void TileWorkspace::backward(const Network& network, float* gradient) {
  const auto& layers = network.layers();
  for (std::size_t l = layers.size(); l-- > 0;) {
    const DenseLayer& layer = layers[l];
    const DenseView view = view_of(network, layer);
    const float* x = activations_[l].data();
    const std::size_t row_stride = row_major_stride(layer.inputs);
    if (layer.inputs > kNarrowInputs) {
      kernels::transpose(shape_, layer.inputs, x, transposed_.data(), row_stride);
    }
    kernels::dense_weight_gradient(view, shape_, slope_.data(), x, transposed_.data(), row_stride,
                                   gradient + layer.weight_offset, gradient + layer.bias_offset);
    if (l > 0) {
      kernels::dense_input_gradient(view, shape_, slope_.data(), x, layers[l - 1].activation,
                                    slope_below_.data());
      std::swap(slope_, slope_below_);
    }
  }
}

}  // namespace trueup
