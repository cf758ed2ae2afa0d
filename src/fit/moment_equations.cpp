// Moments of a score fit, their root and their covariances.
#include "fit/moment_equations.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "fit/newton.hpp"

namespace trueup {

namespace {

constexpr int kMostSteps = 30;
constexpr double kTolerance = 1e-5;  // of a parameter's range, below a tenth of any error met

/// Means of the columns with weights that sum to 1.
std::vector<double> means(const FeatureMatrix& values, std::span<const double> weights) {
  std::vector<double> mean(values.features, 0.0);
  for (std::size_t i = 0; i < values.rows(); ++i) {
    for (std::size_t m = 0; m < mean.size(); ++m)
      mean[m] += weights[i] * static_cast<double>(values.row(i)[m]);
  }
  return mean;
}

std::vector<double> normalised(std::span<const float> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> shares;
  for (const float w : weights) shares.push_back(static_cast<double>(w) / sum);
  return shares;
}

/// Adds a² (v − centre)(v − centre)ᵀ.
void add_product(std::span<const float> v, const std::vector<double>& centre, double a, SquareMatrix& sum) {
  for (std::size_t m = 0; m < v.size(); ++m) {
    const double left = a * a * (static_cast<double>(v[m]) - centre[m]);
    for (std::size_t n = 0; n < v.size(); ++n) sum(m, n) += left * (static_cast<double>(v[n]) - centre[n]);
  }
}

}  // namespace

namespace {

/// Weights over their sum in the event's fold, over the number of folds.
std::vector<double> shares_in_folds(const Folds& folds, const std::vector<double>& weights,
                                    const char* what) {
  std::vector<double> sums(folds.number, 0.0), shares = weights;
  for (std::size_t i = 0; i < weights.size(); ++i) sums[folds.of[i]] += weights[i];
  for (const double sum : sums) {
    if (!(sum > 0.0)) {
      throw DataError(
          fmt::format("{}: weights of a part of the events sum to 0 or less; use more events", what));
    }
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i] /= sums[folds.of[i]] * static_cast<double>(folds.number);
  }
  return shares;
}

/// Mean of each fold's own events (folds, M).
std::vector<std::vector<double>> fold_means(const Folds& folds, const std::vector<double>& shares,
                                            const FeatureMatrix& values) {
  std::vector<std::vector<double>> means(folds.number, std::vector<double>(values.features, 0.0));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    for (std::size_t m = 0; m < values.features; ++m) {
      means[folds.of[i]][m] +=
          static_cast<double>(folds.number) * shares[i] * static_cast<double>(values.row(i)[m]);
    }
  }
  return means;
}

/// Covariance of a mean over folds, each event against the mean of its own.
SquareMatrix covariance_in_folds(const Folds& folds, const std::vector<double>& shares,
                                 const FeatureMatrix& values) {
  const auto centre = fold_means(folds, shares, values);
  SquareMatrix sum(values.features);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    add_product(values.row(i), centre[folds.of[i]], shares[i], sum);
  }
  return sum;
}

void scale_values(std::vector<double>& values, double factor) {
  for (double& v : values) v *= factor;
}

}  // namespace

MomentEquations::MomentEquations(const ScoreSamples& samples, const ScoreStatistics& statistics,
                                 const GeneratorMean* generator)
    : samples_(samples),
      statistics_(statistics),
      generator_(generator),
      data_mean_(means(statistics.data, normalised(samples.data_weights))),
      background_mean_(data_mean_.size(), 0.0) {
  if (samples.background.rows() == 0) return;
  const std::vector<double> weights(samples.background_weights.begin(), samples.background_weights.end());
  background_shares_ = shares_in_folds(statistics.background_folds, weights, "background");
  background_mean_ = means(statistics.background, background_shares_);
}

std::vector<double> MomentEquations::shares(std::vector<float> ratios) const {
  std::vector<double> weights(ratios.size());
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    weights[i] = static_cast<double>(ratios[i]) * static_cast<double>(samples_.simulation_weights[i]);
  }
  return shares_in_folds(statistics_.folds, weights, "simulation");
}

MomentValues MomentEquations::at(const MeanRatio& ratio, std::span<const double> theta,
                                 ThreadPool& pool) const {
  const double f = samples_.background_share;
  MomentValues values = signal_at(ratio, theta, pool);
  for (std::size_t m = 0; m < data_mean_.size(); ++m) {
    values.value[m] = data_mean_[m] - f * background_mean_[m] - (1.0 - f) * values.value[m];
  }
  scale_values(values.slope, -(1.0 - f));
  return values;
}

// The slope of E0[w̄ (t − φ)], Cov_w(t − φ, ∂ log w/∂θ), is small only where φ is near E[t | x]. Without it the errors would be
// wrong for a φ that knows little, because it is trained badly or sees few columns.
MomentValues MomentEquations::signal_at(const MeanRatio& ratio, std::span<const double> theta,
                                        ThreadPool& pool) const {
  MomentValues values = residual_mean(ratio, theta, pool);
  if (generator_ == nullptr) return values;
  const MomentValues generated = generator_->at(ratio, theta, pool);
  for (std::size_t m = 0; m < values.value.size(); ++m) values.value[m] += generated.value[m];
  for (std::size_t i = 0; i < values.slope.size(); ++i) values.slope[i] += generated.slope[i];
  return values;
}

