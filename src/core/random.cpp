// Philox 4x32-10 and the transforms from its bits to uniform, normal and Poisson numbers.
#include <trueup/random.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include <trueup/error.hpp>

namespace trueup {
namespace {

__extension__ using Wide = unsigned __int128;

/// The finaliser of SplitMix64: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

/// FNV-1a over the letters of the purpose, mixed with the seed.
std::uint64_t hash_of(std::uint64_t seed, std::string_view purpose) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : purpose) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix(mix(seed + kGolden) ^ h);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = kMultiplier0 * counter[0];
    const std::uint64_t b = kMultiplier1 * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  const std::uint64_t key = hash_of(seed, purpose);
  key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  // The low half counts blocks; the high half is the index, so streams of one purpose cannot overlap.
  counter_ = {0, 0, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32)};
}

void RandomStream::refill() {
  block_ = philox4x32(counter_, key_);
  if (++counter_[0] == 0) ++counter_[1];
  used_ = 0;
}

std::uint32_t RandomStream::next_u32() {
  if (used_ == 4) refill();
  return block_[static_cast<std::size_t>(used_++)];
}

std::uint64_t RandomStream::next_u64() {
  const std::uint64_t low = next_u32();
  return low | (static_cast<std::uint64_t>(next_u32()) << 32);
}

double RandomStream::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1p-53;
}

double RandomStream::uniform(double low, double high) {
  const double x = low + (high - low) * uniform();
  // Rounding can reach the upper end.
  return x < high || !(low < high) ? x : std::nextafter(high, low);
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::uint64_t RandomStream::below(std::uint64_t n) {
  if (n == 0) throw ConfigError("random integer below 0 asked for: the number of choices must be positive");
  Wide product = static_cast<Wide>(next_u64()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(next_u64()) * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

int RandomStream::poisson(double mean) {
  if (!(mean >= 0.0) || !(mean < 1e8)) {
    throw ConfigError("mean of a Poisson number is negative, not finite or beyond 1e8");
  }
  // A sum of Poisson numbers is one: parts of at most 16 keep exp(-mean) far from underflow.
  int total = 0;
  while (mean > 0.0) {
    const double part = mean > 16.0 ? 16.0 : mean;
    mean -= part;
    double term = std::exp(-part);
    double rest = uniform() - term;
    int count = 0;
    while (rest >= 0.0 && term > std::numeric_limits<double>::min()) {
      ++count;
      term *= part / count;
      rest -= term;
    }
    total += count;
  }
  return total;
}

std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return mix(hash_of(seed, purpose) + kGolden * (index + 1));
}

std::vector<std::uint32_t> random_permutation(std::size_t n, RandomStream& stream) {
  if (n > std::numeric_limits<std::uint32_t>::max()) {
    throw DataError("more than 4294967295 rows cannot be put in random order; work on parts of the table");
  }
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[stream.below(i)]);
  return order;
}

}  // namespace trueup
