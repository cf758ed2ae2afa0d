// The equations of a score fit and their root: mean of t over the data = m(θ).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fit/error_shares.hpp"
#include "fit/generator_mean.hpp"
#include "fit/score_statistics.hpp"
#include "stats/linear.hpp"

namespace trueup {

/// S(θ) = mean over data − (1 − f) (E0[w̄ (t − φ)] + Eθ[φ]) − f Eb[t], f the background's share, for M quantities: the first P determine θ, the others are tests.
class MomentEquations {
 public:
  /// `generator` is null without φ. All must outlive the equations.
  MomentEquations(const ScoreSamples& samples, const ScoreStatistics& statistics,
                  const GeneratorMean* generator);

  MomentValues at(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;

  struct Root {
    std::vector<double> theta;
    std::vector<double> slope;  ///< ∂S/∂θ there (M, parameters)
    std::vector<double> rest;   ///< S there (M); 0 for the first P
    bool found = false;         ///< false: no root within the parameters' ranges
  };
  /// Newton's method; steps of a tenth of a range at most.
  Root solve(const MeanRatio& ratio, const std::vector<double>& start, ThreadPool& pool) const;

  /// Covariances of S at θ (M × M).
  ErrorShares covariances(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;

  /// What each event adds to the root in first order (events, parameters), `inverted` the inverse of ∂S/∂θ.
  struct Influences {
    std::vector<float> data;
    std::vector<float> simulation;
  };
  Influences influences(const MeanRatio& ratio, std::span<const double> theta, const SquareMatrix& inverted,
                        ThreadPool& pool) const;

 private:
  /// Mean of the signal's M quantities at θ and its slope.
  MomentValues signal_at(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;
  /// E0[w̄ (t − φ)] alone.
  MomentValues residual_mean(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;
  /// w̄ × event weight / their sum in the event's fold / folds.
  std::vector<double> shares(std::vector<float> ratios) const;
  SquareMatrix background_covariance() const;

  const ScoreSamples& samples_;
  const ScoreStatistics& statistics_;
  const GeneratorMean* generator_;
  std::vector<double> data_mean_;
  std::vector<double> background_shares_;  // of its events: they sum to 1
  std::vector<double> background_mean_;
};

/// T V Tᵀ with T (rows, M): the covariance of T S.
SquareMatrix transformed(const std::vector<double>& t, const SquareMatrix& v);

}  // namespace trueup
