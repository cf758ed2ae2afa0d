// Every kernel, on every instruction set of this machine, against the plain-loop reference over many shapes.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/training_rows.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/kernels.hpp"
#include "nn/kernels/reference.hpp"

namespace trueup {
namespace {

constexpr std::size_t kStride = 208;
constexpr std::size_t kWidths[] = {1, 2, 3, 4, 5, 7, 16, 17, 31, 50, 128};
constexpr std::size_t kRows[] = {16, 48, 176, 192};

/// Runs the body once for each instruction set that this machine and this build have.
template <class Body>
void for_each_target(const Body& body) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(kernels::target_name());
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

AlignedFloats random_block(std::size_t size, std::uint64_t index) {
  AlignedFloats block(size);
  RandomStream stream(11, "kernels test", index);
  for (std::size_t i = 0; i < size; ++i) {
    block.data()[i] = static_cast<float>(stream.normal());
  }
  return block;
}

/// Sums of n products of unit size in another order differ by about sqrt(n) roundings; 1e-6 a term is generous.
void expect_close(const float* got, const float* want, std::size_t n, std::size_t terms, const char* what) {
  const double tolerance = 1e-6 * (4.0 + static_cast<double>(terms));
  for (std::size_t i = 0; i < n; ++i) {
    const double difference = std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
    ASSERT_TRUE(difference <= tolerance)
        << what << " element " << i << ": " << got[i] << " against " << want[i];
  }
}

/// A tile of the shape that chains allocate: whole blocks of columns, and room behind the last row.
AlignedFloats random_tile(std::size_t columns, std::uint64_t index) {
  AlignedFloats tile(padded_columns(columns) * kStride + kRowMultiple);
  const AlignedFloats values = random_block(columns * kStride, index);
  std::copy(values.data(), values.data() + columns * kStride, tile.data());
  return tile;
}

TEST(Kernels, DenseForwardAndInputGradientMatchReference) {
  for_each_target([] {
    for (const std::size_t inputs : kWidths) {
      for (const std::size_t outputs : kWidths) {
        const auto weight = random_block(inputs * outputs, 1);
        const auto bias = random_block(outputs, 2);
        const auto x = random_tile(inputs, 3), dy = random_tile(outputs, 4);
        const auto skip = random_tile(outputs, 15), add = random_tile(inputs, 16);
        const TileShape tile{kRows[(inputs + outputs) % 4], kStride};
        const DenseView layer{weight.data(), bias.data(), inputs, outputs};
        for (const Activation activation : {Activation::identity, Activation::relu, Activation::leaky_relu}) {
          const bool skips = activation == Activation::identity;
          AlignedFloats got(outputs * kStride), want(outputs * kStride);
          const float slope = piecewise_slope(activation);
          kernels::dense_forward(layer, tile, x.data(), {slope, skips ? skip.data() : nullptr}, got.data());
          reference::dense_forward(weight.data(), bias.data(), inputs, outputs, activation, tile, x.data(),
                                   want.data());
          for (std::size_t i = 0; skips && i < want.size(); ++i) {
            want.data()[i] += i % kStride < tile.rows ? skip.data()[i] : 0.0f;
          }
          expect_close(got.data(), want.data(), outputs * kStride, inputs, "forward");
          AlignedFloats dx(inputs * kStride), dx_want(inputs * kStride);
          kernels::dense_input_gradient(layer, tile, dy.data(),
                                        {skips ? add.data() : nullptr, x.data(), slope}, dx.data());
          reference::dense_input_gradient(weight.data(), inputs, outputs, tile, dy.data(), x.data(),
                                          activation, dx_want.data());
          for (std::size_t i = 0; skips && i < dx_want.size(); ++i) {
            dx_want.data()[i] += i % kStride < tile.rows ? add.data()[i] : 0.0f;
          }
          expect_close(dx.data(), dx_want.data(), inputs * kStride, outputs, "input gradient");
        }
      }
    }
  });
}

/// All of a layer's weights packed, in two parts.
AlignedFloats packed(const WeightSource& source) {
  AlignedFloats all(source.outputs * source.depth);
  kernels::pack_weights(source, 0, source.outputs / 2, all.data());
  kernels::pack_weights(source, source.outputs / 2, source.outputs, all.data());
  return all;
}

TEST(Kernels, PackedWeightsGiveTheSameBits) {
  for_each_target([] {
    for (const std::size_t inputs : kWidths) {
      for (const std::size_t outputs : kWidths) {
        const auto weight = random_block(inputs * outputs, 1);
        const auto bias = random_block(outputs, 2);
        const auto x = random_tile(inputs, 3), dy = random_tile(outputs, 4);
        const TileShape tile{kRows[(inputs + outputs) % 4], kStride};
        const AlignedFloats forward = packed({weight.data(), outputs, inputs, inputs, 1});
        const AlignedFloats backward = packed({weight.data(), inputs, outputs, 1, inputs});
        const DenseView plain{weight.data(), bias.data(), inputs, outputs};
        // The packed ones are all that is read.
        const DenseView layer{nullptr, bias.data(), inputs, outputs, forward.data(), backward.data()};
        AlignedFloats got(outputs * kStride), want(outputs * kStride);
        kernels::dense_forward(layer, tile, x.data(), {0.01f, nullptr}, got.data());
        kernels::dense_forward(plain, tile, x.data(), {0.01f, nullptr}, want.data());
        AlignedFloats dx(inputs * kStride), dx_want(inputs * kStride);
        kernels::dense_input_gradient(layer, tile, dy.data(), {nullptr, x.data(), 0.0f}, dx.data());
        kernels::dense_input_gradient(plain, tile, dy.data(), {nullptr, x.data(), 0.0f}, dx_want.data());
        ASSERT_TRUE(std::equal(got.data(), got.data() + got.size(), want.data())) << inputs << ' ' << outputs;
        ASSERT_TRUE(std::equal(dx.data(), dx.data() + dx.size(), dx_want.data())) << inputs << ' ' << outputs;
      }
    }
  });
}

TEST(Kernels, NotANumberStaysNotANumber) {
  for_each_target([] {
    const float weight = 1.0f, bias = 0.0f;
    AlignedFloats x(kRowMultiple * kStride), y(kRowMultiple * kStride);
    x.data()[3] = std::numeric_limits<float>::quiet_NaN();
    for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::identity}) {
      kernels::dense_forward({&weight, &bias, 1, 1}, {16, kStride}, x.data(),
                             {piecewise_slope(activation), nullptr}, y.data());
      EXPECT_TRUE(std::isnan(y.data()[3]));
      EXPECT_EQ(y.data()[4], 0.0f);
    }
  });
}

