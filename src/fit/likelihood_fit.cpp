// The fit by method likelihood: ratio, maximum, shape, calibration, repetitions.
#include "fit/likelihood_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "fit/log_likelihood.hpp"
#include "fit/score_approach.hpp"
#include "fit/score_summary.hpp"

namespace trueup {

namespace {

// The maximum has to lie in this part of the window around θ1: beyond, r was learnt from one side only.
constexpr double kInner = 0.5;
// Detectors leave about so much of what one generator-level event tells: for differences and first steps only.
constexpr double kDetectorWidening = 1.4;

struct LikelihoodSolution {
  LikelihoodMaximum maximum;
  double mean_ratio = 1.0;
  std::vector<LikelihoodProfile> profiles;
  std::vector<LikelihoodContour> contours;
};

class LikelihoodFit {
 public:
  explicit LikelihoodFit(const ScoreInputs& in) : in_(in) {}

  FitResult run();

 private:
  void repeat(const ScoreSamples& samples, std::size_t r, const std::vector<double>& start);
  void add_shape(LogLikelihood& likelihood, const ParameterBox& box, LikelihoodSolution& found) const;
  ScoreSolution calibrate(const ScoreSamples& samples, const ExpansionPoint& expansion,
                          const StatisticFolds& folds, const RatioEnsemble& ensemble,
                          const std::vector<double>& theta, std::uint64_t seed) const;
  void report();
  void take_intervals(const LikelihoodSolution& first);
  void widen_contours(const LikelihoodMaximum& maximum);

