// Moments of the score over the weighted simulation.
#include "fit/score_moments.hpp"

namespace trueup {

SquareMatrix score_covariance(std::span<const float> weights, std::span<const float> scores,
                              std::size_t parameters) {
  SquareMatrix products(parameters);
  std::vector<double> means(parameters, 0.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto w = static_cast<double>(weights[i]);
    const float* s = scores.data() + i * parameters;
    sum += w;
    for (std::size_t p = 0; p < parameters; ++p) {
      const double ws = w * static_cast<double>(s[p]);
      means[p] += ws;
      for (std::size_t q = 0; q <= p; ++q) products(p, q) += ws * static_cast<double>(s[q]);
    }
  }
  for (std::size_t p = 0; p < parameters; ++p) {
    for (std::size_t q = 0; q <= p; ++q) {
      products(p, q) = products(p, q) / sum - means[p] / sum * means[q] / sum;
      products(q, p) = products(p, q);
    }
  }
  return products;
}

}  // namespace trueup
