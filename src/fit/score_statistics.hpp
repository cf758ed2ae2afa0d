// The statistics of a score fit: t(y), the detector-level score at one θ, and φ(x), its mean given the generator level;
// both learnt by cross-fitting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fit/conditional_mean.hpp"
#include "fit/linear.hpp"
#include "fit/score_samples.hpp"

namespace trueup {

/// Where the statistics are learnt, and what one generator-level event tells there.
struct ExpansionPoint {
  std::vector<double> theta;
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
  std::size_t folds = 0;
  std::vector<std::uint32_t> fold;   ///< of each simulated event (N)
  FeatureMatrix data;                ///< mean over the folds of t_k, then the checked functions (N_data, M)
  FeatureMatrix residuals;           ///< t_k − φ_k of the event's own fold; t_k without φ (N, M)
  std::vector<ConditionalMean> phi;  ///< of each fold; empty without φ
  TrainRecord record;                ///< of t in the first fold
  std::size_t trainings = 0;

  /// Mean of φ_k over the folds (N_generator, M).
  FeatureMatrix phi_of(const FeatureMatrix& features, ThreadPool& pool) const;
};

/// t_k(y) = E[score | y] under the weighted simulation is the detector-level score (the identity
/// ∂ log p(y|θ)/∂θ = E[∂ log p(x|θ)/∂θ | y]); any error of it costs precision only. φ_k(x) = E[(t_k, checked) | x].
ScoreStatistics learn_statistics(const ScoreSamples& samples, const ExpansionPoint& expansion,
                                 const FitOptions& options, std::uint64_t seed, ThreadPool& pool,
                                 Monitor& monitor);

}  // namespace trueup