  const ScoreInputs& in_;
  std::vector<ScoreSolution> calibrated_;
  std::vector<LikelihoodSolution> solutions_;
  FitResult result_;
  ScoreReport score_;
  LikelihoodReport report_;
};

/// Whether each parameter lies in the inner part of what the window leaves to that side.
bool well_inside(const RatioRegion& region, const std::vector<double>& theta) {
  for (std::size_t p = 0; p < theta.size(); ++p) {
    const double centre = region.reference[p];
    if (theta[p] < centre - kInner * (centre - region.low[p])) return false;
    if (theta[p] > centre + kInner * (region.high[p] - centre)) return false;
  }
  return true;
}

std::vector<double> expected_errors(const ExpansionPoint& expansion, double events) {
  std::vector<double> errors;
  for (std::size_t p = 0; p < expansion.theta.size(); ++p) {
    errors.push_back(kDetectorWidening / std::sqrt(events * expansion.information(p, p)));
  }
  return errors;
}

void LikelihoodFit::add_shape(LogLikelihood& likelihood, const ParameterBox& box,
                              LikelihoodSolution& found) const {
  const auto value = [&](std::span<const double> theta) { return likelihood.at(theta); };
  for (std::size_t p = 0; p < in_.parameters().size(); ++p) {
    found.profiles.push_back(profile(value, box, found.maximum, p));
    check_interrupt(in_.monitor, "fit");
  }
  if (in_.parameters().size() != 2) return;
  // χ² of two degrees of freedom: −2 log(1 − probability).
  for (const double probability : {0.6827, 0.9545}) {
    const double rise = -2.0 * std::log1p(-probability);
    found.contours.push_back({probability, contour(value, box, found.maximum, rise), {}});
    check_interrupt(in_.monitor, "fit");
  }
}

/// Where simulated events of known θ have the mean of t = ∂ log r/∂θ that the data have: θ̂ without the bias of r.
ScoreSolution LikelihoodFit::calibrate(const ScoreSamples& samples, const ExpansionPoint& expansion,
                                       const StatisticFolds& folds, const RatioEnsemble& ensemble,
                                       const std::vector<double>& theta, std::uint64_t seed) const {
  const auto score = [&](std::size_t k, const RegressionOptions&, Monitor&) {
    const auto of = [&](const FeatureMatrix& y) {
      FeatureMatrix inputs = ensemble.inputs(y);
      return ensemble.of_fold(k, inputs, theta, in_.pool).score;
    };
    return FoldStatistic{of(samples.data), of(samples.simulation), of(samples.background), ensemble.record(),
                         0};
  };
  const ScoreStatistics statistics =
      complete_statistics(samples, expansion.weights, folds, score, in_.options, seed, in_.pool, in_.monitor);
  return solve_with({samples, in_.ratio, in_.generator, in_.options}, statistics, expansion.information,
                    theta, in_.pool, in_.monitor);
}

void LikelihoodFit::repeat(const ScoreSamples& samples, std::size_t r, const std::vector<double>& start) {
  const LikelihoodOptions& options = in_.options.likelihood;
  std::vector<double> around = start;
  for (std::size_t e = 0;; ++e) {
    const std::uint64_t seed =
        derive_seed(derive_seed(in_.options.seed, "likelihood repetition", r), "expansion", e);
    const ExpansionPoint expansion = expand(samples, in_.ratio, around, in_.pool);
    const RatioRegion region(in_.parameters(), expansion, options.window);
    const StatisticFolds folds(samples, in_.options.folds, seed);
    const RatioEnsemble ensemble = RatioEnsemble::learn(samples, in_.ratio, expansion, region, folds,
                                                        in_.options, seed, in_.pool, in_.monitor);
    result_.classifier_trainings += ensemble.trainings();
    LogLikelihood likelihood(samples, expansion, folds, ensemble, options.normalised, in_.pool);
    const ParameterBox box{region.low, region.high};
    LikelihoodSolution found;
    found.maximum = maximise([&](std::span<const double> theta) { return likelihood.at(theta); }, box, around,
                             expected_errors(expansion, likelihood.effective_events()));
    const double distance = distance_between(found.maximum.theta, around, expansion.information);
    score_.expansions.push_back({r, around, found.maximum.theta, distance});
    const bool near = well_inside(region, found.maximum.theta);
    if (!near && e + 1 < in_.options.score.max_expansions) {
      around = found.maximum.theta;
      continue;
    }
    found.mean_ratio = likelihood.mean_ratio(found.maximum.theta).value;
    if (r == 0 && found.maximum.found) add_shape(likelihood, box, found);
    calibrated_.push_back(calibrate(samples, expansion, folds, ensemble, found.maximum.theta, seed));
    result_.classifier_trainings += calibrated_.back().trainings;
    calibrated_.back().found = calibrated_.back().found && found.maximum.found;
    score_.converged = score_.converged && near && calibrated_.back().found;
    solutions_.push_back(std::move(found));
    return;
  }
}

FitResult LikelihoodFit::run() {
  const std::vector<double> start = first_estimate(in_);
  const ScoreSamples samples = score_samples(in_, in_.options.score.moment, 0, in_.options.seed);
  score_.converged = true;
  for (std::size_t r = 0; r < in_.options.repetitions; ++r) {
    repeat(samples, r, r == 0 ? start : displaced(in_.parameters(), calibrated_.front(), r));
    const std::vector<double>& theta = calibrated_.back().theta;
    if (!calibrated_.back().found) result_.rejected.push_back(r);
    result_.repetitions.push_back(theta);
    in_.monitor.progress("fit", r + 1, in_.options.repetitions,
                         fmt::format("{} = {:.5g}", in_.parameters().front().name, theta.front()));
    check_interrupt(in_.monitor, "fit");
  }
  summarise_score(in_, calibrated_, std::move(score_), result_);
  report();
  return std::move(result_);
}

void LikelihoodFit::report() {
  const std::size_t P = in_.parameters().size();
  const double share = 1.0 / static_cast<double>(solutions_.size());
  report_.maximum.assign(P, 0.0);
  for (const LikelihoodSolution& one : solutions_) {
    for (std::size_t p = 0; p < P; ++p) report_.maximum[p] += share * one.maximum.theta[p];
  }
  const LikelihoodSolution& first = solutions_.front();
  const ScoreReport& score = *result_.score;
  for (std::size_t p = 0; p < P; ++p) {
    const FittedParameter& fitted = result_.parameters[p];
    report_.correction.push_back(fitted.value - report_.maximum[p]);
    report_.correction_error.push_back(std::hypot(score.simulation[p], score.generator[p], fitted.training));
    const bool curved = first.maximum.covariance.size == P;
    report_.hessian_error.push_back(curved ? std::sqrt(first.maximum.covariance(p, p)) : NAN);
  }
  report_.mean_ratio = first.mean_ratio;
  report_.profiles = first.profiles;
  report_.contours = first.contours;
  if (result_.rejected.empty()) {
    take_intervals(first);
    widen_contours(first.maximum);
  }
  result_.likelihood = std::move(report_);
}

/// The share of the data has the shape of their likelihood, scaled to the sandwich's error (Chandler and Bate,
/// Biometrika 94 (2007) 167): the likelihood of a learnt ratio, or of weighted events, has another curvature. The other
/// shares join in quadrature on each side. A side on which the profile leaves the window before it has risen by 1 keeps the
/// symmetric interval.
void LikelihoodFit::take_intervals(const LikelihoodSolution& first) {
  for (std::size_t p = 0; p < result_.parameters.size(); ++p) {
    FittedParameter& fitted = result_.parameters[p];
    const double half = fitted.high - fitted.value, data = result_.score->data[p];
    const double others = std::max(0.0, half * half - data * data);
    const double scale = data / report_.hessian_error[p];
    const double down = scale * (first.maximum.theta[p] - first.profiles[p].low);
    const double up = scale * (first.profiles[p].high - first.maximum.theta[p]);
    if (std::isfinite(down)) fitted.low = fitted.value - std::sqrt(down * down + others);
    if (std::isfinite(up)) fitted.high = fitted.value + std::sqrt(up * up + others);
  }
}

/// θ ↦ θ̂ + L_all L_data⁻¹ (θ − maximum): a contour of the data's curvature becomes one of the whole covariance.
void LikelihoodFit::widen_contours(const LikelihoodMaximum& maximum) {
  const std::size_t P = result_.parameters.size();
  SquareMatrix all(P);
  all.values = result_.score->covariance;
  std::vector<double> centre;
  for (std::size_t p = 0; p < P; ++p) {
    centre.push_back(result_.parameters[p].value);
  }
  const auto wide = cholesky(all), narrow = cholesky(maximum.covariance);
  for (LikelihoodContour& one : report_.contours) {
    for (const std::vector<double>& point : one.data) {
      std::vector<double> away(P), moved = centre;
      for (std::size_t p = 0; p < P; ++p) away[p] = point[p] - maximum.theta[p];
      if (!wide || !narrow) continue;
      const std::vector<double> unit = solve_lower(*narrow, away), there = *wide * unit;
      for (std::size_t p = 0; p < P; ++p) moved[p] += there[p];
      one.all.push_back(moved);
    }
  }
}

}  // namespace

FitResult fit_by_likelihood(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                            const FitOptions& options, ThreadPool& pool, Monitor& monitor) {
  const MeanRatio ratio(reweighters);
  const ScoreInputs in{samples, ratio, options, pool, monitor};
  require_source(in);
  return LikelihoodFit(in).run();
}

}  // namespace trueup