TEST(Kernels, WeightGradientMatchesReferenceAndAdds) {
  for_each_target([] {
    for (const std::size_t inputs : kWidths) {
      for (const std::size_t outputs : kWidths) {
        const TileShape tile{kRows[(inputs + 2 * outputs) % 4], kStride};
        const auto x = random_tile(inputs, 5), dy = random_tile(outputs, 6);
        AlignedFloats scratch(kTransposedRows * kTransposedColumns);
        AlignedFloats weight = random_block(inputs * outputs, 7), bias = random_block(outputs, 8);
        AlignedFloats weight_want = random_block(inputs * outputs, 7), bias_want = random_block(outputs, 8);
        kernels::dense_weight_gradient(inputs, outputs, tile, dy.data(), x.data(), scratch.data(),
                                       weight.data(), bias.data());
        reference::dense_weight_gradient(inputs, outputs, tile, dy.data(), x.data(), weight_want.data(),
                                         bias_want.data());
        expect_close(weight.data(), weight_want.data(), inputs * outputs, tile.rows, "weight gradient");
        expect_close(bias.data(), bias_want.data(), outputs, tile.rows, "bias gradient");
      }
    }
  });
}

// So large that all rows are taken at once.
TEST(Kernels, WeightGradientOfAWideLayerMatchesReference) {
  for_each_target([] {
    constexpr std::size_t kInputs = 263, kOutputs = 250;
    const TileShape tile{192, kStride};
    const auto x = random_tile(kInputs, 5), dy = random_tile(kOutputs, 6);
    AlignedFloats scratch(kTransposedRows * kTransposedColumns);
    AlignedFloats weight(kInputs * kOutputs), bias(kOutputs), want(kInputs * kOutputs), bias_want(kOutputs);
    kernels::dense_weight_gradient(kInputs, kOutputs, tile, dy.data(), x.data(), scratch.data(),
                                   weight.data(), bias.data());
    reference::dense_weight_gradient(kInputs, kOutputs, tile, dy.data(), x.data(), want.data(),
                                     bias_want.data());
    expect_close(weight.data(), want.data(), kInputs * kOutputs, tile.rows, "weight gradient");
    expect_close(bias.data(), bias_want.data(), kOutputs, tile.rows, "bias gradient");
  });
}

TEST(Kernels, GatheredRowsBecomeColumns) {
  for_each_target([] {
    constexpr std::size_t kTableRows = 200;
    for (const std::size_t stride : {2U, 3U, 4U, 5U, 19U}) {
      const AlignedFloats table = random_block(kTableRows * stride + 3, 31);
      for (const std::size_t count : {1U, 7U, 16U, 100U}) {
        std::vector<std::uint32_t> indices(count + 40);
        for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = (i * 37 + 199) % kTableRows;
        AlignedFloats columns = random_tile(stride, 32);
        std::vector<float*> to;
        for (std::size_t c = 0; c < stride; ++c) to.push_back(columns.data() + c * kStride);
        kernels::gather_rows(table.data(), stride, indices.data(), count, indices.size(), to.data());
        for (std::size_t r = 0; r < count; ++r) {
          for (std::size_t c = 0; c < stride; ++c) {
            ASSERT_EQ(to[c][r], table.data()[indices[r] * stride + c]) << stride << ' ' << count << ' ' << r;
          }
        }
      }
    }
  });
}

