// The learnt detector-level ratio r(y|θ) = p(y|θ)/p(y|θ1) for θ near θ1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/network.hpp>

#include "fit/folds.hpp"
#include "fit/score_statistics.hpp"

namespace trueup {

/// θ1, and the box that θ are drawn from.
struct RatioRegion {
  std::vector<double> reference;
  std::vector<double> low;
  std::vector<double> high;

  /// Within the parameters' ranges; half widths are `window` of what one event tells.
  RatioRegion(const std::vector<ModelParameter>& parameters, const ExpansionPoint& expansion, double window);
};

/// log r and its derivatives for N events.
struct RatioValues {
  std::vector<float> log_ratio;  ///< (N)
  FeatureMatrix score;           ///< ∂ log r/∂θ (N, parameters)
};

/// A parametrised classifier on (y, θ): each simulated event is shown with random θ, at label 1 with weight w(x,θ) and at
/// label 0 with w(x,θ1). Its odds are E[w(x,θ)|y] / E[w(x,θ1)|y], the ratio of detector-level densities. Both rows of an
/// event have the same inputs, so that they are one row: target w(x,θ)/(w(x,θ) + w(x,θ1)), weight the sum. The networks give
/// s(y,θ) − s(y,θ1), exactly 0 at θ1. Background is in both samples with the same weight: its rows have target 1/2. Several are taken as the mean of their ratios: E[r] = 1 stays true.
class RatioEnsemble {
 public:
  /// `members` networks for each fold, from the other folds' events. Throws as train() does.
  static RatioEnsemble learn(const ScoreSamples& samples, const MeanRatio& ratio,
                             const ExpansionPoint& expansion, const RatioRegion& region,
                             const StatisticFolds& folds, const FitOptions& options, std::uint64_t seed,
                             ThreadPool& pool, Monitor& monitor);

  /// Network inputs (N, F + P) of events y, for the calls below, which set their θ.
  FeatureMatrix inputs(const FeatureMatrix& y) const;
  RatioValues of_fold(std::size_t fold, FeatureMatrix& inputs, std::span<const double> theta,
                      ThreadPool& pool) const;
  RatioValues of_all(FeatureMatrix& inputs, std::span<const double> theta, ThreadPool& pool) const;

  std::size_t trainings() const { return networks_.size(); }
  const TrainRecord& record() const { return record_; }

 private:
  RatioEnsemble(const ScoreSamples& samples, const ExpansionPoint& expansion, const RatioRegion& region,
                std::size_t members);
  Network learn_network(const ScoreSamples& samples, const MeanRatio& ratio, const ExpansionPoint& expansion,
                        const RatioRegion& region, const RegressionRows& rows,
                        const RegressionOptions& options, std::size_t draws, TrainRecord& record,
                        ThreadPool& pool, Monitor& monitor) const;
  RatioValues mean_of(std::size_t first, std::size_t last, FeatureMatrix& inputs,
                      std::span<const double> theta, ThreadPool& pool) const;

  std::size_t observables_;
  std::size_t parameters_;
  std::size_t members_;
  std::vector<float> shift_;  // of all inputs: (value − shift) · scale
  std::vector<float> scale_;
  std::vector<Network> networks_;  // fold by fold
  TrainRecord record_;
};

}  // namespace trueup
