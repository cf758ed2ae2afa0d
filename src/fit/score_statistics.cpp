// Learning t and φ.
#include "fit/score_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <core/side_by_side.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "fit/score_moments.hpp"

namespace trueup {

namespace {

constexpr double kDifference = 0.25;     // of what one event tells
constexpr double kValidation = 0.2;      // of a fold's other events
constexpr std::size_t kLeastSteps = 50;  // of an epoch: with few events batches are smaller than asked for
constexpr std::size_t kLeastBatch = 50;
constexpr std::size_t kInformation = 50'000;  // events that tell what one event tells

SquareMatrix information_at(const ScoreSamples& samples, const MeanRatio& ratio,
                            const std::vector<double>& theta, ThreadPool& pool) {
  const std::size_t rows = std::min(kInformation, samples.generator.rows());
  auto found = ratio.ratios_with_score(samples.generator.slice(0, rows), theta, pool);
  for (std::size_t i = 0; i < rows; ++i) found.weights[i] *= std::fabs(samples.simulation_weights[i]);
  return score_covariance(found.weights, found.scores, theta.size());
}

}  // namespace

ExpansionPoint expand(const ScoreSamples& samples, const MeanRatio& ratio, std::vector<double> theta,
                      ThreadPool& pool) {
  const std::size_t N = samples.generator.rows(), P = theta.size();
  const auto& parameters = ratio.model().parameters;
  ExpansionPoint point{std::move(theta), {}, {P, std::vector<float>(N * P)}, SquareMatrix(P)};
  point.weights = ratio.ratios(samples.generator, point.theta, pool);
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
      const double log_ratio = std::log(static_cast<double>(high[i]) / static_cast<double>(low[i]));
      point.scores.values[i * P + p] = static_cast<float>(log_ratio / width);
    }
  }
  return point;
}

namespace {

std::vector<std::uint32_t> folds_of(std::size_t rows, std::size_t folds, std::uint64_t seed) {
  RandomStream stream(seed, "score folds");
  const std::vector<std::uint32_t> order = random_permutation(rows, stream);
  std::vector<std::uint32_t> fold(rows);
  for (std::size_t i = 0; i < rows; ++i) fold[order[i]] = static_cast<std::uint32_t>(i * folds / rows);
  return fold;
}

/// The events outside of fold k, in random order, cut in two.
RegressionRows rows_outside(const std::vector<std::uint32_t>& fold, std::size_t k, std::uint64_t seed) {
  std::vector<std::uint32_t> others;
  for (std::size_t i = 0; i < fold.size(); ++i) {
    if (fold[i] != k) others.push_back(static_cast<std::uint32_t>(i));
  }
  RandomStream stream(seed, "score validation", k);
  const std::vector<std::uint32_t> order = random_permutation(others.size(), stream);
  RegressionRows rows;
  const auto validation = static_cast<std::size_t>(kValidation * static_cast<double>(others.size()));
  for (std::size_t i = 0; i < order.size(); ++i) {
    (i < validation ? rows.validation : rows.training).push_back(others[order[i]]);
  }
  return rows;
}

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
  std::vector<ConditionalMean> phi;  // one, or none
  TrainRecord record;
};

FeatureMatrix chosen_rows(const FeatureMatrix& matrix, const std::vector<std::uint32_t>& fold,
                          std::size_t k) {
  FeatureMatrix chosen{matrix.features, {}};
  for (std::size_t i = 0; i < fold.size(); ++i) {
    if (fold[i] == k) chosen.values.insert(chosen.values.end(), matrix.row(i).begin(), matrix.row(i).end());
  }
  return chosen;
}

RegressionOptions regression_options(const FitOptions& options, std::size_t events, std::uint64_t seed,
                                     std::size_t fold) {
  RegressionOptions regression{options.hidden, options.training};
  const std::size_t most = std::max(kLeastBatch, events / kLeastSteps);
  regression.training.batch_size = std::min(regression.training.batch_size, most);
  regression.training.seed = derive_seed(seed, "score regression", fold);
  return regression;
}

FoldOutputs learn_fold(const ScoreSamples& samples, const ExpansionPoint& expansion,
                       const std::vector<std::uint32_t>& fold, std::size_t k,
                       const RegressionOptions& options, ThreadPool& pool, Monitor& monitor) {
  const RegressionRows rows = rows_outside(fold, k, options.training.seed);
  const ConditionalMean t = ConditionalMean::learn(samples.simulation, expansion.scores, expansion.weights,
                                                   rows, options, pool, monitor);
  FoldOutputs outputs{t(samples.data, pool), {}, {}, t.record()};
  const FeatureMatrix values = joined(t(samples.simulation, pool), samples.checked_simulation);
  outputs.residuals = chosen_rows(values, fold, k);
  if (samples.features.features == 0) return outputs;
  outputs.phi.push_back(
      ConditionalMean::learn(samples.features, values, expansion.weights, rows, options, pool, monitor));
  const FeatureMatrix means = outputs.phi.front()(chosen_rows(samples.features, fold, k), pool);
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

ScoreStatistics learn_statistics(const ScoreSamples& samples, const ExpansionPoint& expansion,
                                 const FitOptions& options, std::uint64_t seed, ThreadPool& pool,
                                 Monitor& monitor) {
  const std::size_t K = options.folds, N = samples.simulation.rows();
  ScoreStatistics statistics;
  statistics.folds = K;
  statistics.fold = folds_of(N, K, seed);
  std::vector<FoldOutputs> outputs(K);
  run_tasks("score statistics", K, Turns::side_by_side, pool, monitor, [&](std::size_t k, Monitor& own) {
    outputs[k] = learn_fold(samples, expansion, statistics.fold, k,
                            regression_options(options, N * (K - 1) / K, seed, k), pool, own);
  });
  FeatureMatrix t;
  for (const FoldOutputs& one : outputs) add_scaled(t, one.data, 1.0f / static_cast<float>(K));
  statistics.data = joined(t, samples.checked_data);
  const std::size_t M = outputs.front().residuals.features;
  statistics.residuals = {M, std::vector<float>(N * M)};
  std::vector<std::size_t> next(K, 0);
  for (std::size_t i = 0; i < N; ++i) {
    const std::uint32_t k = statistics.fold[i];
    std::ranges::copy(outputs[k].residuals.row(next[k]++),
                      statistics.residuals.values.begin() + static_cast<std::ptrdiff_t>(i * M));
  }
  for (FoldOutputs& one : outputs) {
    statistics.trainings += 1 + one.phi.size();
    for (ConditionalMean& phi : one.phi) statistics.phi.push_back(std::move(phi));
  }
  statistics.record = std::move(outputs.front().record);
  return statistics;
}

}  // namespace trueup
