// Keys and sizes of a computed permutation.
#include <trueup/permutation.hpp>

#include <algorithm>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {

KeyedPermutation::KeyedPermutation(std::size_t n, std::uint64_t seed, std::string_view purpose,
                                   std::uint64_t index)
    : n_(n) {
  if (n == 0 || n - 1 > std::numeric_limits<std::uint32_t>::max()) {
    throw ConfigError(fmt::format("a permutation of {} elements; expected 1 to 2^32", n));
  }
  const int bits = std::max(2, static_cast<int>(std::bit_width(n - 1)));
  low_bits_ = bits / 2;
  low_mask_ = (1u << low_bits_) - 1;
  high_mask_ = static_cast<std::uint32_t>((std::uint64_t{1} << (bits - low_bits_)) - 1);
  RandomStream stream(seed, purpose, index);
  for (std::uint32_t& key : keys_) {
    key = stream.next_u32();
  }
}

}  // namespace trueup
