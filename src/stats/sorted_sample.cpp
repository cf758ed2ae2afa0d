// Radix sort of float values with their weights: a fit sorts scores hundreds of times.
#include <stats/sorted_sample.hpp>

#include <array>

namespace trueup::stats {
namespace {

// Three passes of 11 bits cover 32; a table of 2048 counters stays in the first-level cache.
constexpr int kPasses = 3;
constexpr int kBits = 11;
constexpr std::size_t kBuckets = std::size_t{1} << kBits;

using Counts = std::array<std::array<std::uint32_t, kBuckets>, kPasses>;

std::size_t digit(std::uint32_t key, int pass) {
  return (key >> (pass * kBits)) & (kBuckets - 1);
}

/// Stable: moves events to where their digit of this pass belongs.
void scatter(std::vector<KeyedWeight>& to, const std::vector<KeyedWeight>& from,
             const std::array<std::uint32_t, kBuckets>& counts, int pass) {
  std::array<std::uint32_t, kBuckets> position;
  std::uint32_t sum = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    position[bucket] = sum;
    sum += counts[bucket];
  }
  for (const KeyedWeight& event : from) to[position[digit(event.key, pass)]++] = event;
}

}  // namespace

std::vector<KeyedWeight> sorted_sample(const WeightedSample& sample) {
  const std::size_t N = sample.size();
  std::vector<KeyedWeight> events(N), other(N);
  Counts counts{};
  for (std::size_t i = 0; i < N; ++i) {
    const std::uint32_t key = ordered_key(sample.values[i]);
    events[i] = {key, sample.weights.empty() ? 1.0f : sample.weights[i]};
    for (int pass = 0; pass < kPasses; ++pass) ++counts[pass][digit(key, pass)];
  }
  for (int pass = 0; pass < kPasses; ++pass) {
    scatter(other, events, counts[pass], pass);
    std::swap(events, other);
  }
  return events;
}

}  // namespace trueup::stats
