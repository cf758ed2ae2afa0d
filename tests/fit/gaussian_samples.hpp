// Gaussians with detector noise, and weights learnt from them, for the tests of the fits.
#pragma once

#include <cstdint>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/random.hpp>

namespace trueup::testing_support {

/// x ~ N(mu, sigma²) at generator level, y = x + N(0, 0.5²) at detector level; mu and sigma uniform in their ranges.
struct GaussianRange {
  double low = 0.0;
  double high = 0.0;
  double sigma_low = 1.0;
  double sigma_high = 1.0;
};

inline double within(RandomStream& stream, double low, double high) {
  return low == high ? low : stream.uniform(low, high);
}

inline Table gaussian(std::size_t events, const GaussianRange& range, std::uint64_t index) {
  RandomStream stream(31, "fit test", index);
  std::vector<float> x, y, mu, sigma;
  for (std::size_t i = 0; i < events; ++i) {
    mu.push_back(static_cast<float>(within(stream, range.low, range.high)));
    sigma.push_back(static_cast<float>(within(stream, range.sigma_low, range.sigma_high)));
    x.push_back(static_cast<float>(stream.normal()) * sigma.back() + mu.back());
    y.push_back(x.back() + static_cast<float>(0.5 * stream.normal()));
  }
  Table table;
  table.add_column("x", std::move(x));
  table.add_column("y", std::move(y));
  table.add_column("mu", std::move(mu));
  table.add_column("sigma", std::move(sigma));
  return table;
}

inline Table gaussian(std::size_t events, double low, double high, std::uint64_t index) {
  return gaussian(events, GaussianRange{low, high}, index);
}

inline ReweightOptions weight_options() {
  ReweightOptions options;
  options.features = {"x"};
  options.parameters = {"mu"};
  options.nominal = {0.0};
  options.training.batch_size = 2000;
  options.training.max_epochs = 25;
  options.training.adam.learning_rate = 2e-3;
  return options;
}

}  // namespace trueup::testing_support