TEST(Kernels, SumOfRows) {
  for_each_target([] {
    const AlignedFloats x = random_block(176, 33);
    const double want = std::accumulate(x.data(), x.data() + 176, 0.0);
    EXPECT_NEAR(kernels::sum(176, x.data()), want, 1e-4);
  });
}

/// The logistic function is good to 3e-7, Highway's Tanh to a few units in the last place; the derivatives take
/// differences of such.
TEST(Kernels, ActivationsMatchReference) {
  for_each_target([] {
    constexpr std::size_t kColumns = 3;
    const TileShape tile{176, kStride};
    for (const Activation activation : {Activation::identity, Activation::relu, Activation::leaky_relu,
                                        Activation::silu, Activation::tanh}) {
      AlignedFloats z = random_tile(kColumns, 21), y = random_tile(kColumns, 21), slope(z.size());
      z.data()[0] = y.data()[0] = 95.0f;
      z.data()[1] = y.data()[1] = -95.0f;
      z.data()[2] = y.data()[2] = 0.0f;
      kernels::activate(activation, tile, kColumns, y.data(), slope.data());
      for (std::size_t c = 0; c < kColumns; ++c) {
        for (std::size_t r = 0; r < tile.rows; ++r) {
          const std::size_t at = c * kStride + r;
          const double value = reference::activate(activation, static_cast<double>(z.data()[at]));
          const double derivative =
              reference::activation_slope(activation, static_cast<double>(z.data()[at]));
          ASSERT_TRUE(std::abs(y.data()[at] - value) <= 5e-7 * (1.0 + std::abs(value))) << z.data()[at];
          ASSERT_TRUE(std::abs(slope.data()[at] - derivative) <= 1e-6) << z.data()[at];
        }
      }
    }
  });
}

/// To a relative accuracy, on both sides of 0 and as far as floats reach; σ(0) is 1/2 exactly. Instruction sets without a
/// fused multiplication and addition round z log2(e).
TEST(Kernels, SiluIsRelativelyAccurate) {
  for_each_target([] {
    const TileShape tile{kStride, kStride};
    constexpr std::size_t kColumns = 40;
    const std::size_t values = kColumns * kStride;
    AlignedFloats z(values), y(values), slope(values);
    for (std::size_t i = 0; i < values; ++i) {
      z.data()[i] = -86.0f + 172.0f * static_cast<float>(i) / static_cast<float>(values - 1);
    }
    z.data()[0] = 0.0f;
    std::copy_n(z.data(), values, y.data());
    kernels::activate(Activation::silu, tile, kColumns, y.data(), slope.data());
    EXPECT_EQ(y.data()[0], 0.0f);
    EXPECT_EQ(slope.data()[0], 0.5f);
    for (std::size_t i = 1; i < values; ++i) {
      const double want = reference::activate(Activation::silu, static_cast<double>(z.data()[i]));
      const double limit = 4e-7 + 6e-8 * std::abs(z.data()[i]);
      ASSERT_LE(std::abs(y.data()[i] - want), limit * std::abs(want)) << z.data()[i];
    }
  });
}

TEST(Kernels, SiluOfNanIsNan) {
  for_each_target([] {
    const TileShape tile{kStride, kStride};
    AlignedFloats y(kStride), slope(kStride);
    std::fill_n(y.data(), kStride, std::numeric_limits<float>::quiet_NaN());
    kernels::activate(Activation::silu, tile, 1, y.data(), slope.data());
    EXPECT_TRUE(std::isnan(y.data()[0]));
    EXPECT_TRUE(std::isnan(slope.data()[0]));
  });
}

