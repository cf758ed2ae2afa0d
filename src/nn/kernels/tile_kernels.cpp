// The tile kernels in Highway, compiled once for each instruction set and chosen at run time.
#include "nn/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/tile_kernels.cpp"
#include <hwy/foreach_target.h>  // NOLINT: includes this file again for each target
//
#include <hwy/highway.h>
//
#include "nn/kernels/activation-inl.hpp"
#include "nn/kernels/dense_row-inl.hpp"
#include "nn/kernels/gather-inl.hpp"
#include "nn/kernels/groups-inl.hpp"
#include "nn/kernels/product-inl.hpp"
#include "nn/kernels/row_kernels-inl.hpp"
#include "nn/kernels/transpose-inl.hpp"
#include "nn/kernels/weight_gradient-inl.hpp"

#if HWY_ONCE
namespace trueup::kernels {

HWY_EXPORT(dense_forward_kernel);
HWY_EXPORT(pack_weights_kernel);
HWY_EXPORT(dense_input_gradient_kernel);
HWY_EXPORT(dense_weight_gradient_kernel);
HWY_EXPORT(activate_kernel);
HWY_EXPORT(drop_kernel);
HWY_EXPORT(multiply_kernel);
HWY_EXPORT(sum_groups_kernel);
HWY_EXPORT(spread_groups_kernel);
HWY_EXPORT(dense_row_kernel);
HWY_EXPORT(dense_row_half_kernel);
HWY_EXPORT(to_half_kernel);
HWY_EXPORT(bce_loss_kernel);
HWY_EXPORT(mse_loss_kernel);
HWY_EXPORT(huber_loss_kernel);
HWY_EXPORT(gather_rows_kernel);
HWY_EXPORT(sum_kernel);
HWY_EXPORT(accumulate_kernel);
HWY_EXPORT(target_name_kernel);

void dense_forward(const DenseView& layer, TileShape tile, const float* x, const ForwardEpilogue& epilogue,
                   float* y) {
  HWY_DYNAMIC_DISPATCH(dense_forward_kernel)(layer, tile, x, epilogue, y);
}

void pack_weights(const WeightSource& source, std::size_t first, std::size_t last, float* packed) {
  HWY_DYNAMIC_DISPATCH(pack_weights_kernel)(source, first, last, packed);
}

void dense_input_gradient(const DenseView& layer, TileShape tile, const float* dy,
                          const BackwardEpilogue& epilogue, float* dx) {
  HWY_DYNAMIC_DISPATCH(dense_input_gradient_kernel)(layer, tile, dy, epilogue, dx);
}

void dense_weight_gradient(std::size_t inputs, std::size_t outputs, TileShape tile, const float* dy,
                           const float* x, float* scratch, float* dweight, float* dbias) {
  HWY_DYNAMIC_DISPATCH(dense_weight_gradient_kernel)
  (inputs, outputs, tile, dy, x, scratch, dweight, dbias);
}

void activate(Activation activation, TileShape tile, std::size_t columns, float* y, float* derivative) {
  HWY_DYNAMIC_DISPATCH(activate_kernel)(activation, tile, columns, y, derivative);
}

void drop(const DropoutMask& mask, TileShape tile, std::size_t columns, float* y, float* derivative) {
  HWY_DYNAMIC_DISPATCH(drop_kernel)(mask, tile, columns, y, derivative);
}

void multiply(TileShape tile, std::size_t columns, const float* factor, float* y) {
  HWY_DYNAMIC_DISPATCH(multiply_kernel)(tile, columns, factor, y);
}

void sum_groups(TileShape tile, std::size_t columns, const float* x, const std::uint32_t* begin,
                std::size_t groups, std::size_t sums_stride, float* sums) {
  HWY_DYNAMIC_DISPATCH(sum_groups_kernel)(tile, columns, x, begin, groups, sums_stride, sums);
}

void spread_groups(TileShape tile, std::size_t columns, const float* dsums, std::size_t sums_stride,
                   const std::uint32_t* begin, std::size_t groups, const float* y, float slope, float* dx) {
  HWY_DYNAMIC_DISPATCH(spread_groups_kernel)
  (tile, columns, dsums, sums_stride, begin, groups, y, slope, dx);
}

void dense_row(const float* w, const float* bias, std::size_t inputs, std::size_t outputs, const float* x,
               const ForwardEpilogue& epilogue, float* y) {
  HWY_DYNAMIC_DISPATCH(dense_row_kernel)(w, bias, inputs, outputs, x, epilogue, y);
}

void dense_row(const std::uint16_t* w, const float* bias, std::size_t inputs, std::size_t outputs,
               const float* x, const ForwardEpilogue& epilogue, float* y) {
  HWY_DYNAMIC_DISPATCH(dense_row_half_kernel)(w, bias, inputs, outputs, x, epilogue, y);
}

void to_half(std::size_t n, const float* from, std::uint16_t* to) {
  HWY_DYNAMIC_DISPATCH(to_half_kernel)(n, from, to);
}

double bce_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz) {
  return HWY_DYNAMIC_DISPATCH(bce_loss_kernel)(rows, z, t, w, scale, dz);
}

double mse_loss(std::size_t rows, const float* z, const float* t, const float* w, float scale, float* dz) {
  return HWY_DYNAMIC_DISPATCH(mse_loss_kernel)(rows, z, t, w, scale, dz);
}

double huber_loss(std::size_t rows, const float* z, const float* t, const float* w, float delta, float scale,
                  float* dz) {
  return HWY_DYNAMIC_DISPATCH(huber_loss_kernel)(rows, z, t, w, delta, scale, dz);
}

void gather_rows(const float* data, std::size_t stride, const std::uint32_t* indices, std::size_t count,
                 std::size_t ahead, float* const* to) {
  HWY_DYNAMIC_DISPATCH(gather_rows_kernel)(data, stride, indices, count, ahead, to);
}

double sum(std::size_t n, const float* x) {
  return HWY_DYNAMIC_DISPATCH(sum_kernel)(n, x);
}

void accumulate(std::size_t n, const float* add, float* sum) {
  HWY_DYNAMIC_DISPATCH(accumulate_kernel)(n, add, sum);
}

const char* target_name() {
  return HWY_DYNAMIC_DISPATCH(target_name_kernel)();
}

}  // namespace trueup::kernels
#endif  // HWY_ONCE
