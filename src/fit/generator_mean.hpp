// Eθ[φ] for θ near one θ1, from fresh generator-level events.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <trueup/score_fit.hpp>

#include "fit/mean_ratio.hpp"
#include "fit/score_statistics.hpp"
#include "stats/linear.hpp"

namespace trueup {

/// Values of M quantities and their derivatives in θ (M, parameters), row by row.
struct MomentValues {
  std::vector<double> value;
  std::vector<double> slope;
};

/// Events generated at θ_i are carried to θ by r_i = w̄(x_i,θ) / w̄(x_i,θ_i). An error of w̄ that does not depend on θ cancels
/// in r, one that does is as small as the way from θ_i to θ; and what is linear in that way is removed by a regression of
/// r_i φ(x_i) on θ_i − θ1, whose value at θ1 is the mean. Events count by exp(−Δᵀ I Δ), Δ = θ_i − θ1, I the information of one
/// event: about the inverse of the variance of r_i. With all θ_i = θ1 what is left is the mean of φ.
class GeneratorMean {
 public:
  /// Throws DataError when fewer than 100 events (effective) lie near θ1.
  GeneratorMean(const GeneratorEvents& source, const std::vector<double>& theta,
                const SquareMatrix& information, const MeanRatio& ratio, const ScoreStatistics& statistics,
                ThreadPool& pool);

  /// The mean at θ; `ratio` may be another than the constructor's.
  MomentValues at(const MeanRatio& ratio, std::span<const double> theta, ThreadPool& pool) const;
  /// Covariance of the mean at θ1 (M × M), from the finite number of events.
  const SquareMatrix& covariance() const { return covariance_; }
  double effective_events() const { return effective_; }

 private:
  struct Selected;
  Selected select_near(const Table& scanned, const SquareMatrix& information,
                       const std::vector<ModelParameter>& parameters) const;
  void take_all(const Table& events, const MeanRatio& ratio, const ScoreStatistics& statistics,
                ThreadPool& pool);
  void take_near(const Table& events, const SquareMatrix& information, const MeanRatio& ratio,
                 const ScoreStatistics& statistics, ThreadPool& pool);
  void keep_some(const Table& events, const std::vector<double>& hat, const FeatureMatrix& phi,
                 const std::vector<std::vector<float>>& theta);
  std::vector<float> own_ratios(const MeanRatio& ratio, ThreadPool& pool) const;

  std::vector<double> theta_;
  double effective_ = 0.0;
  SquareMatrix covariance_;
  // With all events at θ1 their mean needs no ratio; some of them then tell how it changes with θ.
  std::vector<double> base_;
  Table events_;
  std::vector<double> hat_;  // sums to 1
  FeatureMatrix phi_;
  std::vector<std::vector<float>> own_theta_;  // θ_i by parameter; empty: θ1
};

}  // namespace trueup
