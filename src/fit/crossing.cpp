// Classifiers to both sides of the minimum, and where they stop telling data from simulation.
#include "fit/crossing.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numeric>
#include <utility>

#include "fit/newton.hpp"
#include "fit/score_moments.hpp"

namespace trueup {

namespace {

constexpr int kMostMoves = 2;
constexpr double kFailedDeviations = 5.0;
constexpr double kDeviationToSigma = 1.4826;  // of a Gaussian

/// Centre ± distance along directions in which one event's score has unit variance.
std::vector<std::vector<double>> points_around(const std::vector<double>& centre,
                                               const SquareMatrix& information,
                                               const std::vector<ModelParameter>& parameters) {
  const std::size_t P = centre.size();
  const auto factor = cholesky(information);
  std::vector<std::vector<double>> points{centre};
  for (std::size_t j = 0; j < P; ++j) {
    std::vector<double> unit(P, 0.0), step(P, 0.0);
    unit[j] = kCrossingDistance;
    if (factor) {
      step = solve_lower_transposed(*factor, unit);
    } else {
      step[j] = 0.05 * (parameters[j].high - parameters[j].low);
    }
    std::vector<double> below = centre, above = centre;
    for (std::size_t p = 0; p < P; ++p) below[p] -= step[p], above[p] += step[p];
    points.push_back(clamped(parameters, below));
    points.push_back(clamped(parameters, above));
  }
  return points;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

/// Trainings of one direction have about the same to tell: one that finds much less has failed.
std::size_t repeat_failed(const ClassifierObjective& objective,
                          const std::vector<std::vector<double>>& points, std::size_t first,
                          std::vector<Classified>& classified) {
  std::vector<double> losses;
  for (std::size_t i = first; i < first + 2; ++i) {
    losses.insert(losses.end(), classified[i].losses.begin(), classified[i].losses.end());
  }
  const double middle = median(losses);
  std::vector<double> deviations;
  for (const double loss : losses) deviations.push_back(std::fabs(loss - middle));
  const double deviation = kDeviationToSigma * median(deviations);
  std::size_t repeated = 0;
  for (std::size_t i = first; i < first + 2; ++i) {
    for (std::size_t k = 0; k < classified[i].losses.size(); ++k) {
      const double limit = kFailedDeviations * std::max(deviation, classified[i].loss_errors[k]);
      if (classified[i].losses[k] >= middle - limit) continue;
      objective.train_again(points[i], k, classified[i]);
      ++repeated;
    }
  }
  return repeated;
}

/// Ranks among the data, from 0 to 1: data are uniform by construction, and the mean of the simulation's is 1 − AUC. `others`
/// are ranked after the data.
void rank_among_data(std::span<const float> data_weights, std::vector<float>& data,
                     std::initializer_list<std::vector<float>*> others) {
  std::vector<std::size_t> order(data.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return data[a] < data[b]; });
  std::vector<float> sorted;
  std::vector<double> below{0.0};
  for (const std::size_t i : order) {
    sorted.push_back(data[i]);
    below.push_back(below.back() + static_cast<double>(data_weights[i]));
  }
  const auto rank = [&](float t) {
    const auto [low, high] = std::ranges::equal_range(sorted, t);
    const double before = below[static_cast<std::size_t>(low - sorted.begin())];
    const double after = below[static_cast<std::size_t>(high - sorted.begin())];
    return static_cast<float>(0.5 * (before + after) / below.back());
  };
  std::ranges::transform(data, data.begin(), rank);
  for (std::vector<float>* values : others) std::ranges::transform(*values, values->begin(), rank);
}

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), [](float x, float y) { return x - y; });
  return result;
}

