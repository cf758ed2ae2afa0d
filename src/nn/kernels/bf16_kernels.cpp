// The bf16 kernels in Highway, compiled once for each instruction set and chosen at run time.
#include "nn/kernels/bf16_kernels.hpp"

#include "nn/kernels/bf16_unit.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/bf16_kernels.cpp"
#include <hwy/foreach_target.h>  // NOLINT: includes this file again for each target
//
#include <hwy/highway.h>
//
#include "nn/kernels/bf16_pack-inl.hpp"
#include "nn/kernels/bf16_product-inl.hpp"

#if HWY_ONCE
namespace trueup::kernels {

HWY_EXPORT(bf16_pack_kernel);
HWY_EXPORT(bf16_row_sums_kernel);
HWY_EXPORT(bf16_forward_kernel);
HWY_EXPORT(bf16_input_gradient_kernel);
HWY_EXPORT(bf16_weight_gradient_kernel);
HWY_EXPORT(bf16_portable_product);

void bf16_pack(const Bf16Source& source, Bf16Side side, std::size_t first, std::size_t last, Bf16* packed) {
  HWY_DYNAMIC_DISPATCH(bf16_pack_kernel)(source, side, first, last, packed);
}

void bf16_row_sums(TileShape tile, std::size_t columns, const float* x, float* sums) {
  HWY_DYNAMIC_DISPATCH(bf16_row_sums_kernel)(tile, columns, x, sums);
}

void bf16_forward(std::size_t inputs, std::size_t outputs, const Bf16* w, const float* bias, TileShape tile,
                  const Bf16* x, const ForwardEpilogue& epilogue, float* y) {
  const Bf16Session session;
  HWY_DYNAMIC_DISPATCH(bf16_forward_kernel)
  (session.product(), inputs, outputs, w, bias, tile, x, epilogue, y);
}

void bf16_input_gradient(std::size_t inputs, std::size_t outputs, const Bf16* w, TileShape tile,
                         const Bf16* dy, const BackwardEpilogue& epilogue, float* dx) {
  const Bf16Session session;
  HWY_DYNAMIC_DISPATCH(bf16_input_gradient_kernel)
  (session.product(), inputs, outputs, w, tile, dy, epilogue, dx);
}

void bf16_weight_gradient(std::size_t inputs, std::size_t outputs, TileShape tile, const Bf16* dy,
                          const Bf16* x, float* dweight) {
  const Bf16Session session;
  HWY_DYNAMIC_DISPATCH(bf16_weight_gradient_kernel)
  (session.product(), inputs, outputs, tile, dy, x, dweight);
}

Bf16BlockProduct portable_bf16_product() {
  return [](const Bf16* a, const Bf16* b, std::size_t depth_blocks, float* c) {
    HWY_DYNAMIC_DISPATCH(bf16_portable_product)(a, b, depth_blocks, c);
  };
}

}  // namespace trueup::kernels
#endif  // HWY_ONCE
