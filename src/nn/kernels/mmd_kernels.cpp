// The MMD kernels in Highway, compiled once for each instruction set and chosen at run time.
#include "nn/kernels/mmd_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/mmd_kernels.cpp"
#include <hwy/foreach_target.h>  // NOLINT: includes this file again for each target
//
#include <hwy/highway.h>
//
#include "nn/kernels/mmd_add-inl.hpp"
#include "nn/kernels/mmd_far-inl.hpp"
#include "nn/kernels/mmd_near-inl.hpp"
#include "nn/kernels/mmd_rows-inl.hpp"

#if HWY_ONCE
namespace trueup::kernels {

HWY_EXPORT(mmd_scale_kernel);
HWY_EXPORT(mmd_fill_kernel);
HWY_EXPORT(mmd_near_value_kernel);
HWY_EXPORT(mmd_near_gradient_kernel);
HWY_EXPORT(mmd_near_both_kernel);
HWY_EXPORT(mmd_sum_lanes_kernel);
HWY_EXPORT(mmd_far_value_kernel);
HWY_EXPORT(mmd_far_gradient_kernel);
HWY_EXPORT(mmd_add_near_kernel);
HWY_EXPORT(mmd_add_far_kernel);
HWY_EXPORT(mmd_weighted_sum_kernel);
HWY_EXPORT(mmd_exp2_kernel);

bool mmd_scale(const MmdScaledRows& rows, std::size_t count, const double* centre, const double* factor) {
  return HWY_DYNAMIC_DISPATCH(mmd_scale_kernel)(rows, count, centre, factor);
}

void mmd_fill(const MmdScaledRows& from, std::size_t rows, const std::uint32_t* order, const float* weights,
              bool near, const MmdTileMemory& to) {
  HWY_DYNAMIC_DISPATCH(mmd_fill_kernel)(from, rows, order, weights, near, to);
}

void mmd_near_value(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums) {
  HWY_DYNAMIC_DISPATCH(mmd_near_value_kernel)(columns, i, j, sums);
}

void mmd_near_gradient(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums) {
  HWY_DYNAMIC_DISPATCH(mmd_near_gradient_kernel)(columns, i, j, sums);
}

void mmd_near_both(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums, float* lanes) {
  HWY_DYNAMIC_DISPATCH(mmd_near_both_kernel)(columns, i, j, sums, lanes);
}

void mmd_sum_lanes(std::size_t columns, std::size_t rows, const float* lanes, float* sums) {
  HWY_DYNAMIC_DISPATCH(mmd_sum_lanes_kernel)(columns, rows, lanes, sums);
}

void mmd_far_value(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums) {
  HWY_DYNAMIC_DISPATCH(mmd_far_value_kernel)(columns, i, j, sums);
}

void mmd_far_gradient(std::size_t columns, const MmdTile& i, const MmdTile& j, float* sums) {
  HWY_DYNAMIC_DISPATCH(mmd_far_gradient_kernel)(columns, i, j, sums);
}

void mmd_add_near(std::size_t columns, const MmdTile& j, const float* sums, double scale, double* value,
                  double* slope) {
  HWY_DYNAMIC_DISPATCH(mmd_add_near_kernel)(columns, j, sums, scale, value, slope);
}

void mmd_add_far(std::size_t columns, const MmdTile& j, const float* sums, double scale, double* value,
                 double* slope) {
  HWY_DYNAMIC_DISPATCH(mmd_add_far_kernel)(columns, j, sums, scale, value, slope);
}

double mmd_weighted_sum(std::size_t rows, const float* weight, const float* sums) {
  return HWY_DYNAMIC_DISPATCH(mmd_weighted_sum_kernel)(rows, weight, sums);
}

void mmd_exp2(std::size_t n, const float* t, float* k) {
  HWY_DYNAMIC_DISPATCH(mmd_exp2_kernel)(n, t, k);
}

}  // namespace trueup::kernels
#endif  // HWY_ONCE
