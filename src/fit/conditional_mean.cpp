// Learning and evaluating a conditional mean.
#include "fit/conditional_mean.hpp"

#include <algorithm>
#include <cmath>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {

namespace {

// Rows evaluated at once: bounds the copy of the scaled inputs.
constexpr std::size_t kChunk = std::size_t{1} << 19;

TrainingRows training_rows(const FeatureMatrix& inputs, const FeatureMatrix& targets,
                           std::span<const float> weights) {
  TrainingRows rows(inputs.rows(), inputs.features, targets.features);
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    std::ranges::copy(inputs.row(r), rows.inputs(r).begin());
    for (std::size_t t = 0; t < targets.features; ++t) rows.target(r, t) = targets.row(r)[t];
    rows.weight(r) = std::fabs(weights[r]);
  }
  return rows;
}

void require_weights(std::span<const std::uint32_t> rows, std::span<const float> weights) {
  if (std::ranges::any_of(rows, [&](std::uint32_t r) { return weights[r] != 0.0f; })) return;
  throw DataError(
      "method score: a part of the simulation has no events, or weights of 0 only; use more events");
}

void scale(FeatureMatrix& matrix, const std::vector<float>& shift, const std::vector<float>& factor) {
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    const std::size_t f = i % matrix.features;
    matrix.values[i] = (matrix.values[i] - shift[f]) * factor[f];
  }
}

}  // namespace

ConditionalMean ConditionalMean::learn(const FeatureMatrix& inputs, const FeatureMatrix& targets,
                                       std::span<const float> weights, const RegressionRows& rows,
                                       const RegressionOptions& options, ThreadPool& pool, Monitor& monitor) {
  require_weights(rows.training, weights);
  require_weights(rows.validation, weights);
  NetworkSpec spec;
  spec.inputs = inputs.features;
  spec.hidden = options.hidden;
  spec.outputs = targets.features;
  spec.activation = Activation::silu;
  ConditionalMean mean(Network(spec), NormalScores(inputs, weights, rows.training),
                       column_scaling(targets, weights, rows.training));
  FeatureMatrix scaled_inputs = inputs, scaled_targets = targets;
  mean.inputs_.transform(scaled_inputs);
  scale(scaled_targets, mean.targets_.shift, mean.targets_.scale);
  const TrainingRows table = training_rows(scaled_inputs, scaled_targets, weights);
  TrainOptions training = options.training;
  training.loss = RowLoss::mse;
  RandomStream start(training.seed, "regression start");
  mean.network_.initialise(start);
  mean.record_ = train(mean.network_, RowsView(table, rows.training), RowsView(table, rows.validation),
                       training, pool, monitor);
  return mean;
}

FeatureMatrix ConditionalMean::operator()(const FeatureMatrix& inputs, ThreadPool& pool) const {
  const std::size_t T = network_.outputs(), N = inputs.rows();
  FeatureMatrix outputs{T, std::vector<float>(N * T)};
  for (std::size_t begin = 0; begin < N; begin += kChunk) {
    const std::size_t rows = std::min(kChunk, N - begin);
    const auto first = inputs.values.begin() + static_cast<std::ptrdiff_t>(begin * inputs.features);
    FeatureMatrix chunk{inputs.features,
                        {first, first + static_cast<std::ptrdiff_t>(rows * inputs.features)}};
    inputs_.transform(chunk);
    evaluate(network_, chunk.values, std::span(outputs.values).subspan(begin * T, rows * T), pool);
  }
  for (std::size_t i = 0; i < outputs.values.size(); ++i) {
    outputs.values[i] = outputs.values[i] / targets_.scale[i % T] + targets_.shift[i % T];
  }
  return outputs;
}

}  // namespace trueup
