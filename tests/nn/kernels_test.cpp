// Every kernel, on every instruction set of this machine, against the plain-loop reference over many shapes.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <vector>

#include <trueup/random.hpp>

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

TEST(Kernels, DenseForwardAndInputGradientMatchReference) {
  for_each_target([] {
    for (const std::size_t inputs : kWidths) {
      for (const std::size_t outputs : kWidths) {
        const auto weight = random_block(inputs * outputs, 1);
        const auto bias = random_block(outputs, 2);
        const auto x = random_block(inputs * kStride, 3);
        const auto dy = random_block(outputs * kStride, 4);
        const TileShape tile{kRows[(inputs + outputs) % 4], kStride};
        for (const Activation activation : {Activation::identity, Activation::relu}) {
          const DenseView layer{weight.data(), bias.data(), inputs, outputs, activation};
          AlignedFloats got(outputs * kStride), want(outputs * kStride);
          kernels::dense_forward(layer, tile, x.data(), got.data());
          reference::dense_forward(weight.data(), bias.data(), inputs, outputs, activation, tile, x.data(),
                                   want.data());
          expect_close(got.data(), want.data(), outputs * kStride, inputs, "forward");
          AlignedFloats dx(inputs * kStride), dx_want(inputs * kStride);
          kernels::dense_input_gradient(layer, tile, dy.data(), x.data(), activation, dx.data());
          reference::dense_input_gradient(weight.data(), inputs, outputs, tile, dy.data(), x.data(),
                                          activation, dx_want.data());
          expect_close(dx.data(), dx_want.data(), inputs * kStride, outputs, "input gradient");
        }
      }
    }
  });
}

TEST(Kernels, WeightGradientMatchesReferenceAndAdds) {
  for_each_target([] {
    for (const std::size_t inputs : kWidths) {
      for (const std::size_t outputs : kWidths) {
        const TileShape tile{kRows[(inputs + 2 * outputs) % 4], kStride};
        const auto x = random_block(inputs * kStride, 5);
        const auto dy = random_block(outputs * kStride, 6);
        const std::size_t row_stride = row_major_stride(inputs);
        AlignedFloats rows(row_stride * tile.rows);
        kernels::transpose(tile, inputs, x.data(), rows.data(), row_stride);
        for (std::size_t r = 0; r < tile.rows; ++r) {
          for (std::size_t i = 0; i < row_stride; ++i) {
            ASSERT_EQ(rows.data()[r * row_stride + i], i < inputs ? x.data()[i * kStride + r] : 0.0f);
          }
        }
        AlignedFloats weight = random_block(inputs * outputs, 7), bias = random_block(outputs, 8);
        AlignedFloats weight_want = random_block(inputs * outputs, 7), bias_want = random_block(outputs, 8);
        const DenseView layer{nullptr, nullptr, inputs, outputs, Activation::identity};
        kernels::dense_weight_gradient(layer, tile, dy.data(), x.data(), rows.data(), row_stride,
                                       weight.data(), bias.data());
        reference::dense_weight_gradient(inputs, outputs, tile, dy.data(), x.data(), weight_want.data(),
                                         bias_want.data());
        expect_close(weight.data(), weight_want.data(), inputs * outputs, tile.rows, "weight gradient");
        expect_close(bias.data(), bias_want.data(), outputs, tile.rows, "bias gradient");
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
    for (const bool bce : {true, false}) {
      double want = 0.0, size = 0.0;
      const float scale = 0.25f;
      const double got = (bce ? kernels::bce_loss : kernels::mse_loss)(kCount, z.data(), t.data(), w.data(),
                                                                       scale, dz.data());
      for (std::size_t r = 0; r < kCount; ++r) {
        const double zr = z.data()[r], tr = t.data()[r], wr = w.data()[r];
        const double value = bce ? reference::bce_value(zr, tr, wr) : reference::mse_value(zr, tr, wr);
        const double slope = bce ? reference::bce_slope(zr, tr, wr) : reference::mse_slope(zr, tr, wr);
        want += value, size += std::abs(value);
        // Highway's Exp and Log1p are good to a few units in the last place.
        ASSERT_TRUE(std::abs(dz.data()[r] - 0.25 * slope) <= 2e-6 * (1.0 + std::abs(slope))) << "row " << r;
      }
      EXPECT_TRUE(std::abs(got - want) <= 2e-6 * size) << got << " against " << want;
    }
  });
}

TEST(Kernels, AdamMatchesItsFormula) {
  for_each_target([] {
    constexpr std::size_t kCount = 53;
    const auto gradient = random_block(kCount, 12);
    AlignedFloats p = random_block(kCount, 13), m = random_block(kCount, 14), v(kCount);
    for (std::size_t i = 0; i < kCount; ++i) {
      v.data()[i] = 0.1f * static_cast<float>(i);
    }
    const AdamStep step{0.01f, 0.9f, 0.999f, 0.1f, 0.001f, 1e-7f, 3.0f};
    AlignedFloats got_p = random_block(kCount, 13), got_m = random_block(kCount, 14), got_v(kCount);
    std::copy(v.data(), v.data() + kCount, got_v.data());
    kernels::adam_update(kCount, step, gradient.data(), got_p.data(), got_m.data(), got_v.data());
    for (std::size_t i = 0; i < kCount; ++i) {
      const double g = gradient.data()[i];
      const double first = 0.9 * m.data()[i] + 0.1 * g;
      const double second = 0.999 * v.data()[i] + 0.001 * g * g;
      const double want = p.data()[i] - 0.01 * first / (std::sqrt(second) * 3.0 + 1e-7);
      ASSERT_TRUE(std::abs(got_p.data()[i] - want) <= 1e-5) << i;
      ASSERT_TRUE(std::abs(got_m.data()[i] - first) <= 1e-6) << i;
      ASSERT_TRUE(std::abs(got_v.data()[i] - second) <= 1e-5) << i;
    }
  });
}

}  // namespace
}  // namespace trueup
