// The equations of a score fit and their root: mean of t over the data = m(θ).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fit/generator_mean.hpp"
#include "fit/linear.hpp"
#include "fit/score_statistics.hpp"

namespace trueup {

/// S(θ) = mean over data − E0[w̄ (t − φ)] − Eθ[φ] for M quantities: the first P determine θ, the others are tests.
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

  /// Covariances of S at θ (M × M), from each finite sample.
  struct Covariances {
    SquareMatrix data;
    SquareMatrix simulation;
    SquareMatrix generator;
    SquareMatrix sum() const;
  };
  Covariances covariances(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;

 private:
  MomentValues plain_at(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;
  /// w̄ × event weight / their sum in the event's fold / folds.
  std::vector<double> shares(std::vector<float> ratios) const;

  const ScoreSamples& samples_;
  const ScoreStatistics& statistics_;
  const GeneratorMean* generator_;
  std::vector<double> data_mean_;
};

/// T V Tᵀ with T (rows, M): the covariance of T S.
SquareMatrix transformed(const std::vector<double>& t, const SquareMatrix& v);

}  // namespace trueup
