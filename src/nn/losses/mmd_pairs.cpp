// Values of the pair sums, and what values and gradient share.
#include "nn/losses/mmd_pairs.hpp"

#include <algorithm>

namespace trueup {

void MmdPairs::prepare(const MmdRows& target, const MmdRows& output, bool with_target, int threads) {
  target_ = &target;
  output_ = &output;
  with_target_ = with_target;
  totals_.assign(output.tiles() + target.tiles(), {});  // at least as many as there are pieces
  while (scratch_.size() < static_cast<std::size_t>(threads)) {
    scratch_.push_back(
        {AlignedFloats((columns_ + 1) * kMmdTileRows), AlignedFloats(mmd_lanes_size(columns_))});
  }
}

MmdTotals MmdPairs::total() const {
  MmdTotals sum;
  for (const MmdTotals& piece : totals_) {
    sum.target += piece.target;
    sum.output += piece.output;
    sum.cross += piece.cross;
  }
  return sum;
}

/// Σ_ij w_i w_j k(i,j)
double MmdPairs::pair_value(bool near, const MmdTile& i, const MmdTile& j, float* sums) const {
  std::fill_n(sums, kMmdTileRows, 0.0f);
  (near ? kernels::mmd_near_value : kernels::mmd_far_value)(columns_, i, j, sums);
  return kernels::mmd_weighted_sum(j.rows, near ? j.moments : j.weight, sums);
}

/// The same for a tile with itself, whose pairs of different parts are worked once.
double MmdPairs::own_value(bool near, const MmdTile& tile, float* sums) const {
  double total = 0.0;
  for (std::size_t first = 0; first < tile.rows; first += kMmdPartRows) {
    const std::size_t next = std::min(first + kMmdPartRows, tile.rows);
    const MmdTile part = mmd_part(tile, first, next - first);
    total += pair_value(near, part, part, sums);
    if (next < tile.rows) total += 2.0 * pair_value(near, part, mmd_part(tile, next, tile.rows - next), sums);
  }
  return total;
}

/// Tile p's share of all pairs of tiles, each worked once: with itself, and both ways with the half of the tiles that
/// follow it in the circle.
double MmdPairs::symmetric_value(const MmdRows& rows, std::size_t p, float* sums) const {
  const std::size_t tiles = rows.tiles();
  double others = 0.0;
  for (std::size_t distance = 1; 2 * distance <= tiles; ++distance) {
    if (2 * distance == tiles && p >= distance) break;  // the tile opposite is reached from both sides
    const std::size_t q = (p + distance) % tiles;
    others += pair_value(rows.near(p) && rows.near(q), rows.tile(q), rows.tile(p), sums);
  }
  return own_value(rows.near(p), rows.tile(p), sums) + 2.0 * others;
}

MmdTotals MmdPairs::values(const MmdRows& target, const MmdRows& output, bool with_target, ThreadPool& pool) {
  prepare(target, output, with_target, pool.threads());
  const std::size_t pieces = output.tiles() + (with_target ? target.tiles() : 0);
  pool.run(pieces, [this](std::size_t piece, int worker) {
    float* sums = scratch_[static_cast<std::size_t>(worker)].sums.data();
    MmdTotals& found = totals_[piece];
    if (piece >= output_->tiles()) {
      found.target = symmetric_value(*target_, piece - output_->tiles(), sums);
      return;
    }
    found.output = symmetric_value(*output_, piece, sums);
    for (std::size_t q = 0; q < target_->tiles(); ++q) {
      const bool near = output_->near(piece) && target_->near(q);
      found.cross += pair_value(near, target_->tile(q), output_->tile(piece), sums);
    }
  });
  return total();
}

double MmdPairs::target_total(const MmdRows& target, ThreadPool& pool) {
  prepare(target, target, true, pool.threads());
  pool.run(target.tiles(), [this](std::size_t piece, int worker) {
    float* sums = scratch_[static_cast<std::size_t>(worker)].sums.data();
    totals_[piece].target = symmetric_value(*target_, piece, sums);
  });
  return total().target;
}

}  // namespace trueup
