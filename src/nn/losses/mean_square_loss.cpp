// The mean squared error of a batch.
#include <trueup/mean_square_loss.hpp>

#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

double MeanSquareLoss::value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool&) {
  if (batch.rows == 0 || batch.targets.size() < batch.outputs.size()) {
    throw ConfigError(
        fmt::format("mean squared error: a batch of {} rows has {} outputs and {} targets in all", batch.rows,
                    batch.outputs.size(), batch.targets.size()));
  }
  const std::size_t O = batch.outputs.size() / batch.rows, T = batch.targets.size() / batch.rows;
  const double weights = std::accumulate(batch.weights.begin(), batch.weights.end(), 0.0);
  if (!(weights > 0.0)) {
    throw DataError(
        fmt::format("mean squared error: the weights of a batch of {} rows sum to {}; their sum must be "
                    "positive",
                    batch.rows, weights));
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < batch.outputs.size(); ++i) {
    const double difference =
        static_cast<double>(batch.outputs[i]) - static_cast<double>(batch.targets[i / O * T + i % O]);
    const double weighted = static_cast<double>(batch.weights[i / O]) * difference;
    sum += weighted * difference;
    if (!gradient.empty()) {
      gradient[i] = static_cast<float>(2.0 * weighted / weights);
    }
  }
  return sum / weights;
}

}  // namespace trueup
