// Differences of methods and their errors.
#include <trueup/fit_agreement.hpp>

#include <algorithm>
#include <cmath>

#include <trueup/error.hpp>

#include "fit/interval.hpp"

namespace trueup {

namespace {

// Of a fit's own error: roots and maxima are searched no better, so that two fits of nearly the same statistic may differ by it.
constexpr double kSearched = 0.01;

double square(double x) {
  return x * x;
}

/// Variance of the finite samples. A fit that knows its error from repetitions alone has all shares in it.
double finite_samples(const FittedParameter& fitted) {
  return square(fitted.statistical > 0.0 ? fitted.statistical : 0.5 * (fitted.high - fitted.low));
}

/// Σ (a − b)² over events of parameter p; influences are (events, parameters).
double squared_difference(const std::vector<float>& a, const std::vector<float>& b, std::size_t p,
                          std::size_t parameters) {
  double sum = 0.0;
  for (std::size_t i = p; i < a.size(); i += parameters) {
    sum += square(static_cast<double>(a[i]) - static_cast<double>(b[i]));
  }
  return sum;
}

bool same_events(const ScoreReport& a, const ScoreReport& b) {
  return !a.data_influence.empty() && a.data_influence.size() == b.data_influence.size() &&
         a.simulation_influence.size() == b.simulation_influence.size();
}

/// Of the shares whose events are not kept: the same events go into both, in nearly the same way.
double other_shares(const ScoreReport& a, const ScoreReport& b, std::size_t p) {
  return std::fabs(square(a.generator[p]) - square(b.generator[p])) +
         std::fabs(square(a.background[p]) - square(b.background[p])) +
         square(a.background_share[p] - b.background_share[p]);
}

double statistical_variance(const FitResult& a, const FitResult& b, std::size_t p) {
  if (a.score && b.score && same_events(*a.score, *b.score)) {
    const std::size_t P = a.parameters.size();
    return squared_difference(a.score->data_influence, b.score->data_influence, p, P) +
           squared_difference(a.score->simulation_influence, b.score->simulation_influence, p, P) +
           other_shares(*a.score, *b.score, p);
  }
  const double one = finite_samples(a.parameters[p]), other = finite_samples(b.parameters[p]);
  if (a.score.has_value() == b.score.has_value()) return one + other;
  const ScoreReport& precise = a.score ? *a.score : *b.score;
  const double common = square(precise.data[p]) + square(precise.simulation[p]);
  return std::fabs((a.score ? other : one) - common) + square(precise.generator[p]);
}

/// Spread of the differences over trainings of w; with one, or where they are not known apart, of each fit on its own.
double weights_variance(const FitResult& a, const FitResult& b, std::size_t p) {
  if (a.by_weights.size() != b.by_weights.size() || a.by_weights.size() < 2) {
    return square(a.parameters[p].weights) + square(b.parameters[p].weights);
  }
  std::vector<double> differences;
  for (std::size_t m = 0; m < a.by_weights.size(); ++m) {
    differences.push_back(a.by_weights[m][p] - b.by_weights[m][p]);
  }
  return square(interval_from_repetitions(differences).half_width);
}

}  // namespace

std::vector<MethodDifference> method_differences(const FitResult& first, const FitResult& second) {
  bool same = first.parameters.size() == second.parameters.size();
  for (std::size_t p = 0; same && p < first.parameters.size(); ++p) {
    same = first.parameters[p].name == second.parameters[p].name;
  }
  if (!same)
    throw ConfigError("two fits can be compared when they have the same parameters, in the same order");
  std::vector<MethodDifference> differences;
  for (std::size_t p = 0; p < first.parameters.size(); ++p) {
    const FittedParameter &a = first.parameters[p], &b = second.parameters[p];
    const double least = square(kSearched) * (finite_samples(a) + finite_samples(b));
    const double variance =
        std::max(least, statistical_variance(first, second, p) + weights_variance(first, second, p) +
                            square(a.training) + square(b.training));
    const bool known = std::isfinite(a.high - a.low) && std::isfinite(b.high - b.low);
    differences.push_back({a.name, a.value - b.value, known ? std::sqrt(variance) : NAN});
  }
  return differences;
}

}  // namespace trueup
