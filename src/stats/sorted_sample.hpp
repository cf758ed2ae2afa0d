// A weighted sample in ascending order of its values: what AUC and distances between distributions walk along.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include <stats/weighted_sample.hpp>

namespace trueup::stats {

/// An event under a key whose order as an integer is the order of the values; equal values have equal keys.
struct KeyedWeight {
  std::uint32_t key;
  float weight;
};

/// Positive floats ascend as integers; negative ones descend, so their bits are flipped. -0 becomes +0: they are equal.
inline std::uint32_t ordered_key(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0f);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

inline float value_of_key(std::uint32_t key) {
  return std::bit_cast<float>((key & 0x80000000u) != 0 ? key & 0x7fffffffu : ~key);
}

/// Ascending; events of equal value keep their order, so that sums repeat bit by bit. No value may be NaN.
std::vector<KeyedWeight> sorted_sample(const WeightedSample& sample);

/// Weight of all events at one value.
struct Step {
  double weight = 0.0;
  std::size_t next = 0;  ///< of the first event with a larger value
};
inline Step step_at(const std::vector<KeyedWeight>& sorted, std::size_t i, std::uint32_t key) {
  Step step{0.0, i};
  while (step.next < sorted.size() && sorted[step.next].key == key) step.weight += sorted[step.next++].weight;
  return step;
}

}  // namespace trueup::stats
