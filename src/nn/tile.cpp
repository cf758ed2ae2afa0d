// One tile of rows and its way through the network.
#include "nn/tile.hpp"

#include <algorithm>

namespace trueup {

namespace {

// Member rows of a tile: more than one register block, few enough for the cache.
constexpr std::size_t kMemberRows = 768;

std::size_t round_up(std::size_t n) {
  return (n + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

Precision precision_of(const PackedWeights* packed) {
  return packed == nullptr ? Precision::float32 : packed->precision();
}

}  // namespace

std::size_t full_tile_rows(const Network& network, Precision precision) {
  constexpr std::size_t kWide = 256, kRows = 96, kRowsOfWide = 384;
  if (precision == Precision::bf16) return kRowsOfWide;
  const auto wide = [](const DenseLayer& layer) { return layer.inputs >= kWide && layer.outputs >= kWide; };
  return std::ranges::any_of(network.layers(), wide) ? kRowsOfWide : kRows;
}

std::size_t even_tile_rows(std::size_t rows, std::size_t most) {
  const std::size_t tiles = (rows + most - 1) / most;
  return tiles == 0 ? most : std::min(most, round_up((rows + tiles - 1) / tiles));
}

TileSlopes::TileSlopes(const Network& network, Precision in)
    : chain(network.layers(), column_stride(full_tile_rows(network, in)), in), precision(in) {
  if (network.member_inputs() > 0) {
    members.emplace(network.member_layers(), column_stride(kMemberRows), in);
  }
}

TileWorkspace::TileWorkspace(const Network& network, ChainMode mode, const PackedWeights* packed)
    : inputs_(network.inputs()),
      outputs_(network.outputs()),
      member_inputs_(network.member_inputs()),
      anchors_(network.spec().anchors),
      member_layers_(network.member_layers()),
      most_rows_(full_tile_rows(network, precision_of(packed)) / (anchors_.empty() ? 1 : 2)),
      mode_(mode),
      packed_(packed),
      chain_(network.layers(), full_tile_rows(network, precision_of(packed)), mode, packed) {
  const std::size_t stride = chain_.stride();
  if (member_inputs_ > 0) {
    member_room_ = kMemberRows;
    member_chain_.emplace(network.member_layers(), member_room_, mode, packed);
  }
  group_begin_.reserve(most_rows_ + 1);
  if (!anchors_.empty()) {
    difference_ = AlignedFloats(outputs_ * stride);
  }
  targets_ = AlignedFloats(outputs_ * stride);
  weights_ = AlignedFloats(stride);
  for (std::size_t f = 0; f < inputs_; ++f) {
    columns_.push_back(chain_.input() + f * stride);
  }
  for (std::size_t o = 0; o < outputs_; ++o) {
    columns_.push_back(targets_.data() + o * stride);
  }
  columns_.push_back(weights_.data());
}

void TileWorkspace::set_rows(std::size_t count) {
  rows_ = count;
  half_ = anchors_.empty() ? 0 : round_up(count);
  const std::size_t stride = chain_.stride();
  for (std::size_t r = count; r < round_up(count); ++r) {
    for (std::size_t f = 0; f < inputs_; ++f) {
      chain_.input()[f * stride + r] = 0.0f;
    }
    for (std::size_t o = 0; o < outputs_; ++o) {
      targets_.data()[o * stride + r] = 0.0f;
    }
    weights_.data()[r] = 0.0f;
  }
  anchor_inputs();
}

/// The second half of the tile: the same rows, some inputs at their reference values.
void TileWorkspace::anchor_inputs() {
  if (half_ == 0) {
    return;
  }
  const std::size_t stride = chain_.stride();
  for (std::size_t f = 0; f < inputs_; ++f) {
    float* column = chain_.input() + f * stride;
    std::copy(column, column + half_, column + half_);
  }
  for (const AnchoredInput& anchor : anchors_) {
    std::fill_n(chain_.input() + anchor.input * stride + half_, half_, anchor.value);
  }
}

void TileWorkspace::append_group(const float* values, std::size_t count) {
  const std::size_t first = group_begin_.back();
  const std::size_t stride = member_chain_->stride();
  float* to = member_chain_->input();
  for (std::size_t m = 0; m < count; ++m) {
    for (std::size_t f = 0; f < member_inputs_; ++f) {
      to[f * stride + first + m] = values[m * member_inputs_ + f];
    }
  }
  group_begin_.push_back(static_cast<std::uint32_t>(first + count));
}

void TileWorkspace::gather(const TrainingRows& rows, std::span<const std::uint32_t> indices,
                           std::size_t count) {
  const std::size_t ahead = std::min(indices.size(), 2 * most_rows_);
  // A loss over batches may have more targets than outputs. It reads them from the rows: here they are written over.
  while (columns_.size() < rows.stride()) {
    columns_.push_back(weights_.data());
  }
  kernels::gather_rows(rows.data(), rows.stride(), indices.data(), count, ahead, columns_.data());
}

std::size_t TileWorkspace::load(const TrainingRows& rows, std::span<const std::uint32_t> indices) {
  std::size_t count = std::min(indices.size(), most_rows_);
  if (member_inputs_ > 0) {
    group_begin_.assign(1, 0);
    for (std::size_t r = 0; r < count; ++r) {
      const std::span<const float> members = rows.members(indices[r]);
      if (!make_room(members.size() / member_inputs_, r)) {
        count = r;
        break;
      }
      append_group(members.data(), members.size() / member_inputs_);
    }
  }
  gather(rows, indices, count);
  set_rows(count);
  weight_sum_ = kernels::sum(round_up(count), weights_.data());
  return count;
}

std::size_t TileWorkspace::load(std::span<const float> values, std::size_t count, const Members& members,
                                std::size_t first) {
  float* to = chain_.input();
  const std::size_t most = std::min(count, most_rows_);
  group_begin_.assign(1, 0);
  std::size_t r = 0;
  for (; r < most; ++r) {
    if (member_inputs_ > 0) {
      const std::uint64_t begin = members.offsets[first + r], end = members.offsets[first + r + 1];
      if (!make_room(end - begin, r)) {
        break;
      }
      append_group(members.values.data() + begin * member_inputs_, end - begin);
    }
    for (std::size_t f = 0; f < inputs_; ++f) {
      to[f * chain_.stride() + r] = values[r * inputs_ + f];
    }
  }
  set_rows(r);
  return r;
}

bool TileWorkspace::make_room(std::size_t members, std::size_t rows_so_far) {
  const std::size_t needed = group_begin_.back() + members;
  if (needed <= member_room_) {
    return true;
  }
  if (rows_so_far > 0) {
    return false;
  }
  member_room_ = round_up(members);
  member_chain_.emplace(member_layers_, member_room_, mode_, packed_);
  return true;
}

void TileWorkspace::pool_members(const Network& network, const DropoutMask* dropout) {
  const std::size_t members = group_begin_.back();
  const TileShape tile = member_chain_->shape(members);
  for (std::size_t f = 0; f < member_inputs_; ++f) {
    float* column = member_chain_->input() + f * tile.stride;
    std::fill(column + members, column + tile.rows, 0.0f);
  }
  member_chain_->forward(network, members, dropout);
  const std::size_t stride = chain_.stride(), width = member_chain_->layers().back().outputs;
  float* sums = chain_.input() + inputs_ * stride;
  kernels::sum_groups(tile, width, member_chain_->output(), group_begin_.data(), rows_, stride, sums);
  for (std::size_t c = 0; c < width; ++c) {
    float* column = sums + c * stride;
    std::fill(column + rows_, column + round_up(rows_), 0.0f);
    if (half_ > 0) {
      std::copy(column, column + half_, column + half_);
    }
  }
}

void TileWorkspace::forward(const Network& network, const DropoutMask* dropout) {
  if (member_chain_) {
    pool_members(network, dropout);
  }
  chain_.forward(network, half_ > 0 ? 2 * half_ : rows_, dropout);
  if (half_ == 0) {
    return;
  }
  const std::size_t stride = chain_.stride();
  for (std::size_t o = 0; o < outputs_; ++o) {
    const float* y = chain_.output() + o * stride;
    for (std::size_t r = 0; r < half_; ++r) {
      difference_.data()[o * stride + r] = y[r] - y[half_ + r];
    }
  }
}

double TileWorkspace::loss(const LossOptions& options, float scale, TileSlopes* slopes) const {
  const std::size_t rows = round_up(rows_), stride = chain_.stride();
  const float* outputs = half_ > 0 ? difference_.data() : chain_.output();
  const float* w = weights_.data();
  double sum = 0.0;
  for (std::size_t o = 0; o < outputs_; ++o) {
    const float* z = outputs + o * stride;
    const float* t = targets_.data() + o * stride;
    float* slope = slopes != nullptr ? slopes->chain.output() + o * stride : nullptr;
    if (options.kind == RowLoss::bce) {
      sum += kernels::bce_loss(rows, z, t, w, scale, slope);
    } else if (options.kind == RowLoss::mse) {
      sum += kernels::mse_loss(rows, z, t, w, scale, slope);
    } else {
      sum += kernels::huber_loss(rows, z, t, w, static_cast<float>(options.huber_delta), scale, slope);
    }
  }
  return sum;
}

void TileWorkspace::set_output_gradient(std::span<const float> values, TileSlopes& slopes) const {
  const std::size_t stride = chain_.stride();
  for (std::size_t o = 0; o < outputs_; ++o) {
    float* slope = slopes.chain.output() + o * stride;
    for (std::size_t r = 0; r < round_up(rows_); ++r) {
      slope[r] = r < rows_ ? values[r * outputs_ + o] : 0.0f;
    }
  }
}

void TileWorkspace::spread_members(const Network& network, TileSlopes& slopes, float* gradient) const {
  const Chain& members = *member_chain_;
  const DenseLayer& last = members.layers().back();
  const std::size_t stride = chain_.stride(), width = last.outputs;
  float* sums_slope = slopes.chain.input() + inputs_ * stride;
  if (half_ > 0) {
    for (std::size_t c = 0; c < width; ++c) {
      kernels::accumulate(half_, sums_slope + c * stride + half_, sums_slope + c * stride);
    }
  }
  if (slopes.members->stride() != members.stride()) {
    slopes.members.emplace(members.layers(), members.stride(), slopes.precision);
  }
  const float* derivative = members.output_derivative();
  const float* y = derivative == nullptr ? members.output() : nullptr;
  const TileShape tile = members.shape(group_begin_.back());
  kernels::spread_groups(tile, width, sums_slope, stride, group_begin_.data(), rows_, y,
                         piecewise_slope(last.activation), slopes.members->output());
  if (derivative != nullptr) {
    kernels::multiply(tile, width, derivative, slopes.members->output());
  }
  members.backward(network, group_begin_.back(), *slopes.members, gradient, false);
}

void TileWorkspace::backward(const Network& network, TileSlopes& slopes, float* gradient,
                             bool input_gradient) const {
  if (half_ > 0) {
    const std::size_t stride = chain_.stride();
    for (std::size_t o = 0; o < outputs_; ++o) {
      float* slope = slopes.chain.output() + o * stride;
      std::transform(slope, slope + half_, slope + half_, [](float s) { return -s; });
    }
  }
  const bool members = member_chain_.has_value() && gradient != nullptr;
  chain_.backward(network, half_ > 0 ? 2 * half_ : rows_, slopes.chain, gradient, input_gradient || members);
  if (members) {
    spread_members(network, slopes, gradient);
  }
}

float TileWorkspace::input_gradient(std::size_t i, std::size_t r, const TileSlopes& slopes) const {
  const float* column = slopes.chain.input() + i * chain_.stride();
  const bool anchored =
      std::any_of(anchors_.begin(), anchors_.end(), [i](const AnchoredInput& a) { return a.input == i; });
  return column[r] + (half_ > 0 && !anchored ? column[half_ + r] : 0.0f);
}

}  // namespace trueup
