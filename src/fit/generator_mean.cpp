// The local regression over generator-level events.
#include "fit/generator_mean.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "fit/events.hpp"

namespace trueup {

namespace {

constexpr double kFarthest = 6.0;       // of Δᵀ K Δ: beyond, an event counts less than 1/400
constexpr double kLeastEvents = 100.0;  // effective
// Of a parameter's range: over such a distance an error of w, which is as smooth as a network, is about linear in θ. It matters
// where one event tells less than the range, as a jet's multiplicity of αS.
constexpr double kReach = 0.2;
// Of events that are all at θ1, so many tell how the mean changes with θ: over a part of its error that is exact enough.
constexpr std::size_t kMostCarried = 50'000;

}  // namespace

struct GeneratorMean::Selected {
  std::vector<std::uint32_t> rows;
  std::vector<double> counts;     // kernel × event weight
  std::vector<double> distances;  // Lᵀ(θ_i − θ1), (rows, P), L Lᵀ the kernel's matrix
};

namespace {

/// The kernel is exp(−Δᵀ K Δ).
SquareMatrix kernel_matrix(SquareMatrix information, const std::vector<ModelParameter>& parameters) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const double reach = kReach * (parameters[p].high - parameters[p].low);
    information(p, p) += 1.0 / (reach * reach);
  }
  return information;
}

}  // namespace

GeneratorMean::Selected GeneratorMean::select_near(const Table& scanned, const SquareMatrix& information,
                                                   const std::vector<ModelParameter>& parameters) const {
  const std::size_t P = parameters.size();
  if (!cholesky(information))
    throw DataError("method score: the weights do not depend on every parameter at this θ");
  const auto factor = cholesky(kernel_matrix(information, parameters));
  std::vector<std::span<const float>> columns;
  for (const ModelParameter& p : parameters) columns.push_back(scanned.values(p.name));
  Selected selected;
  std::vector<double> delta(P), u(P);
  for (std::size_t i = 0; i < scanned.rows(); ++i) {
    for (std::size_t p = 0; p < P; ++p) delta[p] = static_cast<double>(columns[p][i]) - theta_[p];
    double square = 0.0;
    for (std::size_t p = 0; p < P; ++p) {
      u[p] = 0.0;
      for (std::size_t q = p; q < P; ++q) u[p] += (*factor)(q, p) * delta[q];
      square += u[p] * u[p];
    }
    if (!(square <= kFarthest)) continue;
    const double own = scanned.has_weights() ? static_cast<double>(scanned.weights()[i]) : 1.0;
    selected.rows.push_back(static_cast<std::uint32_t>(i));
    selected.counts.push_back(std::exp(-square) * own);
    selected.distances.insert(selected.distances.end(), u.begin(), u.end());
  }
  return selected;
}

namespace {

/// Local linear regression on distances (N, P) with counts: hat[i] is the part of event i in the value at distance 0. A
/// ridge of one event keeps it solvable when distances are all the same.
class LocalLinear {
 public:
  LocalLinear(const std::vector<double>& counts, const std::vector<double>& distances, std::size_t parameters)
      : counts_(counts), distances_(distances), P_(parameters), inverse_(parameters + 1) {
    SquareMatrix normal(P_ + 1);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      for (std::size_t a = 0; a <= P_; ++a) {
        for (std::size_t b = 0; b <= P_; ++b) normal(a, b) += counts[i] * design(i, a) * design(i, b);
      }
    }
    const double one = normal(0, 0) / static_cast<double>(counts.size());
    for (std::size_t a = 1; a <= P_; ++a) normal(a, a) += one;
    if (const auto inverted = inverse(normal)) inverse_ = *inverted;
  }

  double design(std::size_t i, std::size_t a) const { return a == 0 ? 1.0 : distances_[i * P_ + a - 1]; }

  std::vector<double> hat() const {
    std::vector<double> hat(counts_.size(), 0.0);
    for (std::size_t i = 0; i < hat.size(); ++i) {
      for (std::size_t a = 0; a <= P_; ++a) hat[i] += inverse_(0, a) * counts_[i] * design(i, a);
    }
    return hat;
  }

