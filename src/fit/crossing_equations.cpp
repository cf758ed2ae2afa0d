// Equations between data and weighted simulation, and their root.
#include <algorithm>
#include <cmath>
#include <utility>

#include "fit/crossing.hpp"
#include "fit/newton.hpp"

namespace trueup {

namespace {

constexpr int kMostSteps = 30;
// Of the statistical error: far below what a fit can tell.
constexpr double kTolerance = 1e-3;

/// Means and covariances of P columns with weights.
struct Moments {
  std::vector<double> mean;
  SquareMatrix of_mean;  ///< covariance of the means: Σ w² (t − t̄)(t − t̄)ᵀ / (Σ w)²
};

template <class WeightOf>
Moments moments_of(const std::vector<std::vector<float>>& columns, std::size_t rows, const WeightOf& weight) {
  const std::size_t P = columns.size();
  Moments moments{std::vector<double>(P, 0.0), SquareMatrix(P)};
  double sum = 0.0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double w = weight(i);
    sum += w;
    for (std::size_t p = 0; p < P; ++p) moments.mean[p] += w * static_cast<double>(columns[p][i]);
  }
  for (double& m : moments.mean) m /= sum;
  for (std::size_t i = 0; i < rows; ++i) {
    const double w = weight(i) / sum;
    for (std::size_t p = 0; p < P; ++p) {
      const double a = w * (static_cast<double>(columns[p][i]) - moments.mean[p]);
      for (std::size_t q = 0; q < P; ++q) {
        moments.of_mean(p, q) += a * w * (static_cast<double>(columns[q][i]) - moments.mean[q]);
      }
    }
  }
  return moments;
}

/// Cov_w(t_j, s_p) over the rows of a fold.
SquareMatrix score_slopes(const FoldStatistics& fold, const Reweighter::WeightsWithScore& simulation,
                          const std::vector<double>& mean) {
  const std::size_t P = mean.size();
  SquareMatrix slopes(P);
  double sum = 0.0;
  // Σ w (t − t̄) s: the mean of s drops out.
  for (std::size_t i = 0; i < fold.simulation_rows.size(); ++i) {
    const std::size_t row = fold.simulation_rows[i];
    const auto w = static_cast<double>(simulation.weights[row]);
    sum += w;
    for (std::size_t j = 0; j < P; ++j) {
      const double t = w * (static_cast<double>(fold.simulation[j][i]) - mean[j]);
      for (std::size_t p = 0; p < P; ++p) {
        slopes(j, p) += t * static_cast<double>(simulation.scores[row * P + p]);
      }
    }
  }
  for (double& v : slopes.values) v /= sum;
  return slopes;
}

}  // namespace

CrossingEquations::CrossingEquations(const std::vector<FoldStatistics>& folds, const FitEvents& events)
    : folds_(folds), events_(events) {}

CrossingEquations::Values CrossingEquations::at(const Reweighter::WeightsWithScore& simulation) const {
  const std::size_t P = folds_.front().data.size();
  const double share = 1.0 / static_cast<double>(folds_.size());
  Values values{std::vector<double>(P, 0.0), SquareMatrix(P), SquareMatrix(P)};
  for (const FoldStatistics& fold : folds_) {
    const Moments data = moments_of(fold.data, fold.data_rows.size(), [&](std::size_t i) {
      return static_cast<double>(events_.data_weights[fold.data_rows[i]]);
    });
    const Moments weighted = moments_of(fold.simulation, fold.simulation_rows.size(), [&](std::size_t i) {
      return static_cast<double>(simulation.weights[fold.simulation_rows[i]]);
    });
    const SquareMatrix slopes = score_slopes(fold, simulation, weighted.mean);
    for (std::size_t j = 0; j < P; ++j) values.s[j] += share * (data.mean[j] - weighted.mean[j]);
    for (std::size_t i = 0; i < slopes.values.size(); ++i) {
      values.slope.values[i] -= share * slopes.values[i];
      values.covariance.values[i] += share * share * (data.of_mean.values[i] + weighted.of_mean.values[i]);
    }
  }
  return values;
}

CrossingEquations::Root CrossingEquations::solve(const Reweighter& reweighter,
                                                 const std::vector<double>& start, ThreadPool& pool) const {
  const auto& parameters = reweighter.model().parameters;
  Root root{start, SquareMatrix(start.size()), false};
  for (int step = 0; step < kMostSteps; ++step) {
    const Values values = at(reweighter.weights_with_score(events_.generator, root.theta, pool));
    const auto inverted = inverse(values.slope);
    if (!inverted) return root;
    root.covariance = sandwich(*inverted, values.covariance);
    std::vector<double> next = *inverted * values.s;
    double pull = 0.0;
    for (std::size_t p = 0; p < next.size(); ++p) {
      // Far from the root the equations bend: a tenth of the range at a time.
      const double most = 0.1 * (parameters[p].high - parameters[p].low);
      next[p] = root.theta[p] - std::clamp(next[p], -most, most);
    }
    const std::vector<double> inside = clamped(parameters, next);
    for (std::size_t p = 0; p < next.size(); ++p) {
      pull = std::max(pull, std::fabs(inside[p] - root.theta[p]) / std::sqrt(root.covariance(p, p)));
    }
    root.theta = inside;
    root.found = inside == next;
    if (!(pull > kTolerance)) break;
  }
  return root;
}

}  // namespace trueup
