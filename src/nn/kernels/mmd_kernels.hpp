// The kernels behind the MMD loss: sums over pairs of rows, a tile of rows against another. They run on Highway, chosen
// at run time for the machine; src/nn/kernels/mmd_reference.hpp says in plain loops what all of them together compute.
//
// Rows are centred and scaled, u = (x − centre) · sqrt(2 log2 e)/σ, so that for two rows i and j
//     k(i,j) = exp(−Σ_l (x_il − x_jl)²/σ_l²) = 2^(−|u_i − u_j|²/2) = e_i e_j 2^(u_i·u_j)   with e = 2^(−|u|²/2),
// and no constant is left to multiply with. The last form needs half of the arithmetic, but rounds and overflows when
// rows are far from the centre: it is for near tiles, whose rows all have |u|²/2 <= kMmdNear. "far" takes differences.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trueup {

/// Rows of a tile: two tiles of 10 columns with their sums fit the first-level cache.
inline constexpr std::size_t kMmdTileRows = 256;

/// Near rows have |u|²/2 <= this: 2^(±120) neither overflows nor underflows, and u_i·u_j is rounded by at most 4e-6.
inline constexpr double kMmdNear = 60.0;

/// Rows that a kernel takes at once, and the widest vector: the sizes behind mmd_lanes_size().
inline constexpr std::size_t kMmdBlockRows = 4;
inline constexpr std::size_t kMmdMaxLanes = 16;

/// A tile of F columns, each kMmdTileRows floats apart; what stands beyond `rows` is zero.
struct MmdTile {
  std::size_t rows;
  const float* u;        ///< (F, rows)
  const float* weight;   ///< (rows) w
  const float* factor;   ///< (rows) e; near tiles only
  const float* moments;  ///< (F + 1, rows) w e, then w e u_l; near tiles only
};

/// Scaled coordinates are kept below this, so that their squares stay finite: out there nothing has a neighbour.
inline constexpr double kMmdFarthest = 1e15;

/// All rows of a sample, scaled, in the order in which they came: room for a whole number of tiles.
struct MmdScaledRows {
  std::size_t columns;
  std::size_t stride;
  float* u;              ///< (F, rows), columns `stride` apart
  double* half_squares;  ///< (rows) |u|²/2
};

/// Rows of a tile as a tile of their own; `first` is a multiple of kMmdPartRows.
inline constexpr std::size_t kMmdPartRows = 64;
constexpr MmdTile mmd_part(const MmdTile& tile, std::size_t first, std::size_t rows) {
  return {rows, tile.u + first, tile.weight + first, tile.factor + first, tile.moments + first};
}

/// Where a tile's numbers are kept; see MmdTile.
struct MmdTileMemory {
  float* u;
  float* weight;
  float* factor;
  float* moments;
};

/// Floats of the partial sums that mmd_near_both keeps for one tile, by lane.
constexpr std::size_t mmd_lanes_size(std::size_t columns, std::size_t rows = kMmdTileRows) {
  return rows * (columns + 1) * kMmdMaxLanes;
}

namespace kernels {

/// In place, from x to u_l = (x_l − centre_l) factor_l, with |u|²/2; `count` rows, the first aligned to the widest vector.
/// False when a value is not finite, also one of those that fill the last vector.
bool mmd_scale(const MmdScaledRows& rows, std::size_t count, const double* centre, const double* factor);

/// A tile of the rows that `order` names, at most kMmdTileRows; no weights mean 1.
void mmd_fill(const MmdScaledRows& from, std::size_t rows, const std::uint32_t* order, const float* weights,
              bool near, const MmdTileMemory& to);

/// sums[j] += Σ_i w_i e_i 2^(u_i·u_j)
void mmd_near_value(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums);

/// sums (F + 1, rows of j): sums[0][j] as above, sums[1 + l][j] += Σ_i w_i e_i u_il 2^(u_i·u_j)
void mmd_near_gradient(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums);

/// The same, and in `lanes` the same sums over j for each row of i: each pair is worked once. The lanes of row i, a multiple
/// of kMmdBlockRows, begin at mmd_lanes_size(columns, i).
void mmd_near_both(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums, float* lanes);

/// sums (F + 1, rows) = what mmd_near_both left in `lanes` for these rows.
void mmd_sum_lanes(std::size_t columns, std::size_t rows, const float* lanes, float* sums);

/// sums[j] += Σ_i w_i k(i,j)
void mmd_far_value(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums);

/// sums[0][j] as above, sums[1 + l][j] += Σ_i w_i k(i,j) (u_jl − u_il)
void mmd_far_gradient(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums);

/// From the sums of a near kernel over tile j: value[j] += Σ_i w_i k(i,j), and slope (F, rows), in columns of
/// kMmdTileRows: slope[l][j] += scale Σ_i w_i k(i,j) (u_jl − u_il).
void mmd_add_near(std::size_t columns, const MmdTile& j, const float* sums, double scale, double* value,
                  double* slope);

/// The same from the sums of a far kernel.
void mmd_add_far(std::size_t columns, const MmdTile& j, const float* sums, double scale, double* value,
                 double* slope);

/// Σ_r weight[r] sums[r], in double.
double mmd_weighted_sum(std::size_t rows, const float* weight, const float* sums);

/// k = 2^t as the kernels take it, for t <= 126: 0 below 2^-126.
void mmd_exp2(std::size_t n, const float* t, float* k);

}  // namespace kernels
}  // namespace trueup
