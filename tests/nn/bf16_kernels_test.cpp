// Products in bf16, on every unit and instruction set of this machine, against plain loops over rounded factors.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <trueup/random.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/bf16_kernels.hpp"
#include "nn/kernels/bf16_unit.hpp"
#include "nn/kernels/reference.hpp"

namespace trueup {
namespace {

constexpr std::size_t kStride = 208;
constexpr std::size_t kWidths[] = {1, 16, 33, 64, 100};
constexpr std::size_t kRows[] = {16, 48, 192};

using Packed = AlignedBlock<Bf16>;

template <class Body>
void for_each_unit_and_target(const Body& body) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(kernels::target_name());
    for (const Bf16Unit unit : available_bf16_units()) {
      set_bf16_unit_for_test(unit);
      SCOPED_TRACE(to_string(unit));
      body();
    }
  }
  set_bf16_unit_for_test({});
  hwy::SetSupportedTargetsForTest(0);
}

std::vector<float> random_values(std::size_t size, std::uint64_t index) {
  std::vector<float> values(size);
  RandomStream stream(12, "bf16 test", index);
  for (float& v : values) v = static_cast<float>(stream.normal());
  return values;
}

std::vector<double> rounded(const std::vector<float>& values) {
  std::vector<double> result;
  for (const float v : values) result.push_back(reference::round_to_bf16(static_cast<double>(v)));
  return result;
}

AlignedFloats aligned(const std::vector<float>& values) {
  AlignedFloats block(values.size());
  std::copy(values.begin(), values.end(), block.data());
  return block;
}

/// All panels of an operand, in memory that is not zero before.
Packed packed(const Bf16Source& source, Bf16Side side) {
  const std::size_t lines = source.depth_is_rows ? source.columns : source.rows;
  const std::size_t depth = source.depth_is_rows ? source.rows : source.columns;
  Packed block(bf16_packed_size(lines, depth));
  std::fill_n(block.data(), block.size(), Bf16{0x7fc0});
  kernels::bf16_pack(source, side, 0, bf16_blocks(lines), block.data());
  return block;
}

/// The factors are exact; what is left is the order of sums of `terms` products of unit size in float.
void expect_sum(double got, double want, std::size_t terms) {
  ASSERT_TRUE(std::abs(got - want) <= 1e-6 * (4.0 + static_cast<double>(terms))) << got << " for " << want;
}

struct Shape {
  std::size_t inputs, outputs, rows;
};

template <class Body>
void for_each_shape(const Body& body) {
  for (const std::size_t inputs : kWidths) {
    for (const std::size_t outputs : kWidths) {
      for (const std::size_t rows : kRows) {
        SCOPED_TRACE(testing::Message()
                     << inputs << " inputs, " << outputs << " outputs, " << rows << " rows");
        body(Shape{inputs, outputs, rows});
      }
    }
  }
}