MomentValues MomentEquations::residual_mean(const MeanRatio& ratio, std::span<const double> theta,
                                            ThreadPool& pool) const {
  const std::size_t M = data_mean_.size(), P = theta.size();
  Reweighter::WeightsWithScore found = ratio.ratios_with_score(samples_.generator, theta, pool);
  const std::vector<double> share = shares(std::move(found.weights));
  MomentValues values{means(statistics_.residuals, share), std::vector<double>(M * P, 0.0)};
  for (std::size_t i = 0; i < share.size(); ++i) {
    const auto d = statistics_.residuals.row(i);
    for (std::size_t m = 0; m < M; ++m) {
      const double part = share[i] * (static_cast<double>(d[m]) - values.value[m]);
      for (std::size_t p = 0; p < P; ++p) {
        values.slope[m * P + p] += part * static_cast<double>(found.scores[i * P + p]);
      }
    }
  }
  return values;
}

MomentEquations::Root MomentEquations::solve(const MeanRatio& ratio, const std::vector<double>& start,
                                             ThreadPool& pool) const {
  const std::size_t P = start.size();
  const auto& parameters = ratio.model().parameters;
  Root root{start, {}, {}, false};
  for (int step = 0; step < kMostSteps; ++step) {
    MomentValues values = at(ratio, root.theta, pool);
    SquareMatrix slope(P);
    std::copy_n(values.slope.begin(), P * P, slope.values.begin());
    root.slope = std::move(values.slope);
    root.rest = std::move(values.value);
    const auto inverted = inverse(slope);
    if (!inverted) return root;
    std::vector<double> next = *inverted * std::span(root.rest).first(P);
    for (std::size_t p = 0; p < P; ++p) {
      const double most = 0.1 * (parameters[p].high - parameters[p].low);
      next[p] = root.theta[p] - std::clamp(next[p], -most, most);
    }
    const std::vector<double> inside = clamped(parameters, next);
    double moved = 0.0;
    for (std::size_t p = 0; p < P; ++p) {
      const double range = parameters[p].high - parameters[p].low;
      moved = std::max(moved, std::fabs(inside[p] - root.theta[p]) / range);
    }
    root.theta = inside;
    root.found = inside == next && moved <= kTolerance;
    if (!(moved > kTolerance)) break;
  }
  return root;
}

SquareMatrix MomentEquations::background_covariance() const {
  const double f = samples_.background_share;
  SquareMatrix covariance =
      covariance_in_folds(statistics_.background_folds, background_shares_, statistics_.background);
  scale_values(covariance.values, f * f);
  return covariance;
}

ErrorShares MomentEquations::covariances(const MeanRatio& ratio, std::span<const double> theta,
                                         ThreadPool& pool) const {
  const std::size_t M = data_mean_.size();
  const double f = samples_.background_share, signal = (1.0 - f) * (1.0 - f);
  ErrorShares result(M);
  const std::vector<double> data = normalised(samples_.data_weights);
  for (std::size_t i = 0; i < data.size(); ++i) {
    add_product(statistics_.data.row(i), data_mean_, data[i], result.data);
  }
  result.simulation = covariance_in_folds(
      statistics_.folds, shares(ratio.ratios(samples_.generator, theta, pool)), statistics_.residuals);
  scale_values(result.simulation.values, signal);
  if (generator_ != nullptr) {
    result.generator = generator_->covariance();
    scale_values(result.generator.values, signal);
  }
  if (background_shares_.empty()) return result;
  result.background = background_covariance();
  // ∂S/∂f = mean over the signal − mean over the background.
  const MomentValues mean = signal_at(ratio, theta, pool);
  const double error = samples_.background_share_error;
  for (std::size_t a = 0; a < M; ++a) {
    for (std::size_t b = 0; b < M; ++b) {
      result.background_share(a, b) =
          error * error * (mean.value[a] - background_mean_[a]) * (mean.value[b] - background_mean_[b]);
    }
  }
  return result;
}

namespace {

/// −A⁻¹ factor (v − centre), of the first P quantities.
void add_influence(std::span<const float> v, const std::vector<double>& centre, double factor,
                   const SquareMatrix& inverted, std::vector<float>& influences) {
  std::vector<double> away(inverted.size);
  for (std::size_t p = 0; p < away.size(); ++p) away[p] = static_cast<double>(v[p]) - centre[p];
  for (const double d : inverted* away) influences.push_back(static_cast<float>(-factor * d));
}

}  // namespace

MomentEquations::Influences MomentEquations::influences(const MeanRatio& ratio, std::span<const double> theta,
                                                        const SquareMatrix& inverted,
                                                        ThreadPool& pool) const {
  Influences result;
  const std::vector<double> data = normalised(samples_.data_weights);
  for (std::size_t i = 0; i < data.size(); ++i) {
    add_influence(statistics_.data.row(i), data_mean_, data[i], inverted, result.data);
  }
  const std::vector<double> share = shares(ratio.ratios(samples_.generator, theta, pool));
  const auto centre = fold_means(statistics_.folds, share, statistics_.residuals);
  const double signal = 1.0 - samples_.background_share;
  for (std::size_t i = 0; i < share.size(); ++i) {
    add_influence(statistics_.residuals.row(i), centre[statistics_.folds.of[i]], -signal * share[i], inverted,
                  result.simulation);
  }
  return result;
}

SquareMatrix transformed(const std::vector<double>& t, const SquareMatrix& v) {
  const std::size_t M = v.size, R = t.size() / M;
  SquareMatrix result(R);
  for (std::size_t a = 0; a < R; ++a) {
    const std::vector<double> left = v * std::span(t).subspan(a * M, M);
    for (std::size_t b = 0; b < R; ++b) {
      result(a, b) =
          std::inner_product(left.begin(), left.end(), t.begin() + static_cast<std::ptrdiff_t>(b * M), 0.0);
    }
  }
  return result;
}

}  // namespace trueup
