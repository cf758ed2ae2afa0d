// The fit by method score: first estimate, expansions, repetitions, and what is said of the result.
#include "fit/score_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <stats/pareto_tail.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>

#include "fit/classifier_objective.hpp"
#include "fit/estimates.hpp"
#include "fit/newton.hpp"
#include "fit/score_expansion.hpp"

namespace trueup {

namespace {

// In units of what one generator-level event tells about θ.
constexpr double kNear = 0.1;  // a statistic learnt so far off loses less than a hundredth of its precision
constexpr double kDisplaced = 0.08;  // of the point around which a further repetition expands
constexpr double kBeside = 0.5;      // where the weights are judged beside θ̂
constexpr int kApproaches = 3;
constexpr std::size_t kClassifierEvents = 100'000;

class ScoreFit {
 public:
  ScoreFit(const Table& data, const Table& simulation, const GeneratorEvents& source, const MeanRatio& ratio,
           const FitOptions& options, ThreadPool& pool, Monitor& monitor)
      : data_(data),
        simulation_(simulation),
        source_(source),
        ratio_(ratio),
        options_(options),
        pool_(pool),
        monitor_(monitor) {}

  FitResult run();

 private:
  const std::vector<ModelParameter>& parameters() const { return ratio_.model().parameters; }
  std::vector<double> approach() const;
  ScoreSolution repetition(const ScoreSamples& samples, std::size_t r, const std::vector<double>& start);
  std::vector<double> displaced(const ScoreSolution& first, std::size_t r) const;
  void summarise(const std::vector<ScoreSolution>& solutions);
  void judge_stability(const std::vector<ScoreSolution>& solutions);
  void judge_weights(const std::vector<double>& theta, const SquareMatrix& information);
  void judge_agreement(const std::vector<double>& theta);
  WeightPoint weight_point(const std::vector<double>& theta) const;

