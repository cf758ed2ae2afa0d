// NumPy arrays in and out.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace trueup::python {

namespace nb = nanobind;

/// (N) numbers of any type, with any stride.
using AnyArray = nb::ndarray<nb::ro, nb::ndim<1>, nb::device::cpu>;
/// (N) 32-bit floats side by side.
using FloatArray = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// A read-only view (N) of what `owner` holds and never changes.
inline nb::object view_of(std::span<const float> values, nb::handle owner) {
  return nb::ndarray<nb::numpy, const float, nb::ndim<1>>(values.data(), {values.size()}, owner).cast();
}

/// The values as an array of this shape, which owns them: nothing is copied.
template <class Value>
nb::object array_of(std::vector<Value> values, const std::vector<std::size_t>& shape) {
  auto kept = std::make_unique<std::vector<Value>>(std::move(values));
  Value* data = kept->data();
  const nb::capsule owner(kept.release(),
                          [](void* p) noexcept { delete static_cast<std::vector<Value>*>(p); });
  return nb::ndarray<nb::numpy, Value>(data, shape.size(), shape.data(), owner).cast();
}

template <class Value>
nb::object array_of(std::vector<Value> values) {
  const std::size_t rows = values.size();
  return array_of(std::move(values), {rows});
}

}  // namespace trueup::python