std::vector<FoldStatistics> statistics_of(const std::vector<Classified>& classified, const FitEvents& events,
                                          std::size_t parameters, FitMethod method) {
  std::vector<FoldStatistics> folds;
  for (std::size_t k = 0; k < classified.front().folds.size(); ++k) {
    const HeldOutScores& centre = classified.front().folds[k];
    FoldStatistics fold{centre.positive.rows, centre.negative.rows, {}, {}, {}};
    const std::vector<float> weights = weights_at(events.data_weights, fold.data_rows);
    for (std::size_t j = 0; j < parameters; ++j) {
      const HeldOutScores& below = classified[1 + 2 * j].folds[k];
      const HeldOutScores& above = classified[2 + 2 * j].folds[k];
      fold.data.push_back(difference(below.positive.logits, above.positive.logits));
      fold.simulation.push_back(difference(below.negative.logits, above.negative.logits));
      std::vector<float> all = difference(below.all_negative, above.all_negative);
      if (method == FitMethod::auc) {
        rank_among_data(weights, fold.data.back(), {&fold.simulation.back(), &all});
      }
      if (!all.empty()) fold.all_simulation.push_back(std::move(all));
    }
    folds.push_back(std::move(fold));
  }
  return folds;
}

/// Distance from a to b in generator-level standard deviations of one event.
double distance_between(const std::vector<double>& a, const std::vector<double>& b,
                        const SquareMatrix& information) {
  std::vector<double> d(a.size());
  for (std::size_t p = 0; p < a.size(); ++p) d[p] = a[p] - b[p];
  const std::vector<double> scaled = information * d;
  return std::sqrt(std::max(0.0, std::inner_product(d.begin(), d.end(), scaled.begin(), 0.0)));
}

/// Mean of the roots of all reweighters, into theta, roots, covariance and at_edge.
void solve_with_all(const CrossingEquations& equations, const std::vector<Reweighter>& reweighters,
                    ThreadPool& pool, CrossingResult& result) {
  const std::size_t P = result.theta.size();
  const std::vector<double> start = result.theta;
  result.roots.clear();
  result.covariance = SquareMatrix(P);
  result.at_edge = false;
  result.theta.assign(P, 0.0);
  const double share = 1.0 / static_cast<double>(reweighters.size());
  for (const Reweighter& reweighter : reweighters) {
    const CrossingEquations::Root root = equations.solve(reweighter, start, pool);
    result.at_edge = result.at_edge || !root.found;
    for (std::size_t p = 0; p < P; ++p) result.theta[p] += share * root.theta[p];
    for (std::size_t i = 0; i < root.covariance.values.size(); ++i) {
      result.covariance.values[i] += share * root.covariance.values[i];
    }
    result.roots.push_back(root.theta);
  }
}

}  // namespace

CrossingResult find_crossing(const ClassifierObjective& objective, FitMethod method, std::size_t trained_with,
                             const std::vector<Reweighter>& reweighters, const std::vector<double>& centre,
                             ThreadPool& pool) {
  const Reweighter& own = reweighters.at(trained_with);
  const auto& parameters = own.model().parameters;
  CrossingResult result;
  result.theta = centre;
  for (int move = 0;; ++move) {
    const std::vector<double> around = result.theta;
    const auto weighted = own.weights_with_score(objective.events().generator, around, pool);
    const SquareMatrix information = score_covariance(weighted.weights, weighted.scores, around.size());
    const auto points = points_around(around, information, parameters);
    std::vector<Classified> classified = objective.classify(points);
    for (std::size_t first = 1; first < points.size(); first += 2) {
      repeat_failed(objective, points, first, classified);
    }
    std::vector<Evaluation> evaluations;
    for (std::size_t i = 0; i < points.size(); ++i) {
      evaluations.push_back(objective.judge(points[i], classified[i]));
    }
    result.evaluations.insert(result.evaluations.begin(), evaluations.begin(), evaluations.end());
    result.statistics = statistics_of(classified, objective.events(), around.size(), method);
    result.information = information;
    const CrossingEquations equations(result.statistics, objective.events());
    solve_with_all(equations, reweighters, pool, result);
    if (move == kMostMoves || distance_between(result.theta, around, information) <= kCrossingDistance) break;
  }
  return result;
}

}  // namespace trueup
