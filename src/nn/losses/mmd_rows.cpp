// Scaling, ordering and tiling of the rows of an MMD.
#include "nn/losses/mmd_rows.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

void MmdRows::start(const MmdSample& sample, const char* name) {
  if (sample.rows.size() % columns_ != 0) {
    throw ConfigError(
        fmt::format("MMD, {}: {} values are not rows of {} columns", name, sample.rows.size(), columns_));
  }
  sample_ = sample;
  name_ = name;
  rows_ = sample.rows.size() / columns_;
  if (rows_ == 0) throw DataError(fmt::format("MMD, {}: there are no rows", name));
  check_weights();
  allocate();
}

void MmdRows::check_weights() {
  squared_weights_ = static_cast<double>(rows_);
  weights_.clear();
  if (sample_.weights.empty()) return;
  if (sample_.weights.size() != rows_) {
    throw ConfigError(fmt::format("MMD, {}: {} weights for {} rows", name_, sample_.weights.size(), rows_));
  }
  double sum = 0.0, squares = 0.0;
  for (const float w : sample_.weights) {
    sum += static_cast<double>(w);
    squares += static_cast<double>(w) * static_cast<double>(w);
  }
  if (!(sum > 0.0) || !std::isfinite(squares)) {
    throw DataError(
        fmt::format("MMD, {}: the weights' sum is {}; it must be positive and finite", name_, sum));
  }
  const double mean = sum / static_cast<double>(rows_);
  squared_weights_ = squares / (mean * mean);
  for (const float w : sample_.weights) weights_.push_back(static_cast<float>(static_cast<double>(w) / mean));
}

void MmdRows::allocate() {
  order_.resize(rows_);
  const std::size_t tiles = blocks() + 1;  // near and far rows each have a last tile that is not full
  if (tiles <= capacity_) return;
  capacity_ = tiles;
  scaled_ = AlignedFloats(tiles * columns_ * kMmdTileRows);
  half_squares_.resize(tiles * kMmdTileRows);
  u_ = AlignedFloats(tiles * columns_ * kMmdTileRows);
  moments_ = AlignedFloats(tiles * (columns_ + 1) * kMmdTileRows);
  weight_ = AlignedFloats(tiles * kMmdTileRows);
  factor_ = AlignedFloats(tiles * kMmdTileRows);
}

MmdScaledRows MmdRows::scaled_from(std::size_t row) {
  return {columns_, capacity_ * kMmdTileRows, scaled_.data() + row, half_squares_.data() + row};
}

void MmdRows::measure(std::size_t block, const MmdScaling& scaling) {
  const std::size_t first = block * kMmdTileRows, count = std::min(kMmdTileRows, rows_ - first);
  const MmdScaledRows to = scaled_from(first);
  const float* x = sample_.rows.data() + first * columns_;
  for (std::size_t r = 0; r < kMmdTileRows; ++r) {
    // Rows that fill the last vector: any finite number will do.
    for (std::size_t l = 0; l < columns_; ++l)
      to.u[l * to.stride + r] = r < count ? x[r * columns_ + l] : 0.0f;
  }
  if (!kernels::mmd_scale(to, count, scaling.centre.data(), scaling.factor.data())) refuse_value(block);
}

void MmdRows::refuse_value(std::size_t block) const {
  const std::span<const float> values = sample_.rows.subspan(block * kMmdTileRows * columns_);
  const auto bad = std::find_if_not(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
  const auto at = static_cast<std::size_t>(bad - values.begin()) + block * kMmdTileRows * columns_;
  throw DataError(fmt::format("MMD, {}: row {}, column {} is {}; values must be finite", name_, at / columns_,
                              at % columns_, sample_.rows[at]));
}

void MmdRows::arrange() {
  const auto near_row = [this](std::size_t row) { return half_squares_[row] <= kMmdNear; };
  std::size_t near_count = 0, far_end = rows_;
  for (std::size_t row = 0; row < rows_; ++row) {
    if (near_row(row)) order_[near_count++] = static_cast<std::uint32_t>(row);
  }
  near_rows_ = near_count;
  for (std::size_t row = rows_; far_end > near_count; --row) {
    if (!near_row(row - 1)) order_[--far_end] = static_cast<std::uint32_t>(row - 1);
  }
  near_tiles_ = (near_rows_ + kMmdTileRows - 1) / kMmdTileRows;
  far_tiles_ = (rows_ - near_rows_ + kMmdTileRows - 1) / kMmdTileRows;
}

std::span<const std::uint32_t> MmdRows::sources(std::size_t tile) const {
  const bool is_near = near(tile);
  const std::size_t first = is_near ? tile * kMmdTileRows : near_rows_ + (tile - near_tiles_) * kMmdTileRows;
  const std::size_t last = std::min(is_near ? near_rows_ : rows_, first + kMmdTileRows);
  return std::span(order_).subspan(first, last - first);
}

void MmdRows::fill(std::size_t tile) {
  const std::span<const std::uint32_t> rows = sources(tile);
  const MmdTileMemory to{u_.data() + tile * columns_ * kMmdTileRows, weight_.data() + tile * kMmdTileRows,
                         factor_.data() + tile * kMmdTileRows,
                         moments_.data() + tile * (columns_ + 1) * kMmdTileRows};
  kernels::mmd_fill(scaled_from(0), rows.size(), rows.data(), weights_.empty() ? nullptr : weights_.data(),
                    near(tile), to);
}

MmdTile MmdRows::tile(std::size_t tile) const {
  return {sources(tile).size(), u_.data() + tile * columns_ * kMmdTileRows,
          weight_.data() + tile * kMmdTileRows, factor_.data() + tile * kMmdTileRows,
          moments_.data() + tile * (columns_ + 1) * kMmdTileRows};
}

}  // namespace trueup
