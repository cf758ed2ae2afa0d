// Random streams keyed by (seed, purpose, index): the same numbers on every platform and for every thread count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace trueup {

/// One block of Philox 4x32-10 (Salmon et al., SC'11): a bijection of the counter, chosen by the key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// Counter-based generator, Philox 4x32-10, with our own transforms: the distributions of the standard library differ
/// between implementations.
class RandomStream {
 public:
  /// Streams of different (seed, purpose, index) are independent; `purpose` names the use ("shuffle", "init").
  /// Streams that differ in the index alone never overlap: each index has 2^64 blocks of its own.
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

  std::uint32_t next_u32();
  std::uint64_t next_u64();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high); low when both are equal.
  double uniform(double low, double high);
  /// Standard normal (Box-Muller; both values of a pair are used).
  double normal();
  /// Uniform in {0, …, n-1} without bias (Lemire's method). n = 0: ConfigError.
  std::uint64_t below(std::uint64_t n);
  /// Poisson with a small mean (inversion, time proportional to the mean); used for bootstrap weights. A mean that is
  /// negative or not finite: ConfigError.
  int poisson(double mean);

 private:
  void refill();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0.0;
};

/// A seed for a part of the work, derived from the run's seed: hash of (seed, purpose, index).
std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

/// The indices 0 … n-1 in random order (Fisher-Yates).
std::vector<std::uint32_t> random_permutation(std::size_t n, RandomStream& stream);

}  // namespace trueup
