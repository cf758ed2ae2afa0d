// Fitting θ to data, possibly at detector level: methods auc and loss (SRGN Eqs 4, 5, B1), dctr (Eq. 3), score and
// likelihood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <trueup/background.hpp>
#include <trueup/likelihood_fit.hpp>
#include <trueup/member_features.hpp>
#include <trueup/monitor.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/score_fit.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// What is smallest at the fitted value.
///   auc   the held-out AUC of a classifier between data and w-weighted simulation, trained afresh at each θ (Eqs 4, 5)
///   loss  how much better than guessing that classifier's held-out loss is: log 2 − cross-entropy (Eq. B1). With weights
///         normalised at each θ it estimates the Jensen-Shannon divergence of the two samples
///   dctr  −½ [mean over data of log f(x,θ) + mean over simulation of log(1 − f(x,θ))] with the classifier f that gives the
///         weights (Eq. 3): nothing is trained. Data must have the reweighter's features: generator level, or detector
///         level with a reweighter trained on detector-level columns
///   score nothing is minimised: the mean of the detector-level score over the data equals its expectation at the fitted
///         value, which is estimated so that errors of the weights count in second order (docs/guide/statistics.md)
///   likelihood −log L: the unbinned likelihood of a learnt ratio of detector-level densities, its bias then taken out by
///         simulated events of known θ, in the form that score has (docs/guide/statistics.md)
enum class FitMethod { auc, loss, dctr, score, likelihood };

/// Whether a method is one of those that learn a statistic and solve its equations: score, likelihood.
inline bool learns_statistics(FitMethod method) {
  return method == FitMethod::score || method == FitMethod::likelihood;
}

/// How the minimum is found.
///   scan      points over the range, then around the lowest; a curve through them
///   praxis, bobyqa  NLopt's minimisers without derivatives, then a surface through all their points
///   gradient  Newton steps with the derivative through the weights (the classifier is optimal, so it is the whole
///             derivative), then the crossing: classifiers trained on either side of the minimum agree between data and
///             simulation at the fitted value (docs/guide/fit.md)
enum class Minimiser { scan, praxis, bobyqa, gradient };

/// Method loss: whether weights are scaled to the sum of the unweighted simulation at each θ (normalised), or used as they
/// are (raw), as the paper does, where any error of the mean weight shifts the maximum (SRGN App. B).
enum class LossWeights { normalised, raw };

struct FitOptions {
  FitMethod method = FitMethod::auc;
  /// Columns that the classifier sees (y), present in data and simulation. Method dctr: those of the reweighter.
  std::vector<std::string> observables;
  /// Members of a jagged group that the classifier sees beside the observables, or in their place. Methods score and
  /// likelihood do not take any; of dctr, whose weights see what they were trained on, it is the classifier that judges.
  MemberFeatures members;
  std::vector<std::size_t> hidden = {128, 128};
  TrainOptions training;
  double train_fraction = 0.5;
  /// 1: a part of the events is scored; more: every event is, by a classifier that it did not train (cross-fitting).
  std::size_t folds = 1;
  LossWeights weights = LossWeights::normalised;

  Minimiser minimiser = Minimiser::scan;
  /// Methods auc and loss with minimiser gradient: takes the error of the weights out of the crossing, in first order, with
  /// generator-level events, as method score does for its statistic; the interval then has its shares and its tests
  /// (result.score). Needs at least 2 folds. score.features are the columns given which the mean of the statistic is learnt.
  bool corrected = false;
  /// Points of the coarse scan over the model's range, and of the fine scan around its minimum. With several parameters
  /// they fill the box evenly, and coarse_points is at least the number of terms of a quadratic.
  std::size_t coarse_points = 9;
  std::size_t fine_points = 9;
  /// Full width of the fine scan as a fraction of the range. It moves, at most twice, until its minimum is inside.
  double fine_window = 0.25;
  /// Evaluations at most of praxis, bobyqa, and the steps of gradient.
  std::size_t max_evaluations = 60;

  /// Independent repetitions: new splits and new trainings of the classifier. Of scan, praxis, bobyqa also new events
  /// (Poisson bootstrap), so that their spread holds the statistical and the training share; with 1 the events are taken
  /// as they are, and there is no interval: low and high are NaN, also when the minimum is at the edge and in `rejected`.
  /// Of gradient all events each time: the statistical share is computed, and 1 is enough. Method dctr has one estimate
  /// for each reweighter instead. A single estimate at the edge of the range has no interval either; several: DataError.
  std::size_t repetitions = 5;
  std::uint64_t seed = 1;

