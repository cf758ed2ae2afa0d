// A random order that is computed, not stored: any element of it at once, by any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trueup {

/// A permutation of 0 … n − 1 keyed by (seed, purpose, index): a Feistel network over the next power of two, walked on
/// until it falls below n. Random enough to shuffle training rows; it is no cipher.
class KeyedPermutation {
 public:
  /// n at most 2³²; n = 0: ConfigError.
  KeyedPermutation(std::size_t n, std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

  std::size_t size() const noexcept { return n_; }
  /// Element i < size().
  std::uint32_t operator()(std::uint32_t i) const noexcept {
    do {
      i = once(i);
    } while (i >= n_);
    return i;
  }

 private:
  static constexpr int kRounds = 6;

  static std::uint32_t mix(std::uint32_t half, std::uint32_t key) noexcept {
    const std::uint32_t h = (half ^ key) * 0x9e3779b1u;
    return (h ^ (h >> 15)) * 0x85ebca77u >> 7;
  }
  std::uint32_t once(std::uint32_t i) const noexcept {
    std::uint32_t low = i & low_mask_, high = i >> low_bits_;
    for (int round = 0; round < kRounds; round += 2) {
      high ^= mix(low, keys_[static_cast<std::size_t>(round)]) & high_mask_;
      low ^= mix(high, keys_[static_cast<std::size_t>(round) + 1]) & low_mask_;
    }
    return high << low_bits_ | low;
  }

  std::size_t n_;
  int low_bits_;
  std::uint32_t low_mask_;
  std::uint32_t high_mask_;
  std::array<std::uint32_t, kRounds> keys_;
};

}  // namespace trueup
