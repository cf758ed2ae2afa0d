// The objective of method auc: the held-out AUC of a classifier trained afresh at θ (SRGN Eqs 4 and 5).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <core/side_by_side.hpp>
#include <trueup/fit.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {

/// What the classifier at one θ found, and how it was trained.
struct AucEvaluation {
  ScanPoint point;
  TrainRecord record;
};

/// One repetition's objective: its resampled events and seeds are fixed, so AUC(θ) is a smooth curve with a common
/// noise rather than points with independent noise. Evaluations do not depend on one another.
class AucObjective {
 public:
  /// The tables must outlive the objective. Events are resampled with Poisson weights when options.repetitions > 1.
  AucObjective(const Table& data, const Table& simulation, const Reweighter& reweighter,
               const FitOptions& options, std::size_t repetition, ThreadPool& pool, Monitor& monitor);

  /// Trains a new classifier on reweighted simulation against data and scores it on events it never saw.
  AucEvaluation operator()(std::span<const double> theta) const { return evaluate_at(theta, monitor_); }
  /// The same at several θ, side by side where that is faster.
  std::vector<AucEvaluation> operator()(const std::vector<std::vector<double>>& thetas) const;

 private:
  AucEvaluation evaluate_at(std::span<const double> theta, Monitor& monitor) const;

  const Reweighter& reweighter_;
  std::size_t repetition_;
  ThreadPool& pool_;
  Monitor& monitor_;
  TwoSampleOptions classifier_;
  FeatureMatrix data_;
  std::vector<float> data_weights_;
  Table simulation_generator_;  // the generator columns of the resampled simulation, with its event weights
  FeatureMatrix simulation_;
};

}  // namespace trueup
