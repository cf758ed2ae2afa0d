// Scaling, ordering and tiling of the rows of an MMD.
#include "nn/losses/mmd_rows.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Scaled coordinates are kept below this, so that their squares stay finite: out there nothing has a neighbour.
constexpr double kFarthest = 1e15;

}  // namespace

void MmdRows::start(const MmdSample& sample, const char* name) {
  if (sample.rows.size() % columns_ != 0) {
    throw ConfigError(
        fmt::format("MMD, {}: {} values are not rows of {} columns", name, sample.rows.size(), columns_));
  }
  sample_ = sample;
  name_ = name;
  rows_ = sample.rows.size() / columns_;
  if (rows_ == 0) throw DataError(fmt::format("MMD, {}: there are no rows", name));
  check_weights(name);
  allocate();
}

void MmdRows::check_weights(const char* name) {
  mean_weight_ = 1.0;
  squared_weights_ = static_cast<double>(rows_);
  if (sample_.weights.empty()) return;
  if (sample_.weights.size() != rows_) {
    throw ConfigError(fmt::format("MMD, {}: {} weights for {} rows", name, sample_.weights.size(), rows_));
  }
  double sum = 0.0, squares = 0.0;
  for (const float w : sample_.weights) {
    sum += static_cast<double>(w);
    squares += static_cast<double>(w) * static_cast<double>(w);
  }
  if (!(sum > 0.0) || !std::isfinite(squares)) {
    throw DataError(
        fmt::format("MMD, {}: the weights' sum is {}; it must be positive and finite", name, sum));
  }
  mean_weight_ = sum / static_cast<double>(rows_);
  squared_weights_ = squares / (mean_weight_ * mean_weight_);
}

void MmdRows::allocate() {
  scaled_.resize(rows_ * columns_);
  half_squares_.resize(rows_);
  order_.resize(rows_);
  const std::size_t tiles = blocks() + 1;  // near and far rows each have a last tile that is not full
  if (tiles <= capacity_) return;
  capacity_ = tiles;
  u_ = AlignedFloats(tiles * columns_ * kMmdTileRows);
  moments_ = AlignedFloats(tiles * (columns_ + 1) * kMmdTileRows);
  weight_ = AlignedFloats(tiles * kMmdTileRows);
  factor_ = AlignedFloats(tiles * kMmdTileRows);
}

void MmdRows::measure(std::size_t block, const MmdScaling& scaling) {
  const std::size_t end = std::min(rows_, (block + 1) * kMmdTileRows);
  for (std::size_t row = block * kMmdTileRows; row < end; ++row) {
    double squares = 0.0;
    for (std::size_t l = 0; l < columns_; ++l) {
      const float x = sample_.rows[row * columns_ + l];
      if (!std::isfinite(x))
        throw DataError(
            fmt::format("MMD, {}: row {}, column {} is {}; values must be finite", name_, row, l, x));
      const double exact = (static_cast<double>(x) - scaling.centre[l]) * scaling.factor[l];
      const auto u = static_cast<float>(std::clamp(exact, -kFarthest, kFarthest));
      scaled_[row * columns_ + l] = u;
      squares += static_cast<double>(u) * static_cast<double>(u);
    }
    half_squares_[row] = 0.5 * squares;
  }
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

float MmdRows::weight(std::size_t row) const {
  return sample_.weights.empty()
             ? 1.0f
             : static_cast<float>(static_cast<double>(sample_.weights[row]) / mean_weight_);
}

void MmdRows::fill(std::size_t tile) {
  const std::span<const std::uint32_t> rows = sources(tile);
  float* u = u_.data() + tile * columns_ * kMmdTileRows;
  float* moments = moments_.data() + tile * (columns_ + 1) * kMmdTileRows;
  float* weights = weight_.data() + tile * kMmdTileRows;
  float* factor = factor_.data() + tile * kMmdTileRows;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    weights[r] = weight(rows[r]);
    for (std::size_t l = 0; l < columns_; ++l) u[l * kMmdTileRows + r] = scaled_[rows[r] * columns_ + l];
    const double e = std::exp2(-half_squares_[rows[r]]);
    factor[r] = static_cast<float>(e);
    moments[r] = static_cast<float>(e * static_cast<double>(weights[r]));
  }
  // What an earlier batch left beyond these rows would count.
  const auto clear_rest = [&](float* column) {
    std::fill(column + rows.size(), column + kMmdTileRows, 0.0f);
  };
  clear_rest(weights), clear_rest(factor), clear_rest(moments);
  for (std::size_t l = 0; l < columns_; ++l) {
    float* column = u + l * kMmdTileRows;
    clear_rest(column);
    for (std::size_t r = 0; r < kMmdTileRows; ++r)
      moments[(l + 1) * kMmdTileRows + r] = moments[r] * column[r];
  }
}

MmdTile MmdRows::tile(std::size_t tile) const {
  return {sources(tile).size(), u_.data() + tile * columns_ * kMmdTileRows,
          weight_.data() + tile * kMmdTileRows, factor_.data() + tile * kMmdTileRows,
          moments_.data() + tile * (columns_ + 1) * kMmdTileRows};
}

}  // namespace trueup
