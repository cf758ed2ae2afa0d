// What the trainer's tests train on.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

namespace trueup::testing_support {

/// Label 1: N(1,1), label 0: N(0,1); the best logit is x − 1/2.
inline TrainingRows shifted_gaussians(std::size_t rows, std::uint64_t index) {
  TrainingRows result(rows, 1);
  RandomStream stream(5, "trainer test", index);
  for (std::size_t r = 0; r < rows; ++r) {
    const float label = static_cast<float>(r % 2);
    result.inputs(r)[0] = static_cast<float>(stream.normal()) + label;
    result.target(r) = label;
  }
  return result;
}

inline Network fresh_network(std::vector<std::size_t> hidden = {32, 32}) {
  Network network(NetworkSpec{1, std::move(hidden), 1, Activation::relu});
  RandomStream stream(6, "trainer test start");
  network.initialise(stream);
  return network;
}

inline std::vector<float> parameters_of(const Network& network) {
  return {network.parameters().begin(), network.parameters().end()};
}

}  // namespace trueup::testing_support