TEST(Bf16, RoundsToNearestAndKeepsWhatIsNoNumber) {
  const float inf = std::numeric_limits<float>::infinity();
  const float all_ones = std::bit_cast<float>(0x7fffffffu);  // a NaN that a plain carry would turn into −0
  std::vector<float> values{0.0f,        -0.0f,        1.0f,     1.00390625f,
                            1.01171875f, -1.00390625f, 3.0e38f,  -3.4e38f,
                            inf,         -inf,         all_ones, 1.0e-30f,
                            0.1f,        -0.3f,        65504.0f, std::numeric_limits<float>::quiet_NaN()};
  for (const float v : random_values(16, 1)) values.push_back(v);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(kernels::target_name());
    const Packed line = packed({values.data(), 1, values.size(), values.size(), false}, Bf16Side::left);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto got = std::bit_cast<float>(std::uint32_t{line.data()[i]} << 16);
      if (std::isnan(values[i])) {
        EXPECT_TRUE(std::isnan(got)) << i;
      } else {
        const double want = reference::round_to_bf16(static_cast<double>(values[i]));
        EXPECT_EQ(got, std::abs(want) > 3.4e38 ? std::copysign(inf, values[i]) : static_cast<float>(want));
        EXPECT_EQ(std::signbit(got), std::signbit(values[i]));
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(Bf16, ForwardMatchesTheReference) {
  for_each_unit_and_target([] {
    for_each_shape([](Shape s) {
      const TileShape tile{s.rows, kStride};
      const auto w = random_values(s.inputs * s.outputs, 2), bias = random_values(s.outputs, 3),
                 x = random_values(s.inputs * kStride, 4), skip = random_values(s.outputs * kStride, 5);
      const AlignedFloats tile_x = aligned(x), tile_skip = aligned(skip);
      const Packed left = packed({w.data(), s.outputs, s.inputs, s.inputs, false}, Bf16Side::left);
      const Packed right = packed({tile_x.data(), s.inputs, s.rows, kStride, true}, Bf16Side::right);
      std::vector<double> want(s.outputs * kStride);
      reference::dense_forward(rounded(w).data(), std::vector<double>(bias.begin(), bias.end()).data(),
                               s.inputs, s.outputs, Activation::leaky_relu, tile, rounded(x).data(),
                               want.data());
      AlignedFloats y(s.outputs * kStride);
      kernels::bf16_forward(s.inputs, s.outputs, left.data(), bias.data(), tile, right.data(),
                            {0.01f, tile_skip.data()}, y.data());
      for (std::size_t o = 0; o < s.outputs; ++o) {
        for (std::size_t r = 0; r < kStride; ++r) {
          const std::size_t at = o * kStride + r;
          expect_sum(y.data()[at], r < s.rows ? want[at] + skip[at] : 0.0, s.inputs);
        }
      }
    });
  });
}

TEST(Bf16, InputGradientMatchesTheReference) {
  for_each_unit_and_target([] {
    for_each_shape([](Shape s) {
      const TileShape tile{s.rows, kStride};
      const auto w = random_values(s.inputs * s.outputs, 6), dy = random_values(s.outputs * kStride, 7),
                 below = random_values(s.inputs * kStride, 8);
      const AlignedFloats tile_dy = aligned(dy), tile_below = aligned(below);
      const Packed left = packed({w.data(), s.outputs, s.inputs, s.inputs, true}, Bf16Side::left);
      const Packed right = packed({tile_dy.data(), s.outputs, s.rows, kStride, true}, Bf16Side::right);
      std::vector<double> want(s.inputs * kStride);
      reference::dense_input_gradient(rounded(w).data(), s.inputs, s.outputs, tile, rounded(dy).data(),
                                      std::vector<double>(below.begin(), below.end()).data(),
                                      Activation::relu, want.data());
      AlignedFloats dx(s.inputs * kStride);
      kernels::bf16_input_gradient(s.inputs, s.outputs, left.data(), tile, right.data(),
                                   {nullptr, tile_below.data(), 0.0f}, dx.data());
      for (std::size_t i = 0; i < s.inputs * kStride; ++i) {
        expect_sum(dx.data()[i], want[i], s.outputs);
      }
    });
  });
}

TEST(Bf16, WeightGradientMatchesTheReferenceAndAdds) {
  for_each_unit_and_target([] {
    for_each_shape([](Shape s) {
      const TileShape tile{s.rows, kStride};
      const auto x = random_values(s.inputs * kStride, 9), dy = random_values(s.outputs * kStride, 10),
                 before = random_values(s.inputs * s.outputs, 11);
      const AlignedFloats tile_x = aligned(x), tile_dy = aligned(dy);
      const Packed left = packed({tile_dy.data(), s.outputs, s.rows, kStride, false}, Bf16Side::left);
      const Packed right = packed({tile_x.data(), s.inputs, s.rows, kStride, false}, Bf16Side::right);
      std::vector<double> want(before.begin(), before.end()), rounded_bias(s.outputs), bias(s.outputs),
          unused(s.inputs * s.outputs);
      reference::dense_weight_gradient(s.inputs, s.outputs, tile, rounded(dy).data(), rounded(x).data(),
                                       want.data(), rounded_bias.data());
      reference::dense_weight_gradient(s.inputs, s.outputs, tile,
                                       std::vector<double>(dy.begin(), dy.end()).data(), rounded(x).data(),
                                       unused.data(), bias.data());
      std::vector<float> dweight = before, dbias(s.outputs);
      kernels::bf16_weight_gradient(s.inputs, s.outputs, tile, left.data(), right.data(), dweight.data());
      kernels::bf16_row_sums(tile, s.outputs, tile_dy.data(), dbias.data());
      for (std::size_t i = 0; i < want.size(); ++i) {
        expect_sum(dweight[i], want[i], s.rows);
      }
      for (std::size_t o = 0; o < s.outputs; ++o) {
        expect_sum(dbias[o], bias[o], s.rows);
      }
    });
  });
}

}  // namespace
}  // namespace trueup
