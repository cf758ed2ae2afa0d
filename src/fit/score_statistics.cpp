// Learning t and φ.
#include "fit/score_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <core/side_by_side.hpp>
#include <trueup/error.hpp>

#include "fit/score_moments.hpp"

namespace trueup {

namespace {

constexpr double kDifference = 0.25;          // of what one event tells
constexpr std::size_t kInformation = 50'000;  // events that tell what one event tells

SquareMatrix information_at(const ScoreSamples& samples, const MeanRatio& ratio,
                            const std::vector<double>& theta, ThreadPool& pool) {
  // Every n-th event: a sorted table's first ones would not be like the others.
  const std::size_t every = (samples.generator.rows() + kInformation - 1) / kInformation;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < samples.generator.rows(); i += every) {
    rows.push_back(static_cast<std::uint32_t>(i));
  }
  auto found = ratio.ratios_with_score(samples.generator.select(rows), theta, pool);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.weights[i] *= std::fabs(samples.simulation_weights[rows[i]]);
  }
  return score_covariance(found.weights, found.scores, theta.size());
}

}  // namespace

ExpansionPoint expand(const ScoreSamples& samples, const MeanRatio& ratio, std::vector<double> theta,
                      ThreadPool& pool) {
  const std::size_t N = samples.generator.rows(), P = theta.size();
  const auto& parameters = ratio.model().parameters;
  ExpansionPoint point{std::move(theta), {}, {}, {P, std::vector<float>(N * P)}, SquareMatrix(P)};
  point.ratios = ratio.ratios(samples.generator, point.theta, pool);
  point.weights = point.ratios;
  for (std::size_t i = 0; i < N; ++i) point.weights[i] *= samples.simulation_weights[i];
  point.information = information_at(samples, ratio, point.theta, pool);
  for (std::size_t p = 0; p < P; ++p) {
    const double range = parameters[p].high - parameters[p].low;
    const double step = std::min(0.25 * range, kDifference / std::sqrt(point.information(p, p)));
    std::vector<double> below = point.theta, above = point.theta;
    below[p] = std::max(parameters[p].low, below[p] - step);
    above[p] = std::min(parameters[p].high, above[p] + step);
    const std::vector<float> high = ratio.ratios(samples.generator, above, pool);
    const std::vector<float> low = ratio.ratios(samples.generator, below, pool);
    const double width = above[p] - below[p];
    for (std::size_t i = 0; i < N; ++i) {
      // A ratio that is too small for a float weighs nothing: any finite score will do.
      const double smallest = std::numeric_limits<float>::min();
      const double log_ratio = std::log(std::max(static_cast<double>(high[i]), smallest) /
                                        std::max(static_cast<double>(low[i]), smallest));
      point.scores.values[i * P + p] = static_cast<float>(log_ratio / width);
    }
  }
  return point;
}

namespace {

/// Columns of a, then those of b.
FeatureMatrix joined(const FeatureMatrix& a, const FeatureMatrix& b) {
  if (b.features == 0) return a;
  FeatureMatrix both{a.features + b.features, {}};
  both.values.reserve(a.values.size() + b.values.size());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    both.values.insert(both.values.end(), a.row(i).begin(), a.row(i).end());
    both.values.insert(both.values.end(), b.row(i).begin(), b.row(i).end());
  }
  return both;
}

/// What one fold's networks say of all events.
struct FoldOutputs {
  FeatureMatrix data;                // t_k
  FeatureMatrix residuals;           // of the fold's own events, in their order
  FeatureMatrix background;          // the same of the background
  std::vector<ConditionalMean> phi;  // one, or none
  TrainRecord record;                // of t
  std::size_t trainings = 0;         // of t
};

FoldOutputs complete_fold(const ScoreSamples& samples, std::span<const float> weights,
                          const StatisticFolds& folds, std::size_t k, FoldStatistic t,
                          const RegressionOptions& options, ThreadPool& pool, Monitor& monitor) {
  FoldOutputs outputs{std::move(t.data), {}, {}, {}, std::move(t.record), t.trainings};
  const FeatureMatrix values = joined(t.simulation, samples.checked_simulation);
  outputs.residuals = folds.simulation.rows_in(k, values);
  outputs.background = folds.background.rows_in(k, joined(t.background, samples.checked_background));
  if (samples.features.features == 0) return outputs;
  const RegressionRows rows = folds.simulation.outside(k, options.training.seed);
  outputs.phi.push_back(
      ConditionalMean::learn(samples.features, values, weights, rows, options, pool, monitor));
  const FeatureMatrix means = outputs.phi.front()(folds.simulation.rows_in(k, samples.features), pool);
  for (std::size_t i = 0; i < means.values.size(); ++i) outputs.residuals.values[i] -= means.values[i];
  return outputs;
}

void add_scaled(FeatureMatrix& sum, const FeatureMatrix& part, float factor) {
  sum.features = part.features;
  sum.values.resize(part.values.size(), 0.0f);
  for (std::size_t i = 0; i < part.values.size(); ++i) sum.values[i] += factor * part.values[i];
}

}  // namespace

FeatureMatrix ScoreStatistics::phi_of(const FeatureMatrix& features, ThreadPool& pool) const {
  FeatureMatrix mean;
  for (const ConditionalMean& one : phi) {
    add_scaled(mean, one(features, pool), 1.0f / static_cast<float>(phi.size()));
  }
  return mean;
}

