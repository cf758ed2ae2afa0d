// What is done to a product's sums as they are stored: activation, skip connection, slope. Included once for each
// instruction set.
#if defined(TRUEUP_NN_EPILOGUE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TRUEUP_NN_EPILOGUE_INL
#undef TRUEUP_NN_EPILOGUE_INL
#else
#define TRUEUP_NN_EPILOGUE_INL
#endif

#include <hwy/highway.h>

#include "nn/kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace trueup::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, kRowMultiple>;
using Vec = hn::Vec<Tag>;

/// max(0, z), but NaN stays NaN.
struct FinishRelu {
  std::size_t stride;
  float* y;
  HWY_INLINE FinishRelu at(std::size_t o, std::size_t row) const { return {stride, y + o * stride + row}; }
  HWY_INLINE void operator()(int m, std::size_t row, Vec sum) const {
    const Tag d;
    hn::Store(hn::IfThenZeroElse(hn::Lt(sum, hn::Zero(d)), sum), d,
              y + static_cast<std::size_t>(m) * stride + row);
  }
};

/// max(z, slope·z) + skip
struct FinishForward {
  std::size_t stride;
  float* y;
  const float* skip;
  float slope;
  HWY_INLINE FinishForward at(std::size_t o, std::size_t row) const {
    const std::size_t offset = o * stride + row;
    return {stride, y + offset, skip == nullptr ? nullptr : skip + offset, slope};
  }
  HWY_INLINE void operator()(int m, std::size_t row, Vec sum) const {
    const Tag d;
    const std::size_t at = static_cast<std::size_t>(m) * stride + row;
    sum = hn::Max(hn::Mul(hn::Set(d, slope), sum), sum);
    if (skip != nullptr) {
      sum = hn::Add(sum, hn::Load(d, skip + at));
    }
    hn::Store(sum, d, y + at);
  }
};

/// (z + add) · (y > 0 ? 1 : slope)
struct FinishBackward {
  std::size_t stride;
  float* dx;
  const float* add;
  const float* y;
  float slope;
  HWY_INLINE FinishBackward at(std::size_t i, std::size_t row) const {
    const std::size_t offset = i * stride + row;
    return {stride, dx + offset, add == nullptr ? nullptr : add + offset, y == nullptr ? nullptr : y + offset,
            slope};
  }
  HWY_INLINE void operator()(int m, std::size_t row, Vec sum) const {
    const Tag d;
    const std::size_t at = static_cast<std::size_t>(m) * stride + row;
    if (add != nullptr) {
      sum = hn::Add(sum, hn::Load(d, add + at));
    }
    if (y != nullptr) {
      const auto above = hn::Gt(hn::Load(d, y + at), hn::Zero(d));
      sum = hn::IfThenElse(above, sum, hn::Mul(hn::Set(d, slope), sum));
    }
    hn::Store(sum, d, dx + at);
  }
};

}  // namespace trueup::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
