// The exponential and the pair kernels behind the MMD, on every instruction set of this machine.
#include <algorithm>
#include <limits>

#include "nn/aligned.hpp"
#include "nn/kernels/mmd_kernels.hpp"
#include "nn/mmd_samples.hpp"

namespace trueup {
namespace {

using mmd_test::for_each_target;

TEST(MmdExp2, IsWithin15e8OfTheTruth) {
  for_each_target([] {
    std::vector<float> t;
    for (int n = 0; n < 1 << 18; ++n) t.push_back(-static_cast<float>(n) * 0x1p-18f);
    RandomStream stream(1, "mmd exp2");
    for (int n = 0; n < 300'000; ++n) t.push_back(static_cast<float>(stream.uniform(-126.0, 126.0)));
    for (int n = -126; n <= 126; ++n) t.push_back(static_cast<float>(n));
    std::vector<float> k(t.size());
    kernels::mmd_exp2(t.size(), t.data(), k.data());
    double largest = 0.0;
    for (std::size_t i = 0; i < t.size(); ++i) {
      const double error = std::abs(static_cast<double>(k[i]) / std::exp2(static_cast<double>(t[i])) - 1.0);
      if (!(error <= largest)) largest = error;
    }
    // 1.44e-7 with fused multiply-adds; without (SSE4), the products are rounded too.
    EXPECT_TRUE(largest <= 2.0e-7) << largest;
  });
}

TEST(MmdExp2, IsExactAtZeroAndUnderflowsToZero) {
  for_each_target([] {
    const std::vector<float> t{0.0f,    -126.0f, -126.1f,
                               -127.0f, -140.5f, -150.0f,
                               -1e4f,   -3e38f,  -std::numeric_limits<float>::infinity()};
    std::vector<float> k(t.size());
    kernels::mmd_exp2(t.size(), t.data(), k.data());
    EXPECT_EQ(k[0], 1.0f);
    EXPECT_EQ(k[1], 0x1p-126f);
    for (std::size_t i = 2; i < t.size(); ++i) EXPECT_EQ(k[i], 0.0f) << t[i];
  });
}

struct TileBlock {
  AlignedFloats u, weight, factor, moments;
  MmdTile tile;
};

TileBlock random_tile(std::size_t rows, std::size_t columns, std::uint64_t index) {
  TileBlock block{AlignedFloats(columns * kMmdTileRows),
                  AlignedFloats(kMmdTileRows),
                  AlignedFloats(kMmdTileRows),
                  AlignedFloats((columns + 1) * kMmdTileRows),
                  {}};
  RandomStream stream(2, "mmd tile", index);
  for (std::size_t r = 0; r < rows; ++r) {
    double squares = 0.0;
    for (std::size_t l = 0; l < columns; ++l) {
      const auto u = static_cast<float>(std::clamp(1.5 * stream.normal(), -2.5, 2.5));
      block.u.data()[l * kMmdTileRows + r] = u;
      squares += static_cast<double>(u) * u;
    }
    const double e = std::exp2(-0.5 * squares), w = stream.uniform(-0.5, 1.5);
    block.weight.data()[r] = static_cast<float>(w);
    block.factor.data()[r] = static_cast<float>(e);
    block.moments.data()[r] = static_cast<float>(w * e);
    for (std::size_t l = 0; l < columns; ++l) {
      block.moments.data()[(l + 1) * kMmdTileRows + r] =
          static_cast<float>(w * e * static_cast<double>(block.u.data()[l * kMmdTileRows + r]));
    }
  }
  block.tile = {rows, block.u.data(), block.weight.data(), block.factor.data(), block.moments.data()};
  return block;
}

/// value (rows of j), then slope (F, rows of j), by plain loops; and the sizes that their rounding goes with.
struct PlainSums {
  std::vector<double> sums, sizes;
};

PlainSums plain_sums(std::size_t columns, const MmdTile& i, const MmdTile& j) {
  PlainSums plain{std::vector<double>((columns + 1) * kMmdTileRows, 0.0), {}};
  plain.sizes = plain.sums;
  const auto add = [&](std::size_t at, double term, double size) {
    plain.sums[at] += term;
    plain.sizes[at] += size;
  };
  for (std::size_t q = 0; q < j.rows; ++q) {
    for (std::size_t p = 0; p < i.rows; ++p) {
      const auto y = [&](std::size_t l) { return static_cast<double>(j.u[l * kMmdTileRows + q]); };
      const auto x = [&](std::size_t l) { return static_cast<double>(i.u[l * kMmdTileRows + p]); };
      double squares = 0.0;
      for (std::size_t l = 0; l < columns; ++l) squares += (y(l) - x(l)) * (y(l) - x(l));
      const double k = i.weight[p] * std::exp2(-0.5 * squares);
      add(q, k, std::abs(k));
      for (std::size_t l = 0; l < columns; ++l) {
        add((l + 1) * kMmdTileRows + q, k * (y(l) - x(l)), std::abs(k) * (std::abs(y(l)) + std::abs(x(l))));
      }
    }
  }
  return plain;
}

void expect_sums(std::size_t columns, const MmdTile& i, const MmdTile& j, const std::vector<double>& got,
                 const char* what) {
  const PlainSums want = plain_sums(columns, i, j);
  for (std::size_t at = 0; at < want.sums.size(); ++at) {
    if (at % kMmdTileRows >= j.rows) continue;
    // Exponents of up to 100 are rounded by some 4e-6; sums of a few hundred floats stray by 1e-6.
    ASSERT_TRUE(std::abs(got[at] - want.sums[at]) <= 8e-6 * want.sizes[at])
        << what << ", " << columns << " columns, " << i.rows << " x " << j.rows << ", element " << at << ": "
        << got[at] << " against " << want.sums[at] << ", size " << want.sizes[at];
  }
}

/// Sums of a kernel in the form of plain_sums, times a scale that must come out.
template <class Add>
std::vector<double> added(std::size_t columns, const Add& add, const MmdTile& j, const float* sums) {
  std::vector<double> found((columns + 1) * kMmdTileRows, 0.0);
  add(columns, j, sums, 3.0, found.data(), found.data() + kMmdTileRows);
  for (std::size_t at = kMmdTileRows; at < found.size(); ++at) found[at] /= 3.0;
  return found;
}

TEST(MmdKernels, NearAndFarMatchPlainLoops) {
  for_each_target([] {
    for (const std::size_t columns : {1u, 2u, 3u, 6u, 9u, 17u}) {
      for (const auto& [p, q] : {std::pair<std::size_t, std::size_t>{1, 1}, {1, 256}, {67, 5}, {130, 201}}) {
        const TileBlock a = random_tile(p, columns, 1), b = random_tile(q, columns, 2);
        AlignedFloats sums((columns + 1) * kMmdTileRows), other((columns + 1) * kMmdTileRows);
        AlignedFloats lanes(mmd_lanes_size(columns));
        kernels::mmd_near_gradient(columns, a.tile, b.tile, sums.data());
        expect_sums(columns, a.tile, b.tile, added(columns, kernels::mmd_add_near, b.tile, sums.data()),
                    "near");
        kernels::mmd_near_both(columns, a.tile, b.tile, other.data(), lanes.data());
        EXPECT_TRUE(std::equal(sums.data(), sums.data() + sums.size(), other.data()));
        kernels::mmd_sum_lanes(columns, p, lanes.data(), other.data());
        expect_sums(columns, b.tile, a.tile, added(columns, kernels::mmd_add_near, a.tile, other.data()),
                    "both");
        other.clear();
        kernels::mmd_near_value(columns, a.tile, b.tile, other.data());
        EXPECT_TRUE(std::equal(sums.data(), sums.data() + q, other.data()));
        sums.clear(), other.clear();
        kernels::mmd_far_gradient(columns, a.tile, b.tile, sums.data());
        expect_sums(columns, a.tile, b.tile, added(columns, kernels::mmd_add_far, b.tile, sums.data()),
                    "far");
        kernels::mmd_far_value(columns, a.tile, b.tile, other.data());
        EXPECT_TRUE(std::equal(sums.data(), sums.data() + q, other.data()));
      }
    }
  });
}

}  // namespace
}  // namespace trueup