namespace {

/// Rows of the folds' own events, put back in the order of all events.
FeatureMatrix in_order(const Folds& folds, const std::vector<FoldOutputs>& outputs,
                       FeatureMatrix FoldOutputs::*part) {
  const std::size_t M = (outputs.front().*part).features;
  FeatureMatrix all{M, std::vector<float>(folds.of.size() * M)};
  std::vector<std::size_t> next(outputs.size(), 0);
  for (std::size_t i = 0; i < folds.of.size(); ++i) {
    const std::uint32_t k = folds.of[i];
    std::ranges::copy((outputs[k].*part).row(next[k]++),
                      all.values.begin() + static_cast<std::ptrdiff_t>(i * M));
  }
  return all;
}

}  // namespace

ScoreStatistics complete_statistics(const ScoreSamples& samples, std::span<const float> weights,
                                    const StatisticFolds& folds, const StatisticOfFold& statistic,
                                    const FitOptions& options, std::uint64_t seed, ThreadPool& pool,
                                    Monitor& monitor) {
  const std::size_t K = folds.simulation.number, N = samples.simulation.rows();
  ScoreStatistics statistics;
  statistics.phi_features = samples.feature_names;
  statistics.folds = folds.simulation;
  statistics.background_folds = folds.background;
  std::vector<FoldOutputs> outputs(K);
  run_tasks("score statistics", K, Turns::side_by_side, pool, monitor, [&](std::size_t k, Monitor& own) {
    const RegressionOptions regression =
        regression_options(options, N * (K - 1) / K, samples.simulation_weights, seed, k);
    outputs[k] =
        complete_fold(samples, weights, folds, k, statistic(k, regression, own), regression, pool, own);
  });
  FeatureMatrix t;
  for (const FoldOutputs& one : outputs) add_scaled(t, one.data, 1.0f / static_cast<float>(K));
  statistics.data = joined(t, samples.checked_data);
  statistics.residuals = in_order(folds.simulation, outputs, &FoldOutputs::residuals);
  if (samples.background.rows() > 0) {
    statistics.background = in_order(folds.background, outputs, &FoldOutputs::background);
  }
  for (FoldOutputs& one : outputs) {
    statistics.trainings += one.trainings + one.phi.size();
    for (ConditionalMean& phi : one.phi) statistics.phi.push_back(std::move(phi));
  }
  statistics.record = std::move(outputs.front().record);
  return statistics;
}

std::vector<float> scaled_background_weights(const ScoreSamples& samples, std::span<const float> signal) {
  std::vector<float> weights = samples.background_weights;
  if (weights.empty()) return weights;
  const double own = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double other = std::accumulate(signal.begin(), signal.end(), 0.0);
  if (!(own > 0.0 && other > 0.0)) {
    throw DataError(
        fmt::format("event weights sum to {} in the background and to {} in the simulation; both "
                    "sums must be positive",
                    own, other));
  }
  const double odds = samples.background_share / (1.0 - samples.background_share);
  for (float& w : weights) w *= static_cast<float>(odds * other / own);
  return weights;
}

namespace {

void append_rows(FeatureMatrix& matrix, const FeatureMatrix& more) {
  matrix.values.insert(matrix.values.end(), more.values.begin(), more.values.end());
}

/// The weighted simulation with its scores, then the background with score 0.
struct Mixture {
  FeatureMatrix y;
  FeatureMatrix scores;
  std::vector<float> weights;

  Mixture(const ScoreSamples& samples, const ExpansionPoint& expansion)
      : y(samples.simulation), scores(expansion.scores), weights(expansion.weights) {
    append_rows(y, samples.background);
    scores.values.resize(y.rows() * scores.features, 0.0f);
    const std::vector<float> background = scaled_background_weights(samples, expansion.weights);
    weights.insert(weights.end(), background.begin(), background.end());
  }
};

void append_shifted(std::vector<std::uint32_t>& rows, const std::vector<std::uint32_t>& more,
                    std::size_t by) {
  for (const std::uint32_t row : more) rows.push_back(row + static_cast<std::uint32_t>(by));
}

}  // namespace

RegressionRows StatisticFolds::outside(std::size_t k, std::uint64_t seed) const {
  RegressionRows rows = simulation.outside(k, seed);
  const RegressionRows more = background.outside(k, seed);
  append_shifted(rows.training, more.training, simulation.of.size());
  append_shifted(rows.validation, more.validation, simulation.of.size());
  return rows;
}

ScoreStatistics learn_statistics(const ScoreSamples& samples, const ExpansionPoint& expansion,
                                 const FitOptions& options, std::uint64_t seed, ThreadPool& pool,
                                 Monitor& monitor) {
  const StatisticFolds folds(samples, options.folds, seed);
  const Mixture mixture(samples, expansion);
  const auto regression = [&](std::size_t k, const RegressionOptions& with, Monitor& own) {
    const ConditionalMean t = ConditionalMean::learn(mixture.y, mixture.scores, mixture.weights,
                                                     folds.outside(k, with.training.seed), with, pool, own);
    return FoldStatistic{t(samples.data, pool), t(samples.simulation, pool), t(samples.background, pool),
                         t.record(), 1};
  };
  return complete_statistics(samples, expansion.weights, folds, regression, options, seed, pool, monitor);
}

}  // namespace trueup
