// Activations with their derivatives, and dropout, over whole columns of a tile. Included once for each instruction set.
#if defined(TRUEUP_NN_ACTIVATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_ACTIVATION_INL
#undef TRUEUP_NN_ACTIVATION_INL
#else
#define TRUEUP_NN_ACTIVATION_INL
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "nn/kernels/kernels.hpp"
#include "nn/kernels/logistic-inl.hpp"
#include "nn/kernels/product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct ValueAndSlope {
  Vec value;
  Vec slope;
};

HWY_INLINE ValueAndSlope silu(Vec z) {
  const Tag d;
  const Vec s = sigmoid(z);
  const Vec value = hn::Mul(z, s);
  return {value, hn::MulAdd(value, hn::Sub(hn::Set(d, 1.0f), s), s)};
}

HWY_INLINE ValueAndSlope hyperbolic_tangent(Vec z) {
  const Tag d;
  const Vec value = hn::Tanh(d, z);
  return {value, hn::NegMulAdd(value, value, hn::Set(d, 1.0f))};
}

/// Calls body(pointer offset) for each vector of the columns.
template <class Body>
HWY_INLINE void for_each_vector(TileShape tile, std::size_t columns, const Body& body) {
  const std::size_t lanes = hn::Lanes(Tag());
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < tile.rows; r += lanes) {
      body(c * tile.stride + r);
    }
  }
}

template <class Function>
HWY_INLINE void apply_activation(TileShape tile, std::size_t columns, const Function& function,
                                 float* HWY_RESTRICT y, float* HWY_RESTRICT derivative) {
  const Tag d;
  for_each_vector(tile, columns, [&](std::size_t at) HWY_ATTR {
    const ValueAndSlope result = function(hn::Load(d, y + at));
    hn::Store(result.value, d, y + at);
    if (derivative != nullptr) {
      hn::Store(result.slope, d, derivative + at);
    }
  });
}

HWY_NOINLINE void activate_kernel(Activation activation, TileShape tile, std::size_t columns,
                                  float* HWY_RESTRICT y, float* HWY_RESTRICT derivative) {
  const Tag d;
  if (activation == Activation::silu) {
    apply_activation(
        tile, columns, [](Vec z) HWY_ATTR { return silu(z); }, y, derivative);
  } else if (activation == Activation::tanh) {
    apply_activation(
        tile, columns, [](Vec z) HWY_ATTR { return hyperbolic_tangent(z); }, y, derivative);
  } else {
    const Vec slope = hn::Set(d, piecewise_slope(activation));
    const auto function = [&](Vec z) HWY_ATTR {
      const Vec one = hn::Set(d, 1.0f);
      return ValueAndSlope{hn::Max(z, hn::Mul(slope, z)), hn::IfThenElse(hn::Gt(z, hn::Zero(d)), one, slope)};
    };
    apply_activation(tile, columns, function, y, derivative);
  }
}

/// 24 random bits for each lane: a counter through the finaliser of MurmurHash3 (public domain), keyed twice.
HWY_INLINE Vec hashed_uniform(hn::Vec<hn::RebindToUnsigned<Tag>> counter, std::uint64_t key) {
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  const hn::RebindToSigned<Tag> di;
  auto h = hn::Xor(counter, hn::Set(du, static_cast<std::uint32_t>(key)));
  h = hn::Mul(hn::Xor(h, hn::ShiftRight<16>(h)), hn::Set(du, 0x85ebca6bu));
  h = hn::Xor(h, hn::Set(du, static_cast<std::uint32_t>(key >> 32)));
  h = hn::Mul(hn::Xor(h, hn::ShiftRight<13>(h)), hn::Set(du, 0xc2b2ae35u));
  h = hn::Xor(h, hn::ShiftRight<16>(h));
  const auto bits = hn::BitCast(di, hn::ShiftRight<8>(h));
  return hn::Mul(hn::ConvertTo(d, bits), hn::Set(d, 1.0f / 16777216.0f));
}

HWY_NOINLINE void drop_kernel(const DropoutMask& mask, TileShape tile, std::size_t columns,
                              float* HWY_RESTRICT y, float* HWY_RESTRICT derivative) {
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  const Vec rate = hn::Set(d, mask.rate);
  const Vec kept = hn::Set(d, 1.0f / (1.0f - mask.rate));
  const auto first_row = static_cast<std::uint32_t>(mask.first_row);
  for (std::size_t c = 0; c < columns; ++c) {
    const auto column_key = mask.key + 0x9e3779b97f4a7c15u * (c + 1);
    for (std::size_t r = 0; r < tile.rows; r += hn::Lanes(d)) {
      const std::size_t at = c * tile.stride + r;
      const auto row = hn::Iota(du, first_row + static_cast<std::uint32_t>(r));
      const Vec factor = hn::IfThenElseZero(hn::Ge(hashed_uniform(row, column_key), rate), kept);
      hn::Store(hn::Mul(factor, hn::Load(d, y + at)), d, y + at);
      if (derivative != nullptr) {
        hn::Store(hn::Mul(factor, hn::Load(d, derivative + at)), d, derivative + at);
      }
    }
  }
}

HWY_NOINLINE void multiply_kernel(TileShape tile, std::size_t columns, const float* HWY_RESTRICT factor,
                                  float* HWY_RESTRICT y) {
  const Tag d;
  for_each_vector(tile, columns, [&](std::size_t at) HWY_ATTR {
    hn::Store(hn::Mul(hn::Load(d, y + at), hn::Load(d, factor + at)), d, y + at);
  });
}

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
