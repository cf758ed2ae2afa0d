// The kernels over parameter blocks in Highway, compiled once for each instruction set and chosen at run time.
#include "nn/kernels/optimiser_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels/optimiser_kernels.cpp"
#include <hwy/foreach_target.h>  // NOLINT: includes this file again for each target
//
#include <hwy/highway.h>
//
#include "nn/kernels/optimiser-inl.hpp"

#if HWY_ONCE
namespace trueup::kernels {

HWY_EXPORT(adamw_update_kernel);
HWY_EXPORT(squared_norm_kernel);
HWY_EXPORT(move_towards_kernel);

void adamw_update(std::size_t n, const AdamWStep& step, const float* gradient, float* parameters,
                  float* first_moment, float* second_moment) {
  HWY_DYNAMIC_DISPATCH(adamw_update_kernel)(n, step, gradient, parameters, first_moment, second_moment);
}

double squared_norm(std::size_t n, const float* x) {
  return HWY_DYNAMIC_DISPATCH(squared_norm_kernel)(n, x);
}

void move_towards(std::size_t n, float rate, const float* x, float* average) {
  HWY_DYNAMIC_DISPATCH(move_towards_kernel)(n, rate, x, average);
}

}  // namespace trueup::kernels
#endif  // HWY_ONCE
