// Moments of a score fit, their root and their covariances.
#include "fit/moment_equations.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

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

MomentEquations::MomentEquations(const ScoreSamples& samples, const ScoreStatistics& statistics,
                                 const GeneratorMean* generator)
    : samples_(samples),
      statistics_(statistics),
      generator_(generator),
      data_mean_(means(statistics.data, normalised(samples.data_weights))) {}

std::vector<double> MomentEquations::shares(std::vector<float> ratios) const {
  std::vector<double> sums(statistics_.folds, 0.0), shares(ratios.size());
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    shares[i] = static_cast<double>(ratios[i]) * static_cast<double>(samples_.simulation_weights[i]);
    sums[statistics_.fold[i]] += shares[i];
  }
  for (const double sum : sums) {
    if (!(sum > 0.0))
      throw DataError("simulation: weights of a part of the events sum to 0 or less; use more events");
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i] /= sums[statistics_.fold[i]] * static_cast<double>(sums.size());
  }
  return shares;
}

MomentValues MomentEquations::at(const MeanRatio& ratio, std::span<const double> theta,
                                 ThreadPool& pool) const {
  if (generator_ == nullptr) return plain_at(ratio, theta, pool);
  const std::size_t M = data_mean_.size();
  const std::vector<double> mean =
      means(statistics_.residuals, shares(ratio.ratios(samples_.generator, theta, pool)));
  const MomentValues generated = generator_->at(ratio, theta, pool);
  MomentValues values{data_mean_, generated.slope};
  for (std::size_t m = 0; m < M; ++m) values.value[m] -= mean[m] + generated.value[m];
  // Cov_w(t − φ, s) is left out of the slope: given x the mean of t − φ is the error of φ, so it is of second order.
  for (double& slope : values.slope) slope = -slope;
  return values;
}

MomentValues MomentEquations::plain_at(const MeanRatio& ratio, std::span<const double> theta,
                                       ThreadPool& pool) const {
  const std::size_t M = data_mean_.size(), P = theta.size();
  Reweighter::WeightsWithScore found = ratio.ratios_with_score(samples_.generator, theta, pool);
  const std::vector<double> share = shares(std::move(found.weights));
  const std::vector<double> mean = means(statistics_.residuals, share);
  MomentValues values{data_mean_, std::vector<double>(M * P, 0.0)};
  for (std::size_t m = 0; m < M; ++m) values.value[m] -= mean[m];
  for (std::size_t i = 0; i < share.size(); ++i) {
    const auto d = statistics_.residuals.row(i);
    for (std::size_t m = 0; m < M; ++m) {
      const double part = share[i] * (static_cast<double>(d[m]) - mean[m]);
      for (std::size_t p = 0; p < P; ++p) {
        values.slope[m * P + p] -= part * static_cast<double>(found.scores[i * P + p]);
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
    root.found = inside == next;
    if (!(moved > kTolerance)) break;
  }
  return root;
}

SquareMatrix MomentEquations::Covariances::sum() const {
  SquareMatrix total = data;
  for (std::size_t j = 0; j < total.values.size(); ++j) {
    total.values[j] += simulation.values[j] + generator.values[j];
  }
  return total;
}

MomentEquations::Covariances MomentEquations::covariances(const MeanRatio& ratio,
                                                          std::span<const double> theta,
                                                          ThreadPool& pool) const {
  const std::size_t M = data_mean_.size(), K = statistics_.folds;
  Covariances result{SquareMatrix(M), SquareMatrix(M), SquareMatrix(M)};
  const std::vector<double> data = normalised(samples_.data_weights);
  for (std::size_t i = 0; i < data.size(); ++i) {
    add_product(statistics_.data.row(i), data_mean_, data[i], result.data);
  }
  const std::vector<double> share = shares(ratio.ratios(samples_.generator, theta, pool));
  std::vector<std::vector<double>> centre(K, std::vector<double>(M, 0.0));
  for (std::size_t i = 0; i < share.size(); ++i) {
    for (std::size_t m = 0; m < M; ++m) {
      centre[statistics_.fold[i]][m] +=
          static_cast<double>(K) * share[i] * static_cast<double>(statistics_.residuals.row(i)[m]);
    }
  }
  for (std::size_t i = 0; i < share.size(); ++i) {
    add_product(statistics_.residuals.row(i), centre[statistics_.fold[i]], share[i], result.simulation);
  }
  if (generator_ != nullptr) result.generator = generator_->covariance();
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
