// Random streams keyed by (seed, purpose, index): the same numbers on every platform and for every thread count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace trueup {

/// Counter-based generator, Philox 4x32-10 (Salmon et al., SC'11), with our own transforms: the distributions of
/// the standard library differ between implementations.
class RandomStream {
 public:
  /// Streams of different (seed, purpose, index) are independent; `purpose` names the use ("shuffle", "init").
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

  std::uint32_t next_u32();
  std::uint64_t next_u64();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  double uniform(double low, double high);
  /// Standard normal (Box-Muller; both values of a pair are used).
  double normal();
  /// Uniform in {0, …, n-1} without bias (Lemire's method). n must be positive.
  std::uint64_t below(std::uint64_t n);
  /// Poisson with a small mean (inversion); used for bootstrap weights.
  int poisson(double mean);

 private:
  void refill();

  std::uint32_t key_[2];
  std::uint32_t counter_[4];
  std::uint32_t block_[4];
  int used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0.0;
};

/// A seed for a part of the work, derived from the run's seed: hash of (seed, purpose, index).
std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

/// The indices 0 … n-1 in random order (Fisher-Yates).
std::vector<std::uint32_t> random_permutation(std::size_t n, RandomStream& stream);

}  // namespace trueup
