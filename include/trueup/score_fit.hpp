// Method score of a fit: its generator-level events, its options, and what it reports beside the fitted values.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <trueup/table.hpp>

namespace trueup {

/// What the mean of the statistic t over the data is compared with (docs/guide/statistics.md).
///   doubly_robust  E0[w (t − φ)] + Eθ[φ]: an error of w moves θ̂ only times the error of φ
///   plain          E0[w t]: an error of w moves θ̂ at full size; needs no generator-level events
enum class MomentForm { doubly_robust, plain };

struct ScoreOptions {
  MomentForm moment = MomentForm::doubly_robust;
  /// Generator-level columns given which φ, the mean of t, is learnt: those of the simulation and of generator-level events.
  /// Empty: the columns that the weights read. Weights that read a jagged group need them: φ may be any function of the
  /// generator level, and the better it is the less an error of the weights matters.
  std::vector<std::string> features;
  /// How often t and φ may be learnt anew around a better estimate.
  std::size_t max_expansions = 4;
  /// Activation of the two networks is SiLU: what they learn is smooth. The first estimate is made with as many events.
  std::size_t approach_events = 50'000;
};

/// Generator-level events that did not train w: columns of the reweighters, with event weights where they have any. Either
/// a table with θ of each event in columns named as the parameters are, or a function that generates events at θ (the
/// same random numbers at each θ, so that the fit is a smooth function).
struct GeneratorEvents {
  Table scanned;
  std::function<Table(std::span<const double> theta)> at;

  bool empty() const { return !at && scanned.rows() == 0; }
};

/// One time that the statistic was learnt around an estimate, and where the equation then had its root.
struct ScoreExpansion {
  std::size_t repetition = 0;
  std::vector<double> around;
  std::vector<double> root;
  /// From one to the other, in units of what one generator-level event tells.
  double distance = 0.0;
};

/// The mean of some function of an observable, of which the fit knows nothing: data − simulation at θ̂.
struct MomentTest {
  std::string name;
  double difference = 0.0;  ///< in standard deviations of the observable (or their squares)
  double error = 0.0;       ///< with the fitted θ̂ taken into account; all shares of finite samples
  double pull() const { return difference / error; }
};

/// How usable the weights are at one θ, on the simulation.
struct WeightPoint {
  std::vector<double> theta;
  double mean = 1.0;  ///< E[w]
  double mean_error = 0.0;
  double effective_fraction = 1.0;
  /// k of the generalised Pareto distribution of the largest weights: above 0.5 their variance is infinite, above 0.7
  /// no sum of weights can be trusted (Vehtari et al., arXiv:1507.02646). NaN for fewer than 100 events.
  double pareto_shape = 0.0;
};

/// What a score fit says beside the fitted values.
struct ScoreReport {
  /// Shares of the statistical error of each parameter: data, simulated events, generator-level events.
  std::vector<double> data;
  std::vector<double> simulation;
  std::vector<double> generator;
  std::vector<double> background;        ///< simulated background events; 0 without
  std::vector<double> background_share;  ///< the error of the background's expected share; 0 without
  /// What each event adds to θ̂ − θ in first order (events, parameters): the data, and the simulation. Two fits of the same
  /// events differ by the sums of the differences.
  std::vector<float> data_influence;
  std::vector<float> simulation_influence;
  /// Covariance of θ̂ (parameters × parameters), row by row: the finite samples', and the trainings' where they are known.
  std::vector<double> covariance;
  std::vector<ScoreExpansion> expansions;
  /// Whether the last expansion of each repetition ended where it began: within its error, or a tenth of what one event tells.
  bool converged = false;
  /// Largest distance between θ̂ of repetitions, which expand around different points, in statistical errors; NaN for one.
  double instability = 0.0;
  std::vector<MomentTest> tests;
  std::vector<WeightPoint>
      weights;  ///< at θ̂, and half of what an event tells to both sides of it, within the range
};

}  // namespace trueup