  /// Of methods score and likelihood, which have no minimiser: `hidden` and `training` are those of their networks, and
  /// `folds`, at least 2, of their cross-fitting; each repetition learns them anew, around a point a little off.
  ScoreOptions score;
  LikelihoodOptions likelihood;  ///< of method likelihood, beside those of score
};

/// The objective at one θ.
struct ScanPoint {
  std::vector<double> theta;
  double auc = 0.5;  ///< NaN for dctr
  double auc_null_spread = 0.0;
  double effective_sample_size = 0.0;
  std::size_t repetition = 0;
  bool fine = false;
  double objective = 0.0;  ///< what the method minimises
  double objective_error =
      0.0;  ///< its noise: held-out events, and the scatter of the folds when there are several
  /// Its derivative in θ, and the standard deviation of each component; empty for scan, praxis, bobyqa.
  std::vector<double> gradient = {};
  std::vector<double> gradient_error = {};
};

struct FittedParameter {
  std::string name;
  std::string unit;
  double value = 0.0;
  double low = 0.0;  ///< 68.27 % interval
  double high = 0.0;
  /// Shares of the interval's half width where they are known, else 0: finite samples; trainings of w; of the classifier.
  double statistical = 0.0;
  double weights = 0.0;
  double training = 0.0;
};

struct FitResult {
  std::vector<FittedParameter> parameters;
  /// θ̂ of each repetition (repetitions × parameters); of method dctr: of each reweighter.
  std::vector<std::vector<double>> repetitions;
  /// θ̂ that each training of w alone would give, where shares are known apart; else empty.
  std::vector<std::vector<double>> by_weights;
  /// Repetitions left out of the mean because their minimum lies at the edge of the range.
  std::vector<std::size_t> rejected;
  std::vector<ScanPoint> scan;
  /// Curve fitted to the fine scan of each repetition (one parameter, method auc, minimiser scan), with u = θ − centre:
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
  /// Trainings that had failed by a stated rule (docs/guide/fit.md) and were done again with another start.
  std::size_t classifiers_retrained = 0;
  double auc_at_minimum = 0.5;
  double auc_null_spread = 0.0;
  /// Mean weight at the fitted value with its error on the simulation: what a raw loss takes for signal.
  double mean_weight = 1.0;
  std::optional<ScoreReport> score;  ///< of methods score and likelihood, and of corrected fits
  std::vector<double> uncorrected;   ///< of corrected fits: the crossing, with the error of the weights in it
  std::optional<LikelihoodReport> likelihood;  ///< of method likelihood
};

/// Throws ConfigError when options contradict one another, or do not suit a reweighter with these features and so many
/// parameters. fit_parameters does it, too; asked before, it saves the training of weights that could not be used.
void check_fit_options(const FitOptions& options, const std::vector<std::string>& features,
                       std::size_t parameters);

/// `reweighters`: repetition r trains with reweighters[r % size], so that several trainings of w enter the spread; gradient
/// and dctr take the mean over all of them, and their spread as the share of w.
/// Throws ConfigError for options that contradict one another, DataError for data that cannot be fitted (missing columns,
/// NaN, sums of weights that are not positive, minima at the edge of the range).
FitResult fit_parameters(const Table& data, const Table& simulation,
                         const std::vector<Reweighter>& reweighters, const FitOptions& options,
                         ThreadPool& pool, Monitor& monitor = silent_monitor());

/// What is compared. All must outlive the fit.
struct FitSamples {
  const Table& data;
  const Table& simulation;
  /// Methods score and likelihood need them but for their plain moment, and corrected fits; the others ignore them.
  const GeneratorEvents& generator;
  /// For methods score and likelihood; the others refuse it.
  const Background& background;
};

/// The same with generator-level events and background. Throws as above; DataError also when too few generator-level events
/// lie near the estimate, ConfigError also for a background that the method cannot have.
FitResult fit_parameters(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                         const FitOptions& options, ThreadPool& pool, Monitor& monitor = silent_monitor());

/// Without background.
FitResult fit_parameters(const Table& data, const Table& simulation, const GeneratorEvents& generator,
                         const std::vector<Reweighter>& reweighters, const FitOptions& options,
                         ThreadPool& pool, Monitor& monitor = silent_monitor());

}  // namespace trueup