TEST(Kernels, DropoutKeepsTheMeanAndDoesNotDependOnTheTile) {
  for_each_target([] {
    constexpr std::size_t kColumns = 64;
    AlignedFloats whole(kColumns * kStride + kRowMultiple), part(kColumns * kStride + kRowMultiple);
    std::fill_n(whole.data(), whole.size(), 1.0f);
    std::fill_n(part.data(), part.size(), 1.0f);
    kernels::drop({17, 0, 0.25f}, {192, kStride}, kColumns, whole.data(), nullptr);
    kernels::drop({17, 48, 0.25f}, {144, kStride}, kColumns, part.data(), nullptr);
    double kept = 0.0;
    for (std::size_t c = 0; c < kColumns; ++c) {
      for (std::size_t r = 0; r < 192; ++r) {
        const float y = whole.data()[c * kStride + r];
        ASSERT_TRUE(y == 0.0f || y == 1.0f / 0.75f);
        kept += y > 0.0f ? 1.0 : 0.0;
        if (r >= 48) {
          ASSERT_EQ(y, part.data()[c * kStride + r - 48]);
        }
      }
    }
    const double n = 192.0 * kColumns;
    EXPECT_TRUE(std::abs(kept / n - 0.75) <= 5.0 * std::sqrt(0.25 * 0.75 / n)) << kept / n;
  });
}

TEST(Kernels, GroupSumsAndTheirGradientMatchPlainLoops) {
  for_each_target([] {
    const std::uint32_t begin[] = {0, 1, 1, 17, 50, 82, 83, 171};  // the second group is empty
    constexpr std::size_t kGroups = 7, kSumsStride = 48;
    const TileShape tile{176, kStride};
    for (const std::size_t columns : {1ul, 5ul, 16ul, 33ul}) {
      const auto x = random_tile(columns, 22), dsums = random_block(columns * kSumsStride, 23);
      AlignedFloats sums(columns * kSumsStride), dx = random_tile(columns, 24);
      kernels::sum_groups(tile, columns, x.data(), begin, kGroups, kSumsStride, sums.data());
      kernels::spread_groups(tile, columns, dsums.data(), kSumsStride, begin, kGroups, x.data(), 0.01f,
                             dx.data());
      for (std::size_t c = 0; c < columns; ++c) {
        for (std::size_t g = 0; g < kGroups; ++g) {
          double want = 0.0;
          for (std::size_t r = begin[g]; r < begin[g + 1]; ++r) {
            want += x.data()[c * kStride + r];
            const float slope = x.data()[c * kStride + r] > 0.0f ? 1.0f : 0.01f;
            ASSERT_FLOAT_EQ(dx.data()[c * kStride + r], dsums.data()[c * kSumsStride + g] * slope);
          }
          ASSERT_TRUE(std::abs(sums.data()[c * kSumsStride + g] - want) <= 2e-5) << c << " " << g;
        }
        for (std::size_t r = begin[kGroups]; r < tile.rows; ++r) {
          ASSERT_EQ(dx.data()[c * kStride + r], 0.0f);
        }
      }
    }
  });
}

TEST(Kernels, RowLossesMatchReferenceAlsoForHugeLogits) {
  for_each_target([] {
    constexpr std::size_t kCount = 192;
    AlignedFloats z = random_block(kCount, 9), t(kCount), w = random_block(kCount, 10), dz(kCount);
    for (std::size_t r = 0; r < kCount; ++r) {
      t.data()[r] = r % 3 == 0 ? 1.0f : 0.0f;
    }
    z.data()[0] = 90.0f, z.data()[1] = -90.0f, z.data()[2] = 500.0f, z.data()[3] = -500.0f,
    z.data()[4] = 0.0f;
    for (const RowLoss loss : {RowLoss::bce, RowLoss::mse, RowLoss::huber}) {
      double want = 0.0, size = 0.0;
      const float scale = 0.25f, delta = 0.7f;
      double got = 0.0;
      if (loss == RowLoss::huber) {
        got = kernels::huber_loss(kCount, z.data(), t.data(), w.data(), delta, scale, dz.data());
      } else {
        got = (loss == RowLoss::bce ? kernels::bce_loss : kernels::mse_loss)(kCount, z.data(), t.data(),
                                                                             w.data(), scale, dz.data());
      }
      for (std::size_t r = 0; r < kCount; ++r) {
        const double zr = z.data()[r], tr = t.data()[r], wr = w.data()[r], dr = delta;
        const double value = loss == RowLoss::bce   ? reference::bce_value(zr, tr, wr)
                             : loss == RowLoss::mse ? reference::mse_value(zr, tr, wr)
                                                    : reference::huber_value(zr, tr, wr, dr);
        const double slope = loss == RowLoss::bce   ? reference::bce_slope(zr, tr, wr)
                             : loss == RowLoss::mse ? reference::mse_slope(zr, tr, wr)
                                                    : reference::huber_slope(zr, tr, wr, dr);
        want += value, size += std::abs(value);
        // Highway's Exp and Log1p are good to a few units in the last place.
        ASSERT_TRUE(std::abs(dz.data()[r] - 0.25 * slope) <= 2e-6 * (1.0 + std::abs(slope))) << "row " << r;
      }
      EXPECT_TRUE(std::abs(got - want) <= 2e-6 * size) << got << " against " << want;
    }
  });
}

}  // namespace
}  // namespace trueup