  const Table& data_;
  const Table& simulation_;
  const GeneratorEvents& source_;
  const MeanRatio& ratio_;
  const FitOptions& options_;
  ThreadPool& pool_;
  Monitor& monitor_;
  FitResult result_;
  ScoreReport report_;
};

/// The plain moment on a part of the events, from nominal.
std::vector<double> ScoreFit::approach() const {
  FitOptions plain = options_;
  plain.score.moment = MomentForm::plain;
  const ScoreSamples samples =
      score_samples(data_, simulation_, ratio_, plain, options_.score.approach_events,
                    derive_seed(options_.seed, "score approach"));
  std::vector<double> theta;
  for (const ModelParameter& p : parameters()) theta.push_back(p.nominal);
  const GeneratorEvents none;
  for (int a = 0; a < kApproaches; ++a) {
    const auto seed = derive_seed(options_.seed, "score approach", static_cast<std::uint64_t>(a));
    const ScoreSolution found = solve_around({samples, ratio_, none, plain}, theta, seed, pool_, monitor_);
    const double moved = distance_between(found.theta, theta, found.information);
    theta = found.theta;
    if (moved <= kNear) break;
  }
  return theta;
}

ScoreSolution ScoreFit::repetition(const ScoreSamples& samples, std::size_t r,
                                   const std::vector<double>& start) {
  std::vector<double> around = start;
  for (std::size_t e = 0;; ++e) {
    const std::uint64_t seed = derive_seed(derive_seed(options_.seed, "score repetition", r), "expansion", e);
    ScoreSolution solution =
        solve_around({samples, ratio_, source_, options_}, around, seed, pool_, monitor_);
    result_.classifier_trainings += solution.trainings;
    const double distance = distance_between(solution.theta, around, solution.information);
    report_.expansions.push_back({r, around, solution.theta, distance});
    double error = 0.0;  // largest, in the same units
    for (std::size_t p = 0; p < around.size(); ++p) {
      error = std::max(error, std::sqrt(solution.variance(p) * solution.information(p, p)));
    }
    const bool near = distance <= std::max(kNear, error);
    if (near || e + 1 == options_.score.max_expansions || !solution.found) {
      report_.converged = report_.converged && near && solution.found;
      return solution;
    }
    around = solution.theta;
  }
}

std::vector<double> ScoreFit::displaced(const ScoreSolution& first, std::size_t r) const {
  std::vector<double> around = first.theta;
  const double side = r % 2 == 1 ? 1.0 : -1.0;
  for (std::size_t p = 0; p < around.size(); ++p) {
    around[p] += side * kDisplaced / std::sqrt(first.information(p, p) * static_cast<double>(around.size()));
  }
  return clamped(parameters(), around);
}

FitResult ScoreFit::run() {
  const std::vector<double> start = approach();
  const ScoreSamples samples = score_samples(data_, simulation_, ratio_, options_, 0, options_.seed);
  std::vector<ScoreSolution> solutions;
  report_.converged = true;
  for (std::size_t r = 0; r < options_.repetitions; ++r) {
    solutions.push_back(repetition(samples, r, r == 0 ? start : displaced(solutions.front(), r)));
    if (!solutions.back().found) result_.rejected.push_back(r);
    result_.repetitions.push_back(solutions.back().theta);
    monitor_.progress("fit", r + 1, options_.repetitions,
                      fmt::format("{} = {:.5g}", parameters().front().name, solutions.back().theta.front()));
    check_interrupt(monitor_, "fit");
  }
  summarise(solutions);
  return std::move(result_);
}

/// Mean over the repetitions, which have the events in common: the covariance is that of one.
void ScoreFit::summarise(const std::vector<ScoreSolution>& solutions) {
  const std::size_t P = parameters().size();
  const double share = 1.0 / static_cast<double>(solutions.size());
  std::vector<double> theta(P, 0.0), statistical;
  std::vector<std::vector<double>> by_weights(ratio_.trainings().size(), std::vector<double>(P, 0.0));
  SquareMatrix data(P), simulation(P), generator(P), sum(P);
  for (const ScoreSolution& one : solutions) {
    for (std::size_t j = 0; j < P * P; ++j) {
      data.values[j] += share * one.data.values[j];
      simulation.values[j] += share * one.simulation.values[j];
      generator.values[j] += share * one.generator.values[j];
    }
    for (std::size_t p = 0; p < P; ++p) {
      theta[p] += share * one.theta[p];
      for (std::size_t m = 0; m < one.roots.size(); ++m) by_weights[m][p] += share * one.roots[m][p];
    }
  }
  for (std::size_t j = 0; j < P * P; ++j) {
    sum.values[j] = data.values[j] + simulation.values[j] + generator.values[j];
  }
  for (std::size_t p = 0; p < P; ++p) {
    report_.data.push_back(std::sqrt(data(p, p)));
    report_.simulation.push_back(std::sqrt(simulation(p, p)));
    report_.generator.push_back(std::sqrt(generator(p, p)));
    statistical.push_back(std::sqrt(sum(p, p)));
  }
  report_.covariance = sum.values;
  report_.tests = solutions.front().tests;
  result_.classifier_record = solutions.front().record;
  if (result_.rejected.empty()) {
    summarise_shares(parameters(), theta, {statistical, by_weights, result_.repetitions}, result_);
  } else {
    take_single(parameters(), theta, result_);
  }
  judge_stability(solutions);
  judge_weights(theta, solutions.front().information);
  judge_agreement(theta);
  result_.score = std::move(report_);
}

void ScoreFit::judge_stability(const std::vector<ScoreSolution>& solutions) {
  if (solutions.size() < 2) {
    report_.instability = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  for (const ScoreSolution& one : solutions) {
    for (std::size_t p = 0; p < one.theta.size(); ++p) {
      const double distance = std::fabs(one.theta[p] - solutions.front().theta[p]);
      report_.instability = std::max(report_.instability, distance / std::sqrt(one.variance(p)));
    }
  }
}

WeightPoint ScoreFit::weight_point(const std::vector<double>& theta) const {
  std::vector<float> weights = ratio_.ratios(simulation_, theta, pool_);
  const MeanWithError mean = weighted_mean(weights, simulation_.weights());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (simulation_.has_weights()) weights[i] *= simulation_.weights()[i];
  }
  const double effective = effective_sample_size(weights) / static_cast<double>(weights.size());
  return {theta, mean.value, mean.error, effective, pareto_shape(weights)};
}

void ScoreFit::judge_weights(const std::vector<double>& theta, const SquareMatrix& information) {
  report_.weights.push_back(weight_point(theta));
  for (std::size_t p = 0; p < theta.size(); ++p) {
    for (const double side : {-1.0, 1.0}) {
      std::vector<double> beside = theta;
      beside[p] += side * kBeside / std::sqrt(information(p, p));
      beside = clamped(parameters(), beside);
      if (beside != theta) report_.weights.push_back(weight_point(beside));
    }
  }
}

/// What a classifier still tells apart at θ̂.
void ScoreFit::judge_agreement(const std::vector<double>& theta) {
  FitOptions classifier = options_;
  classifier.method = FitMethod::auc;
  classifier.minimiser = Minimiser::gradient;
  const EventChoice choice{false, kClassifierEvents, derive_seed(options_.seed, "score agreement")};
  const Reweighter& reweighter = ratio_.trainings().front();
  const ClassifierObjective objective(
      choose_events(data_, simulation_, options_.observables, reweighter.model(), choice), reweighter,
      classifier, 0, pool_, monitor_);
  const Evaluation evaluation = objective.evaluate(theta);
  result_.auc_at_minimum = evaluation.point.auc;
  result_.auc_null_spread = evaluation.point.auc_null_spread;
  result_.classifier_trainings += evaluation.trainings;
  result_.classifiers_retrained = evaluation.retrained;
}

void check_source(const GeneratorEvents& generator, const MeanRatio& ratio, const FitOptions& options) {
  if (options.score.moment == MomentForm::plain) return;
  if (generator.empty()) {
    throw ConfigError(
        "method score needs generator-level events near the fitted value: give a table with columns of the "
        "parameters, or a function that generates them; the plain moment does without, at the price of its "
        "bias");
  }
  if (!ratio.model().members.columns.empty()) {
    throw ConfigError(
        "method score learns a mean given the columns that the weights read; these weights read a jagged "
        "group, "
        "for which it has only the plain moment");
  }
  if (generator.at) return;
  std::vector<std::string> columns = ratio.model().column_names();
  for (const ModelParameter& p : ratio.model().parameters) columns.push_back(p.name);
  generator.scanned.require_finite(columns, "generator events");
}

}  // namespace

FitResult fit_by_score(const Table& data, const Table& simulation, const GeneratorEvents& generator,
                       const std::vector<Reweighter>& reweighters, const FitOptions& options,
                       ThreadPool& pool, Monitor& monitor) {
  const MeanRatio ratio(reweighters);
  check_source(generator, ratio, options);
  return ScoreFit(data, simulation, generator, ratio, options, pool, monitor).run();
}

}  // namespace trueup
