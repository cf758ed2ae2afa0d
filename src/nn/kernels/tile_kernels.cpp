// The tile kernels in Highway, compiled once for each instruction set and chosen at run time.
#include "nn/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/tile_kernels.cpp"
#include <hwy/foreach_target.h>  // NOLINT: includes this file again for each target
//
#include <hwy/highway.h>
//
#include "nn/kernels/product-inl.hpp"
#include "nn/kernels/row_kernels-inl.hpp"
#include "nn/kernels/weight_gradient-inl.hpp"

#if HWY_ONCE
namespace trueup::kernels {

HWY_EXPORT(dense_forward_kernel);
HWY_EXPORT(dense_input_gradient_kernel);
HWY_EXPORT(transpose_kernel);
HWY_EXPORT(dense_weight_gradient_kernel);
HWY_EXPORT(bce_loss_kernel);
HWY_EXPORT(mse_loss_kernel);
HWY_EXPORT(adam_update_kernel);
HWY_EXPORT(accumulate_kernel);
HWY_EXPORT(target_name_kernel);

void dense_forward(const DenseView& layer, TileShape tile, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(dense_forward_kernel)(layer, tile, x, y);
}

void dense_input_gradient(const DenseView& layer, TileShape tile, const float* dy, const float* x,
                          Activation below, float* dx) {
  HWY_DYNAMIC_DISPATCH(dense_input_gradient_kernel)(layer, tile, dy, x, below, dx);
}

void transpose(TileShape tile, std::size_t columns, const float* x, float* x_rows, std::size_t row_stride) {
  HWY_DYNAMIC_DISPATCH(transpose_kernel)(tile, columns, x, x_rows, row_stride);
}

void dense_weight_gradient(const DenseView& layer, TileShape tile, const float* dy, const float* x,
                           const float* x_rows, std::size_t row_stride, float* dweight, float* dbias) {
  HWY_DYNAMIC_DISPATCH(dense_weight_gradient_kernel)(layer, tile, dy, x, x_rows, row_stride, dweight, dbias);
}

double bce_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz) {
  return HWY_DYNAMIC_DISPATCH(bce_loss_kernel)(rows, z, t, w, scale, dz);
}

double mse_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz) {
  return HWY_DYNAMIC_DISPATCH(mse_loss_kernel)(rows, z, t, w, scale, dz);
}

void adam_update(std::size_t n, const AdamStep& step, const float* gradient, float* parameters,
                 float* first_moment, float* second_moment) {
  HWY_DYNAMIC_DISPATCH(adam_update_kernel)(n, step, gradient, parameters, first_moment, second_moment);
}

void accumulate(std::size_t n, const float* add, float* sum) {
  HWY_DYNAMIC_DISPATCH(accumulate_kernel)(n, add, sum);
}

const char* target_name() {
  return HWY_DYNAMIC_DISPATCH(target_name_kernel)();
}

}  // namespace trueup::kernels
#endif  // HWY_ONCE
