// Values, errors and judgements of the fits by learnt statistics.
#include "fit/score_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>
#include <utility>

#include <stats/pareto_tail.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>

#include "fit/classifier_objective.hpp"
#include "fit/estimates.hpp"
#include "fit/newton.hpp"

namespace trueup {

namespace {

constexpr double kBeside = 0.5;  // of what one event tells: where the weights are judged beside θ̂
constexpr std::size_t kClassifierEvents = 100'000;

class Summary {
 public:
  Summary(const ScoreInputs& in, ScoreReport report, FitResult& result)
      : in_(in), report_(std::move(report)), result_(result) {}

  void summarise(const std::vector<ScoreSolution>& solutions);

 private:
  void judge_stability(const std::vector<ScoreSolution>& solutions);
  void judge_weights(const std::vector<double>& theta, const SquareMatrix& information);
  void judge_agreement(const std::vector<double>& theta);
  void judge_mixture(const std::vector<double>& theta);
  WeightPoint weight_point(const std::vector<double>& theta) const;

  const ScoreInputs& in_;
  ScoreReport report_;
  FitResult& result_;
};

/// sum += factor · part, with the size of the first part.
template <class T>
void add_scaled(const std::vector<T>& part, double factor, std::vector<T>& sum) {
  sum.resize(part.size());
  for (std::size_t i = 0; i < part.size(); ++i)
    sum[i] += static_cast<T>(factor * static_cast<double>(part[i]));
}

void Summary::summarise(const std::vector<ScoreSolution>& solutions) {
  const std::size_t P = in_.parameters().size();
  const double share = 1.0 / static_cast<double>(solutions.size());
  std::vector<double> theta(P, 0.0), statistical;
  std::vector<std::vector<double>> by_weights(in_.ratio.trainings().size(), std::vector<double>(P, 0.0));
  ErrorShares errors(P);
  for (const ScoreSolution& one : solutions) {
    ErrorShares::for_each(errors, one.errors, [&](SquareMatrix& to, const SquareMatrix& from) {
      add_scaled(from.values, share, to.values);
    });
    add_scaled(one.influences.data, share, report_.data_influence);
    add_scaled(one.influences.simulation, share, report_.simulation_influence);
    for (std::size_t p = 0; p < P; ++p) {
      theta[p] += share * one.theta[p];
      for (std::size_t m = 0; m < one.roots.size(); ++m) by_weights[m][p] += share * one.roots[m][p];
    }
  }
  const SquareMatrix sum = errors.sum();
  for (std::size_t p = 0; p < P; ++p) {
    report_.data.push_back(std::sqrt(errors.data(p, p)));
    report_.simulation.push_back(std::sqrt(errors.simulation(p, p)));
    report_.generator.push_back(std::sqrt(errors.generator(p, p)));
    report_.background.push_back(std::sqrt(errors.background(p, p)));
    report_.background_share.push_back(std::sqrt(errors.background_share(p, p)));
    statistical.push_back(std::sqrt(sum(p, p)));
  }
  report_.covariance = sum.values;
  report_.tests = solutions.front().tests;
  result_.classifier_record = solutions.front().record;
  if (result_.rejected.empty()) {
    const Shares shares{statistical, by_weights, result_.repetitions};
    summarise_shares(in_.parameters(), theta, shares, result_);
    add_scaled(scatter_covariance(shares, result_).values, 1.0, report_.covariance);
  } else {
    take_single(in_.parameters(), theta, result_);
  }
  judge_stability(solutions);
  judge_weights(theta, solutions.front().information);
  judge_agreement(theta);
  result_.score = std::move(report_);
}

void Summary::judge_stability(const std::vector<ScoreSolution>& solutions) {
  if (solutions.size() < 2) {
    report_.instability = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  for (std::size_t p = 0; p < solutions.front().theta.size(); ++p) {
    const auto value = [p](const ScoreSolution& one) { return one.theta[p]; };
    const auto variance = [p](const ScoreSolution& one) { return one.variance(p); };
    const auto [low, high] = std::ranges::minmax(solutions | std::views::transform(value));
    const double smallest = std::ranges::min(solutions | std::views::transform(variance));
    report_.instability = std::max(report_.instability, (high - low) / std::sqrt(smallest));
  }
}

WeightPoint Summary::weight_point(const std::vector<double>& theta) const {
  std::vector<float> weights = in_.ratio.ratios(in_.simulation, theta, in_.pool);
  const MeanWithError mean = weighted_mean(weights, in_.simulation.weights());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (in_.simulation.has_weights()) weights[i] *= in_.simulation.weights()[i];
  }
  const double effective = effective_sample_size(weights) / static_cast<double>(weights.size());
  return {theta, mean.value, mean.error, effective, pareto_shape(weights)};
}

void Summary::judge_weights(const std::vector<double>& theta, const SquareMatrix& information) {
  report_.weights.push_back(weight_point(theta));
  for (std::size_t p = 0; p < theta.size(); ++p) {
    for (const double side : {-1.0, 1.0}) {
      std::vector<double> beside = theta;
      beside[p] += side * kBeside / std::sqrt(information(p, p));
      beside = clamped(in_.parameters(), beside);
      if (beside != theta) report_.weights.push_back(weight_point(beside));
    }
  }
}

/// What a classifier still tells apart at θ̂, the background included.
void Summary::judge_agreement(const std::vector<double>& theta) {
  if (!in_.background.empty()) return judge_mixture(theta);
  const EventChoice choice{false, kClassifierEvents, derive_seed(in_.options.seed, "score agreement")};
  FitOptions classifier = in_.options;
  classifier.method = FitMethod::auc;
  classifier.minimiser = Minimiser::gradient;
  const ClassifierObjective objective(
      choose_events(in_.data, in_.simulation, {in_.options.observables, in_.options.members},
                    in_.ratio.model(), choice),
      in_.ratio.trainings().front(), classifier, 0, in_.pool, in_.monitor);
  const Evaluation evaluation = objective.evaluate(theta);
  result_.auc_at_minimum = evaluation.point.auc;
  result_.auc_null_spread = evaluation.point.auc_null_spread;
  result_.classifier_trainings += evaluation.trainings;
  result_.classifiers_retrained += evaluation.retrained;
}

void Summary::judge_mixture(const std::vector<double>& theta) {
  ScoreSamples samples = score_samples(in_, MomentForm::plain, kClassifierEvents,
                                       derive_seed(in_.options.seed, "score agreement"));
  std::vector<float> weights = in_.ratio.ratios(samples.generator, theta, in_.pool);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= samples.simulation_weights[i];
  const std::vector<float> background = scaled_background_weights(samples, weights);
  weights.insert(weights.end(), background.begin(), background.end());
  FeatureMatrix mixture = std::move(samples.simulation);
  mixture.values.insert(mixture.values.end(), samples.background.values.begin(),
                        samples.background.values.end());
  TwoSampleOptions classifier;
  classifier.hidden = in_.options.hidden;
  classifier.training = in_.options.training;
  classifier.seed = derive_seed(in_.options.seed, "mixture");
  const TwoSampleResult found =
      two_sample_auc(samples.data, samples.data_weights, mixture, weights, classifier, in_.pool, in_.monitor);
  result_.auc_at_minimum = found.auc;
  result_.auc_null_spread = found.null_spread;
  ++result_.classifier_trainings;
}

}  // namespace

void summarise_score(const ScoreInputs& in, const std::vector<ScoreSolution>& solutions, ScoreReport report,
                     FitResult& result) {
  Summary(in, std::move(report), result).summarise(solutions);
}

}  // namespace trueup
