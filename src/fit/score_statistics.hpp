// The statistics of a score fit: t(y), the detector-level score at one θ, and φ(x), its mean given the generator level;
// both learnt by cross-fitting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <trueup/random.hpp>

#include "fit/conditional_mean.hpp"
#include "fit/folds.hpp"
#include "fit/score_samples.hpp"
#include "stats/linear.hpp"

namespace trueup {

/// Where the statistics are learnt, and what one generator-level event tells there.
struct ExpansionPoint {
  std::vector<double> theta;
  std::vector<float> ratios;   ///< w̄ of the simulation (N)
  std::vector<float> weights;  ///< w̄ × event weight of the simulation (N)
  FeatureMatrix scores;        ///< differences of log w̄ (N, parameters)
  SquareMatrix information;    ///< Fisher information of one generator-level event
};

/// Scores are differences over a quarter of what one event tells to either side, within the range: a ReLU network's
/// derivative is piecewise constant in x, the difference is not.
ExpansionPoint expand(const ScoreSamples& samples, const MeanRatio& ratio, std::vector<double> theta,
                      ThreadPool& pool);

/// M = P + G quantities: the P components of t, and the G checked functions. In fold k the networks were learnt from the
/// other folds.
struct ScoreStatistics {
  std::vector<std::string> phi_features;  ///< columns given which φ was learnt
  Folds folds;                            ///< of the simulated events
  FeatureMatrix data;        ///< mean over the folds of t_k, then the checked functions (N_data, M)
  Folds background_folds;    ///< of the background events
  FeatureMatrix background;  ///< t_k of the event's own fold, then the checked functions (N_background, M)
  FeatureMatrix residuals;   ///< t_k − φ_k of the event's own fold; t_k without φ (N, M)
  std::vector<ConditionalMean> phi;  ///< of each fold; empty without φ
  TrainRecord record;                ///< of t in the first fold
  std::size_t trainings = 0;

  /// Mean of φ_k over the folds (N_generator, M).
  FeatureMatrix phi_of(const FeatureMatrix& features, ThreadPool& pool) const;
};

/// Folds of the simulation and of the background.
struct StatisticFolds {
  Folds simulation;
  Folds background;

  StatisticFolds(const ScoreSamples& samples, std::size_t folds, std::uint64_t seed)
      : simulation(samples.simulation.rows(), folds, seed),
        background(samples.background.rows(), folds, derive_seed(seed, "background folds")) {}

  StatisticFolds(Folds of_simulation, Folds of_background)
      : simulation(std::move(of_simulation)), background(std::move(of_background)) {}

  /// Rows of the simulation with the background's after them, without those of fold k.
  RegressionRows outside(std::size_t k, std::uint64_t seed) const;
};

/// One fold's t at the data (N_data, P), at all simulated events (N, P) and at the background, learnt without the fold's
/// own events.
struct FoldStatistic {
  FeatureMatrix data;
  FeatureMatrix simulation;
  FeatureMatrix background;
  TrainRecord record;
  std::size_t trainings = 0;
};
using StatisticOfFold =
    std::function<FoldStatistic(std::size_t fold, const RegressionOptions& options, Monitor& monitor)>;

/// Statistics from any t: φ_k(x) = E[(t_k, checked) | x] under the weights (N) is learnt here. The folds are worked side by
/// side.
ScoreStatistics complete_statistics(const ScoreSamples& samples, std::span<const float> weights,
                                    const StatisticFolds& folds, const StatisticOfFold& statistic,
                                    const FitOptions& options, std::uint64_t seed, ThreadPool& pool,
                                    Monitor& monitor);

/// The background's event weights, scaled so that they and `signal` (weights of the simulation) are in their expected
/// proportion. Empty without background. Throws DataError when either sums to 0 or less.
std::vector<float> scaled_background_weights(const ScoreSamples& samples, std::span<const float> signal);

/// t_k(y) = E[score | y] under the weighted simulation, background with score 0 included, is the detector-level score (the identity
/// ∂ log p(y|θ)/∂θ = E[∂ log p(x|θ)/∂θ | y]); any error of it costs precision only.
ScoreStatistics learn_statistics(const ScoreSamples& samples, const ExpansionPoint& expansion,
                                 const FitOptions& options, std::uint64_t seed, ThreadPool& pool,
                                 Monitor& monitor);

}  // namespace trueup
