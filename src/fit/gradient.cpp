// The fit by gradient: near the minimum by Newton steps on a part of the events, then the crossing on all of them.
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "fit/corrected_crossing.hpp"
#include "fit/crossing.hpp"
#include "fit/estimates.hpp"
#include "fit/newton.hpp"
#include "fit/score_summary.hpp"

namespace trueup {

namespace {

// Enough to come within a fraction of one event's resolution in θ, which is all that the crossing needs.
constexpr std::size_t kApproachEvents = 40'000;

void collect(std::vector<Evaluation> evaluations, bool fine, FitResult& result) {
  for (Evaluation& evaluation : evaluations) {
    evaluation.point.fine = fine;
    result.classifier_trainings += evaluation.trainings;
    result.classifiers_retrained += evaluation.retrained;
    result.scan.push_back(std::move(evaluation.point));
  }
}

std::vector<double> nominal_of(const std::vector<ModelParameter>& parameters) {
  std::vector<double> nominal;
  for (const ModelParameter& p : parameters) nominal.push_back(p.nominal);
  return nominal;
}

std::vector<double> approach(const Table& data, const Table& simulation, const Reweighter& reweighter,
                             const FitOptions& options, ThreadPool& pool, Monitor& monitor,
                             FitResult& result) {
  const auto& parameters = reweighter.model().parameters;
  const EventChoice choice{false, kApproachEvents, derive_seed(options.seed, "approach")};
  const ClassifierObjective objective(
      choose_events(data, simulation, {options.observables, options.members}, reweighter.model(), choice),
      reweighter, options, 0, pool, monitor);
  NewtonOptions newton;
  newton.most_evaluations = options.max_evaluations;
  NewtonResult found = newton_minimum(objective, parameters, nominal_of(parameters), newton);
  collect(std::move(found.evaluations), false, result);
  return found.theta;
}

/// What the repetitions leave: means over them.
struct Sum {
  std::vector<double> theta;
  std::vector<double> variance;
  std::vector<std::vector<double>> roots;  // of each reweighter

  void add(const CrossingResult& crossing, double share) {
    const std::size_t P = crossing.theta.size();
    theta.resize(P, 0.0);
    variance.resize(P, 0.0);
    roots.resize(crossing.roots.size(), std::vector<double>(P, 0.0));
    for (std::size_t p = 0; p < P; ++p) {
      theta[p] += share * crossing.theta[p];
      variance[p] += share * crossing.covariance(p, p);
      for (std::size_t m = 0; m < roots.size(); ++m) roots[m][p] += share * crossing.roots[m][p];
    }
  }
};

}  // namespace

namespace {

class GradientFit {
 public:
  GradientFit(const ScoreInputs& in, const std::vector<Reweighter>& reweighters)
      : in_(in), reweighters_(reweighters) {}

  FitResult run();

 private:
  CrossingResult cross(std::size_t r, const std::vector<double>& centre);
  void correct(std::size_t r, const ScoreSamples& samples, const CrossingResult& crossing);
  void repeat(std::size_t r, std::vector<double>& centre);
  void summarise();

  const ScoreInputs& in_;
  const std::vector<Reweighter>& reweighters_;
  std::optional<ScoreSamples> samples_;  // of a corrected fit
  std::vector<ScoreSolution> solutions_;
  ScoreReport report_;
  Sum sum_;
  FitResult result_;
};

CrossingResult GradientFit::cross(std::size_t r, const std::vector<double>& centre) {
  const FitOptions& options = in_.options;
  const std::size_t trained_with = r % reweighters_.size();
  const Reweighter& reweighter = reweighters_[trained_with];
  const ClassifierObjective objective(
      choose_events(in_.data, in_.simulation, {options.observables, options.members}, reweighter.model(), {}),
      reweighter, options, r, in_.pool, in_.monitor);
  return find_crossing(objective, options.method, trained_with, reweighters_, centre, in_.pool);
}

void GradientFit::correct(std::size_t r, const ScoreSamples& samples, const CrossingResult& crossing) {
  const std::uint64_t seed = derive_seed(in_.options.seed, "correction", r);
  ScoreSolution solution = solve_corrected({samples, in_.ratio, in_.generator, in_.options}, crossing, seed,
                                           in_.pool, in_.monitor);
  const double distance = distance_between(solution.theta, crossing.theta, solution.information);
  report_.expansions.push_back({r, crossing.theta, solution.theta, distance});
  report_.converged = report_.converged && solution.found && distance <= kCrossingDistance;
  result_.classifier_trainings += solution.trainings;
  if (!solution.found && !crossing.at_edge) result_.rejected.push_back(r);
  solutions_.push_back(std::move(solution));
}

void GradientFit::repeat(std::size_t r, std::vector<double>& centre) {
  const double share = 1.0 / static_cast<double>(in_.options.repetitions);
  CrossingResult crossing = cross(r, centre);
  if (crossing.at_edge) result_.rejected.push_back(r);
  const Evaluation& middle = crossing.evaluations.front();
  result_.auc_at_minimum += share * middle.point.auc;
  result_.auc_null_spread += share * middle.point.auc_null_spread;
  if (r == 0) result_.classifier_record = middle.record;
  if (samples_) correct(r, *samples_, crossing);
  result_.repetitions.push_back(samples_ ? solutions_.back().theta : crossing.theta);
  sum_.add(crossing, share);
  centre = crossing.theta;
  collect(std::move(crossing.evaluations), true, result_);
}

void GradientFit::summarise() {
  if (!result_.rejected.empty() && in_.options.repetitions > 1) {
    fail_at_edge(in_.parameters(), result_.rejected.size(), in_.options.repetitions);
  }
  if (samples_) {
    result_.uncorrected = sum_.theta;
    return summarise_score(in_, solutions_, std::move(report_), result_);
  }
  if (!result_.rejected.empty()) return take_single(in_.parameters(), sum_.theta, result_);
  for (double& v : sum_.variance) v = std::sqrt(v);
  summarise_shares(in_.parameters(), sum_.theta, {sum_.variance, sum_.roots, result_.repetitions}, result_);
}

FitResult GradientFit::run() {
  const FitOptions& options = in_.options;
  std::vector<double> centre =
      approach(in_.data, in_.simulation, reweighters_.front(), options, in_.pool, in_.monitor, result_);
  if (options.corrected) {
    samples_ = score_samples(in_, MomentForm::doubly_robust, 0, options.seed);
    samples_->data.members = samples_->simulation.members = {};  // the crossing has its own
    report_.converged = true;
  }
  result_.auc_at_minimum = 0.0;
  for (std::size_t r = 0; r < options.repetitions; ++r) {
    repeat(r, centre);
    in_.monitor.progress(
        "fit", r + 1, options.repetitions,
        fmt::format("{} = {:.5g}", in_.parameters().front().name, result_.repetitions.back().front()));
    check_interrupt(in_.monitor, "fit");
  }
  summarise();
  return std::move(result_);
}

}  // namespace

FitResult fit_by_gradient(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                          const FitOptions& options, ThreadPool& pool, Monitor& monitor) {
  const MeanRatio ratio(reweighters);
  const ScoreInputs in{samples, ratio, options, pool, monitor};
  if (options.corrected) require_source(in);
  return GradientFit(in, reweighters).run();
}

}  // namespace trueup