  /// Coefficients (P + 1) of a column of values.
  template <class Value>
  std::vector<double> coefficients(const Value& value) const {
    std::vector<double> right(P_ + 1, 0.0);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      for (std::size_t a = 0; a <= P_; ++a) right[a] += counts_[i] * design(i, a) * value(i);
    }
    return inverse_ * right;
  }

 private:
  const std::vector<double>& counts_;
  const std::vector<double>& distances_;
  std::size_t P_;
  SquareMatrix inverse_;
};

/// Σ hat² r rᵀ over residuals r (N, M).
SquareMatrix weighted_products(const std::vector<double>& hat, const FeatureMatrix& residuals) {
  const std::size_t M = residuals.features;
  SquareMatrix sum(M);
  for (std::size_t i = 0; i < hat.size(); ++i) {
    const auto r = residuals.row(i);
    for (std::size_t a = 0; a < M; ++a) {
      const double left = hat[i] * hat[i] * static_cast<double>(r[a]);
      for (std::size_t b = 0; b <= a; ++b) sum(a, b) += left * static_cast<double>(r[b]);
    }
  }
  for (std::size_t a = 0; a < M; ++a) {
    for (std::size_t b = a + 1; b < M; ++b) sum(a, b) = sum(b, a);
  }
  return sum;
}

double effective_number(const std::vector<double>& hat) {
  return 1.0 / std::inner_product(hat.begin(), hat.end(), hat.begin(), 0.0);
}

}  // namespace

GeneratorMean::GeneratorMean(const GeneratorEvents& source, const std::vector<double>& theta,
                             const SquareMatrix& information, const MeanRatio& ratio,
                             const ScoreStatistics& statistics, ThreadPool& pool)
    : theta_(theta) {
  if (source.at) {
    take_all(source.at(theta), ratio, statistics, pool);
  } else {
    take_near(source.scanned, information, ratio, statistics, pool);
  }
}

void GeneratorMean::take_all(const Table& events, const MeanRatio& ratio, const ScoreStatistics& statistics,
                             ThreadPool& pool) {
  events.require_rows("generator events");
  const FeatureMatrix phi =
      statistics.phi_of(feature_matrix(events, statistics.phi_features, "generator events"), pool);
  const std::vector<float> weights = events.weights_or_ones();
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(sum > 0.0)) throw DataError("generator events: the event weights sum to 0 or less");
  std::vector<double> hat;
  for (const float w : weights) hat.push_back(static_cast<double>(w) / sum);
  effective_ = effective_number(hat);
  base_.assign(phi.features, 0.0);
  for (std::size_t i = 0; i < hat.size(); ++i) {
    for (std::size_t m = 0; m < phi.features; ++m) base_[m] += hat[i] * static_cast<double>(phi.row(i)[m]);
  }
  FeatureMatrix residuals = phi;
  for (std::size_t j = 0; j < residuals.values.size(); ++j) {
    residuals.values[j] -= static_cast<float>(base_[j % phi.features]);
  }
  covariance_ = weighted_products(hat, residuals);
  keep_some(model_columns(events, ratio.model()), hat, phi, {});
}

void GeneratorMean::keep_some(const Table& events, const std::vector<double>& hat, const FeatureMatrix& phi,
                              const std::vector<std::vector<float>>& theta) {
  const std::size_t most = base_.empty() ? events.rows() : kMostCarried;
  const std::size_t rows = std::min(most, events.rows());
  events_ = rows == events.rows() ? events : events.slice(0, rows);
  hat_.assign(hat.begin(), hat.begin() + static_cast<std::ptrdiff_t>(rows));
  phi_ = {phi.features,
          {phi.values.begin(), phi.values.begin() + static_cast<std::ptrdiff_t>(rows * phi.features)}};
  own_theta_ = theta;
  const double sum = std::accumulate(hat_.begin(), hat_.end(), 0.0);
  for (double& h : hat_) h /= sum;
}

