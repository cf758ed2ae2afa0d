// Gaussian samples whose weights are known: x ~ N(mu, 1), nominal mu = 0, scanned mu uniform in [-1, 1].
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/table.hpp>

namespace trueup::testing_support {

inline Table gaussian_sample(RandomStream stream, std::size_t events, bool scanned) {
  std::vector<float> x, mu;
  for (std::size_t i = 0; i < events; ++i) {
    mu.push_back(scanned ? static_cast<float>(stream.uniform(-1.0, 1.0)) : 0.0f);
    x.push_back(static_cast<float>(stream.normal()) + mu.back());
  }
  Table table;
  table.add_column("x", std::move(x));
  if (scanned) table.add_column("mu", std::move(mu));
  return table;
}

}  // namespace trueup::testing_support
