// Fitting θ at detector level: a fresh classifier at each θ, its held-out AUC, the minimum (SRGN Eqs 4 and 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

enum class Minimiser { scan, praxis, bobyqa };

struct FitOptions {
  /// Detector-level columns that the classifier sees (y), present in data and simulation.
  std::vector<std::string> observables;
  std::vector<std::size_t> hidden = {128, 128};
  TrainOptions training;
  double train_fraction = 0.5;

  Minimiser minimiser = Minimiser::scan;
  /// Points of the coarse scan over the model's range, and of the fine scan around its minimum (one parameter).
  std::size_t coarse_points = 9;
  std::size_t fine_points = 9;
  /// Full width of the fine scan as a fraction of the range. It moves, at most twice, until its minimum is inside.
  double fine_window = 0.25;
  /// Evaluations at most for NLopt's minimisers.
  std::size_t max_evaluations = 60;

  /// Independent repetitions: new splits, new trainings of the classifier, and events resampled with Poisson weights
  /// (bootstrap), so that their spread holds the statistical and the training share. With 1 the events are taken as they
  /// are, and there is no interval: low and high are NaN, also when the minimum is at the edge and in `rejected`.
  std::size_t repetitions = 5;
  std::uint64_t seed = 1;
};

/// AUC at one θ.
struct ScanPoint {
  std::vector<double> theta;
  double auc = 0.5;
  double auc_null_spread = 0.0;
  double effective_sample_size = 0.0;
  std::size_t repetition = 0;
  bool fine = false;
};

struct FittedParameter {
  std::string name;
  std::string unit;
  double value = 0.0;
  double low = 0.0;  ///< 68.27 % interval
  double high = 0.0;
};

struct FitResult {
  std::vector<FittedParameter> parameters;
  /// θ̂ of each repetition (repetitions × parameters).
  std::vector<std::vector<double>> repetitions;
  /// Repetitions left out of the mean because their minimum lies at the edge of the range.
  std::vector<std::size_t> rejected;
  std::vector<ScanPoint> scan;
  /// Curve fitted to the fine scan of each repetition (one parameter, minimiser scan), with u = θ − centre:
  /// AUC = floor + slope (sqrt(u² + rounding²) + asymmetry · u). Near the truth the AUC of the best classifier rises
  /// linearly on both sides; what the classifier cannot see rounds the corner.
  struct Curve {
    double floor = 0.5;
    double slope = 0.0;
    double centre = 0.0;
    double rounding = 0.0;
    double asymmetry = 0.0;
    std::size_t repetition = 0;
  };
  std::vector<Curve> curves;
  TrainRecord classifier_record;  ///< of the classifier nearest to the minimum in the first repetition
  std::size_t classifier_trainings = 0;
  double auc_at_minimum = 0.5;
  double auc_null_spread = 0.0;
};

/// `reweighters`: repetition r uses reweighters[r % size], so that several trainings of w enter the spread.
FitResult fit_auc(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                  const FitOptions& options, ThreadPool& pool, Monitor& monitor = silent_monitor());

}  // namespace trueup
