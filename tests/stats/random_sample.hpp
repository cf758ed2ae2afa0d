// Random weighted samples for tests: with ties when asked, with negative weights when asked.
#pragma once

#include <cmath>
#include <vector>

#include <trueup/random.hpp>

namespace trueup::test {

struct Sample {
  std::vector<float> values;
  std::vector<float> weights;
};

/// `grid` > 0 rounds values to multiples of it, which makes ties; `negative` is the share of negative weights.
inline Sample random_sample(std::size_t n, double shift, double grid, double negative, std::uint64_t seed) {
  RandomStream stream(seed, "test sample");
  Sample sample;
  for (std::size_t i = 0; i < n; ++i) {
    double value = stream.normal() + shift;
    if (grid > 0.0) value = grid * std::round(value / grid);
    sample.values.push_back(static_cast<float>(value));
    const double weight = stream.uniform(0.2, 2.0);
    sample.weights.push_back(static_cast<float>(stream.uniform() < negative ? -weight : weight));
  }
  return sample;
}

}  // namespace trueup::test