void GeneratorMean::take_near(const Table& events, const SquareMatrix& information, const MeanRatio& ratio,
                              const ScoreStatistics& statistics, ThreadPool& pool) {
  const auto& parameters = ratio.model().parameters;
  const std::size_t P = parameters.size();
  const Selected near = select_near(events, information, parameters);
  const LocalLinear regression(near.counts, near.distances, P);
  const std::vector<double> hat = regression.hat();
  effective_ = near.rows.empty() ? 0.0 : effective_number(hat);
  if (!(effective_ >= kLeastEvents)) {
    throw DataError(fmt::format(
        "generator events: {:.0f} of {} (effective) lie near the estimate, {} = {:.4g}; method score needs "
        "at "
        "least {:.0f} there: generate more events with θ around it",
        std::max(0.0, effective_), events.rows(), parameters.front().name, theta_.front(), kLeastEvents));
  }
  const Table chosen = model_columns(events, ratio.model()).select(near.rows);
  std::vector<std::vector<float>> theta(P);
  for (std::size_t p = 0; p < P; ++p) {
    // Scanned values may lie a little beyond the model's range, which the table w was trained on gave.
    const auto low = static_cast<float>(parameters[p].low), high = static_cast<float>(parameters[p].high);
    const auto values = events.values(parameters[p].name);
    for (const std::uint32_t row : near.rows) theta[p].push_back(std::clamp(values[row], low, high));
  }
  const Table seen = pick_columns(events, statistics.phi_features).select(near.rows);
  const FeatureMatrix phi =
      statistics.phi_of(feature_matrix(seen, statistics.phi_features, "generator events"), pool);
  keep_some(chosen, hat, phi, theta);
  const std::vector<float> own = own_ratios(ratio, pool), here = ratio.ratios(events_, theta_, pool);
  FeatureMatrix residuals = phi_;
  for (std::size_t m = 0; m < phi.features; ++m) {
    const auto carried = [&](std::size_t i) { return static_cast<double>(here[i] / own[i] * phi.row(i)[m]); };
    const std::vector<double> fitted = regression.coefficients(carried);
    for (std::size_t i = 0; i < hat.size(); ++i) {
      double line = 0.0;
      for (std::size_t a = 0; a <= P; ++a) line += fitted[a] * regression.design(i, a);
      residuals.values[i * phi.features + m] = static_cast<float>(carried(i) - line);
    }
  }
  covariance_ = weighted_products(hat_, residuals);
}

std::vector<float> GeneratorMean::own_ratios(const MeanRatio& ratio, ThreadPool& pool) const {
  if (own_theta_.empty()) return ratio.ratios(events_, theta_, pool);
  const std::vector<std::span<const float>> theta(own_theta_.begin(), own_theta_.end());
  return ratio.ratios_by_row(events_, theta, pool);
}

MomentValues GeneratorMean::at(const MeanRatio& ratio, std::span<const double> theta,
                               ThreadPool& pool) const {
  const std::size_t M = phi_.features, P = theta.size();
  const Reweighter::WeightsWithScore there = ratio.ratios_with_score(events_, theta, pool);
  const std::vector<float> own = own_ratios(ratio, pool);
  MomentValues values{std::vector<double>(M, 0.0), std::vector<double>(M * P, 0.0)};
  if (!base_.empty()) values.value = base_;
  for (std::size_t i = 0; i < hat_.size(); ++i) {
    const double r = static_cast<double>(there.weights[i]) / static_cast<double>(own[i]);
    const auto phi = phi_.row(i);
    for (std::size_t m = 0; m < M; ++m) {
      const double part = hat_[i] * static_cast<double>(phi[m]);
      values.value[m] += part * (base_.empty() ? r : r - 1.0);
      for (std::size_t p = 0; p < P; ++p) {
        values.slope[m * P + p] += part * r * static_cast<double>(there.scores[i * P + p]);
      }
    }
  }
  return values;
}

}  // namespace trueup
