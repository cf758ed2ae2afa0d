// The log likelihood of the data under a learnt ratio.
#pragma once

#include <cstddef>
#include <vector>

#include "fit/likelihood_shape.hpp"
#include "fit/ratio_ensemble.hpp"

namespace trueup {

/// log L(θ) = Σ v [log r(y|θ) − log R(θ)] over the data with weights v. R is the mean of r over the simulation at θ1 and the background, each
/// event asked of networks that it did not train: 1 for an exact ratio; left out when not normalised.
class LogLikelihood {
 public:
  LogLikelihood(const ScoreSamples& samples, const ExpansionPoint& expansion, const StatisticFolds& folds,
                const RatioEnsemble& ensemble, bool normalised, ThreadPool& pool);

  LogLikelihoodValue at(std::span<const double> theta);
  /// R and its gradient.
  LogLikelihoodValue mean_ratio(std::span<const double> theta);
  /// (Σv)² / Σv²: how many events of weight 1 tell as much.
  double effective_events() const { return effective_; }

 private:
  const ScoreSamples& samples_;
  const RatioEnsemble& ensemble_;
  bool normalised_;
  ThreadPool& pool_;
  FeatureMatrix data_;
  double weight_ = 0.0;
  double effective_ = 0.0;
  std::vector<FeatureMatrix> simulation_;  // by fold
  std::vector<std::vector<double>>
      shares_;  // of a fold's events, background after simulation; in all they sum to 1
};

}  // namespace trueup
