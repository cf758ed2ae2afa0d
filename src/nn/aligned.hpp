// A block of numbers aligned to the cache line, as the kernels' aligned loads need it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace trueup {

template <class T>
class AlignedBlock {
 public:
  AlignedBlock() = default;
  /// Zeroed.
  explicit AlignedBlock(std::size_t size)
      : data_(static_cast<T*>(std::aligned_alloc(kAlignment, padded_bytes(size)))), size_(size) {
    if (!data_) {
      throw std::bad_alloc();
    }
    std::fill_n(data_.get(), size_, T());
  }

  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  void clear() noexcept { std::fill_n(data_.get(), size_, T()); }

 private:
  static constexpr std::size_t kAlignment = 64;
  static std::size_t padded_bytes(std::size_t size) {
    return (std::max<std::size_t>(size, 1) * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  }
  struct Free {
    void operator()(T* p) const noexcept { std::free(p); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

using AlignedFloats = AlignedBlock<float>;

}  // namespace trueup
