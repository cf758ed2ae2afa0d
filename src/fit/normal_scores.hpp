// Columns by their ranks: each value becomes the number at which a standard normal has as many events below.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <trueup/two_sample.hpp>

namespace trueup {

/// What a regression takes in the place of standardised columns: a narrow peak within long tails, as masses have, fills the range in
/// which a network looks. Linear between some 70 quantiles, and the ends beyond; of a Gaussian column it is standardising.
class NormalScores {
 public:
  /// From the rows named. Events count by the size of their weight.
  NormalScores(const FeatureMatrix& values, std::span<const float> weights,
               std::span<const std::uint32_t> rows);

  /// The value x of column f.
  float operator()(std::size_t f, float x) const;
  /// All values.
  void transform(FeatureMatrix& values) const;

 private:
  struct Knots {
    std::vector<float> values;
    std::vector<float> scores;
  };
  std::vector<Knots> columns_;
};

}  // namespace trueup
