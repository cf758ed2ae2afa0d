// The sums over all pairs of rows that make up an MMD, cut into pieces that threads share.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <trueup/threads.hpp>

#include "nn/aligned.hpp"
#include "nn/losses/mmd_rows.hpp"

namespace trueup {

/// Σ_ij w_i w_j k(i,j) within the target, within the output (both with i = j), and between the two.
struct MmdTotals {
  double target = 0.0;
  double output = 0.0;
  double cross = 0.0;
};

/// How the derivatives of the sums become those of the loss: row r of the output gets, in column l,
///   factor[l] w_r [output · Σ_j w_j k(r,j) (u_r − u_j)_l + cross · Σ_i w_i k(r,i) (u_r − u_i)_l]
/// with j over the output and i over the target; it is added to `gradient` (n, F).
struct MmdSlope {
  double output = 0.0;
  double cross = 0.0;
  std::span<const double> factor;
  std::span<float> gradient;
};

/// A piece is a group of tiles of the output, or one tile of the target. For the gradient, pairs within the output are
/// worked once for both of their rows: a group adds to its own rows, and leaves what belongs to another group's rows in a
/// slot of its own; when all groups are done, each tile collects its slots in order. So the bits do not depend on the
/// number of threads.
class MmdPairs {
 public:
  explicit MmdPairs(std::size_t columns) : columns_(columns) {}

  /// `with_target` false leaves totals.target at 0.
  MmdTotals values(const MmdRows& target, const MmdRows& output, bool with_target, ThreadPool& pool);
  MmdTotals gradient(const MmdRows& target, const MmdRows& output, bool with_target, const MmdSlope& slope,
                     ThreadPool& pool);
  double target_total(const MmdRows& target, ThreadPool& pool);

 private:
  struct Scratch {  // of one thread
    AlignedFloats sums, lanes;
  };
  /// Whose rows the pairs' other side is.
  enum class With { output, cross };

  void prepare(const MmdRows& target, const MmdRows& output, bool with_target, int threads);
  void prepare_gradient(const MmdSlope& slope);
  MmdTotals total() const;

  double pair_value(bool near, const MmdTile& i, const MmdTile& j, float* sums) const;
  double own_value(bool near, const MmdTile& tile, float* sums) const;
  double symmetric_value(const MmdRows& rows, std::size_t p, float* sums) const;

  std::size_t last_tile(std::size_t group) const;
  bool owns(std::size_t group, std::size_t distance) const;
  float* slot(std::size_t group, std::size_t distance, std::size_t tile);
  double* values_of(With side, std::size_t tile);
  double* slopes_of(std::size_t tile);
  void add_sums(bool near, const float* sums, std::size_t p, With side);
  void add_range(const MmdRows& from, std::size_t first, std::size_t last, std::size_t p, With side,
                 Scratch& scratch);
  void work_tile(std::size_t p, Scratch& scratch);
  void work_own(const MmdTile& tile, float* sums, float* lanes) const;
  void work_both(std::size_t group, std::size_t p, Scratch& scratch);
  void work_piece(std::size_t piece, Scratch& scratch);
  void collect(std::size_t p, Scratch& scratch);
  void finish(std::size_t p, Scratch& scratch);

  std::size_t columns_;
  const MmdRows* target_ = nullptr;
  const MmdRows* output_ = nullptr;
  MmdSlope slope_;
  bool with_target_ = true;
  std::vector<Scratch> scratch_;   // a thread
  std::vector<MmdTotals> totals_;  // a piece
  std::size_t group_tiles_ = 1, groups_ = 0, distances_ = 0;
  std::vector<double> values_;  // (tiles, output and cross, rows) Σ w k
  std::vector<double> slopes_;  // (tiles, F, rows)
  AlignedFloats slots_;         // (groups, distances, tiles of a group, F + 1, rows)
};

}  // namespace trueup
