// Gradient of the pair sums with respect to the output's rows.
#include <algorithm>

#include "nn/losses/mmd_pairs.hpp"

namespace trueup {
namespace {

/// More groups balance more threads, and cost more slots: 64 (F + 1) bytes a row of the output at this number.
constexpr std::size_t kMostGroups = 32;
/// Tiles whose sums are added in float before they go to double.
constexpr std::size_t kTilesInFloat = 4;

}  // namespace

void MmdPairs::prepare_gradient(const MmdSlope& slope) {
  slope_ = slope;
  const std::size_t near_tiles = output_->near_tiles();
  group_tiles_ = std::max<std::size_t>(1, (near_tiles + kMostGroups - 1) / kMostGroups);
  groups_ = (near_tiles + group_tiles_ - 1) / group_tiles_;
  distances_ = groups_ / 2 + 1;
  values_.resize(output_->tiles() * 2 * kMmdTileRows);
  slopes_.resize(output_->tiles() * columns_ * kMmdTileRows);
  const std::size_t slots = groups_ * distances_ * group_tiles_ * (columns_ + 1) * kMmdTileRows;
  if (slots > slots_.size()) slots_ = AlignedFloats(slots);
}

std::size_t MmdPairs::last_tile(std::size_t group) const {
  return std::min((group + 1) * group_tiles_, output_->near_tiles());
}

/// Whether the pairs of this group with the one `distance` further on the circle are its own to work.
bool MmdPairs::owns(std::size_t group, std::size_t distance) const {
  return distance == 0 || 2 * distance != groups_ || group < distance;
}

float* MmdPairs::slot(std::size_t group, std::size_t distance, std::size_t tile) {
  const std::size_t index = (group * distances_ + distance) * group_tiles_ + tile % group_tiles_;
  return slots_.data() + index * (columns_ + 1) * kMmdTileRows;
}

double* MmdPairs::values_of(With side, std::size_t tile) {
  return values_.data() + (2 * tile + (side == With::cross ? 1 : 0)) * kMmdTileRows;
}

double* MmdPairs::slopes_of(std::size_t tile) {
  return slopes_.data() + tile * columns_ * kMmdTileRows;
}

void MmdPairs::add_sums(bool near, const float* sums, std::size_t p, With side) {
  const double scale = side == With::cross ? slope_.cross : slope_.output;
  (near ? kernels::mmd_add_near : kernels::mmd_add_far)(columns_, output_->tile(p), sums, scale,
                                                        values_of(side, p), slopes_of(p));
}

/// What tiles [first, last) of `from`, all near or all far, do to tile p of the output.
void MmdPairs::add_range(const MmdRows& from, std::size_t first, std::size_t last, std::size_t p, With side,
                         Scratch& scratch) {
  const MmdTile to = output_->tile(p);
  float* sums = scratch.sums.data();
  for (std::size_t q = first; q < last; q += kTilesInFloat) {
    const bool near = output_->near(p) && from.near(q);
    scratch.sums.clear();
    for (std::size_t t = q; t < std::min(last, q + kTilesInFloat); ++t) {
      (near ? kernels::mmd_near_gradient : kernels::mmd_far_gradient)(columns_, from.tile(t), to, sums);
    }
    add_sums(near, sums, p, side);
  }
}

/// All that tile p of the output gets, but for near tiles of the output if it is near itself.
void MmdPairs::work_tile(std::size_t p, Scratch& scratch) {
  std::fill_n(values_of(With::output, p), kMmdTileRows, 0.0);
  std::fill_n(values_of(With::cross, p), kMmdTileRows, 0.0);
  std::fill_n(slopes_of(p), columns_ * kMmdTileRows, 0.0);
  const std::size_t near_output = output_->near_tiles(), near_target = target_->near_tiles();
  add_range(*target_, 0, near_target, p, With::cross, scratch);
  add_range(*target_, near_target, target_->tiles(), p, With::cross, scratch);
  if (!output_->near(p)) add_range(*output_, 0, near_output, p, With::output, scratch);
  add_range(*output_, near_output, output_->tiles(), p, With::output, scratch);
}

/// A near tile with itself: pairs of different parts once, pairs within a part in both orders.
void MmdPairs::work_own(const MmdTile& tile, float* sums, float* lanes) const {
  for (std::size_t first = 0; first < tile.rows; first += kMmdPartRows) {
    const std::size_t next = std::min(first + kMmdPartRows, tile.rows);
    const MmdTile part = mmd_part(tile, first, next - first);
    kernels::mmd_near_gradient(columns_, part, part, sums + first);
    if (next == tile.rows) break;
    kernels::mmd_near_both(columns_, part, mmd_part(tile, next, tile.rows - next), sums + next,
                           lanes + mmd_lanes_size(columns_, first));
  }
}

/// Near tile p with itself, with those that follow it in its group, and with those of the groups that are its group's to
/// work.
void MmdPairs::work_both(std::size_t group, std::size_t p, Scratch& scratch) {
  const MmdTile tile = output_->tile(p);
  scratch.lanes.clear();
  for (std::size_t distance = 0; distance < distances_; ++distance) {
    if (!owns(group, distance)) continue;
    const std::size_t other = (group + distance) % groups_;
    for (std::size_t q = distance == 0 ? p : other * group_tiles_; q < last_tile(other); ++q) {
      float* sums = slot(group, distance, q);
      if (p == group * group_tiles_) std::fill_n(sums, (columns_ + 1) * kMmdTileRows, 0.0f);
      if (distance == 0 && q == p) {
        work_own(tile, sums, scratch.lanes.data());
      } else {
        kernels::mmd_near_both(columns_, tile, output_->tile(q), sums, scratch.lanes.data());
      }
    }
  }
  kernels::mmd_sum_lanes(columns_, tile.rows, scratch.lanes.data(), scratch.sums.data());
  add_sums(true, scratch.sums.data(), p, With::output);
}

void MmdPairs::work_piece(std::size_t piece, Scratch& scratch) {
  const std::size_t far_output = output_->tiles() - output_->near_tiles();
  if (piece < groups_) {
    for (std::size_t p = piece * group_tiles_; p < last_tile(piece); ++p) {
      work_tile(p, scratch);
      work_both(piece, p, scratch);
    }
  } else if (piece < groups_ + far_output) {
    work_tile(output_->near_tiles() + piece - groups_, scratch);
  } else {
    totals_[piece].target = symmetric_value(*target_, piece - groups_ - far_output, scratch.sums.data());
  }
}

/// Adds what its own group and others left for near tile p.
void MmdPairs::collect(std::size_t p, Scratch& scratch) {
  const std::size_t group = p / group_tiles_, size = (columns_ + 1) * kMmdTileRows;
  float* sums = scratch.sums.data();
  std::copy_n(slot(group, 0, p), size, sums);
  for (std::size_t distance = 1; distance < distances_; ++distance) {
    const std::size_t other = (group + groups_ - distance) % groups_;
    if (!owns(other, distance)) continue;
    const float* left = slot(other, distance, p);
    for (std::size_t s = 0; s < size; ++s) sums[s] += left[s];
  }
  add_sums(true, sums, p, With::output);
}

void MmdPairs::finish(std::size_t p, Scratch& scratch) {
  if (output_->near(p)) collect(p, scratch);
  const MmdTile tile = output_->tile(p);
  const std::span<const std::uint32_t> sources = output_->sources(p);
  const double* slopes = slopes_of(p);
  MmdTotals& found = totals_[p];
  for (std::size_t r = 0; r < tile.rows; ++r) {
    const auto w = static_cast<double>(tile.weight[r]);
    found.output += w * values_of(With::output, p)[r];
    found.cross += w * values_of(With::cross, p)[r];
    float* row = slope_.gradient.data() + sources[r] * columns_;
    for (std::size_t l = 0; l < columns_; ++l)
      row[l] += static_cast<float>(slope_.factor[l] * w * slopes[l * kMmdTileRows + r]);
  }
}

MmdTotals MmdPairs::gradient(const MmdRows& target, const MmdRows& output, bool with_target,
                             const MmdSlope& slope, ThreadPool& pool) {
  prepare(target, output, with_target, pool.threads());
  prepare_gradient(slope);
  const std::size_t pieces =
      groups_ + output.tiles() - output.near_tiles() + (with_target ? target.tiles() : 0);
  pool.run(pieces, [this](std::size_t piece, int worker) {
    work_piece(piece, scratch_[static_cast<std::size_t>(worker)]);
  });
  pool.run(output.tiles(),
           [this](std::size_t p, int worker) { finish(p, scratch_[static_cast<std::size_t>(worker)]); });
  return total();
}

}  // namespace trueup
