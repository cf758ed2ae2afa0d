// A block's numbers as bytes of this machine, and back: what the file of finished blocks holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <trueup/error.hpp>

namespace trueup::sim {

/// Writing. The same calls in the same order read it back.
class BytesOut {
 public:
  template <typename T>
  void values(std::span<T> numbers) {
    static_assert(std::is_arithmetic_v<T>);
    text_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes());
  }
  template <typename T>
  void list(std::vector<T>& numbers) {
    std::uint64_t size = numbers.size();
    values(std::span(&size, 1));
    values(std::span(numbers));
  }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Reading. DataError when there are fewer bytes than asked for.
class BytesIn {
 public:
  explicit BytesIn(std::string_view text) : text_(text) {}

  template <typename T>
  void values(std::span<T> numbers) {
    static_assert(std::is_arithmetic_v<T>);
    if (numbers.size_bytes() > text_.size()) throw DataError("a block is shorter than its numbers");
    if (!numbers.empty()) std::memcpy(numbers.data(), text_.data(), numbers.size_bytes());
    text_.remove_prefix(numbers.size_bytes());
  }
  template <typename T>
  void list(std::vector<T>& numbers) {
    std::uint64_t size = 0;
    values(std::span(&size, 1));
    if (size > text_.size() / sizeof(T)) throw DataError("a block is shorter than its numbers");
    numbers.resize(size);
    values(std::span(numbers));
  }
  bool empty() const noexcept { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace trueup::sim
