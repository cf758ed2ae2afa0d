// The log likelihood and its gradient.
#include "fit/log_likelihood.hpp"

#include <cmath>
#include <numeric>

#include <trueup/error.hpp>
#include <trueup/stats.hpp>

namespace trueup {

namespace {

/// Weights of fold k's events over their sum, times `part`.
std::vector<double> shares_of(const Folds& folds, std::size_t k, std::span<const float> weights,
                              double part) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (folds.of[i] == k) shares.push_back(static_cast<double>(weights[i]));
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(sum > 0.0)) {
    throw DataError("weights of a part of the simulation sum to 0 or less; use more events");
  }
  for (double& share : shares) share *= part / sum;
  return shares;
}

}  // namespace

LogLikelihood::LogLikelihood(const ScoreSamples& samples, const ExpansionPoint& expansion,
                             const StatisticFolds& folds, const RatioEnsemble& ensemble, bool normalised,
                             ThreadPool& pool)
    : samples_(samples),
      ensemble_(ensemble),
      normalised_(normalised),
      pool_(pool),
      data_(ensemble.inputs(samples.data)),
      weight_(std::accumulate(samples.data_weights.begin(), samples.data_weights.end(), 0.0)),
      effective_(effective_sample_size(samples.data_weights)) {
  const double each = 1.0 / static_cast<double>(folds.simulation.number), f = samples.background_share;
  for (std::size_t k = 0; k < folds.simulation.number; ++k) {
    FeatureMatrix y = folds.simulation.rows_in(k, samples.simulation);
    shares_.push_back(shares_of(folds.simulation, k, expansion.weights, each * (1.0 - f)));
    if (samples.background.rows() > 0) {
      const FeatureMatrix more = folds.background.rows_in(k, samples.background);
      y.values.insert(y.values.end(), more.values.begin(), more.values.end());
      const auto shares = shares_of(folds.background, k, samples.background_weights, each * f);
      shares_.back().insert(shares_.back().end(), shares.begin(), shares.end());
    }
    simulation_.push_back(ensemble.inputs(y));
  }
}

LogLikelihoodValue LogLikelihood::at(std::span<const double> theta) {
  const std::size_t P = theta.size();
  LogLikelihoodValue result{0.0, std::vector<double>(P, 0.0)};
  const RatioValues found = ensemble_.of_all(data_, theta, pool_);
  for (std::size_t i = 0; i < found.log_ratio.size(); ++i) {
    const auto v = static_cast<double>(samples_.data_weights[i]);
    result.value += v * static_cast<double>(found.log_ratio[i]);
    for (std::size_t p = 0; p < P; ++p) {
      result.gradient[p] += v * static_cast<double>(found.score.values[i * P + p]);
    }
  }
  if (!normalised_) return result;
  const LogLikelihoodValue mean = mean_ratio(theta);
  result.value -= weight_ * std::log(mean.value);
  for (std::size_t p = 0; p < P; ++p) result.gradient[p] -= weight_ * mean.gradient[p] / mean.value;
  return result;
}

LogLikelihoodValue LogLikelihood::mean_ratio(std::span<const double> theta) {
  const std::size_t P = theta.size();
  LogLikelihoodValue result{0.0, std::vector<double>(P, 0.0)};
  for (std::size_t k = 0; k < simulation_.size(); ++k) {
    const RatioValues found = ensemble_.of_fold(k, simulation_[k], theta, pool_);
    for (std::size_t i = 0; i < found.log_ratio.size(); ++i) {
      const double r = shares_[k][i] * std::exp(static_cast<double>(found.log_ratio[i]));
      result.value += r;
      for (std::size_t p = 0; p < P; ++p) {
        result.gradient[p] += r * static_cast<double>(found.score.values[i * P + p]);
      }
    }
  }
  return result;
}

}  // namespace trueup
