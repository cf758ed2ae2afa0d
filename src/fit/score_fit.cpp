// The fit by method score: first estimate, expansions, repetitions, and what is said of the result.
#include "fit/score_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "fit/score_approach.hpp"
#include "fit/score_summary.hpp"

namespace trueup {

namespace {

class ScoreFit {
 public:
  explicit ScoreFit(const ScoreInputs& in) : in_(in) {}

  FitResult run();

 private:
  ScoreSolution repetition(const ScoreSamples& samples, std::size_t r, const std::vector<double>& start);

  const ScoreInputs& in_;
  FitResult result_;
  ScoreReport report_;
};

ScoreSolution ScoreFit::repetition(const ScoreSamples& samples, std::size_t r,
                                   const std::vector<double>& start) {
  std::vector<double> around = start;
  for (std::size_t e = 0;; ++e) {
    const std::uint64_t seed =
        derive_seed(derive_seed(in_.options.seed, "score repetition", r), "expansion", e);
    ScoreSolution solution =
        solve_around({samples, in_.ratio, in_.generator, in_.options}, around, seed, in_.pool, in_.monitor);
    result_.classifier_trainings += solution.trainings;
    const double distance = distance_between(solution.theta, around, solution.information);
    report_.expansions.push_back({r, around, solution.theta, distance});
    double error = 0.0;  // largest, in the same units
    for (std::size_t p = 0; p < around.size(); ++p) {
      error = std::max(error, std::sqrt(solution.variance(p) * solution.information(p, p)));
    }
    const bool near = distance <= std::max(kNear, error);
    if (near || e + 1 == in_.options.score.max_expansions || !solution.found) {
      report_.converged = report_.converged && near && solution.found;
      return solution;
    }
    around = solution.theta;
  }
}

FitResult ScoreFit::run() {
  const std::vector<double> start = first_estimate(in_);
  const ScoreSamples samples = score_samples(in_, in_.options.score.moment, 0, in_.options.seed);
  std::vector<ScoreSolution> solutions;
  report_.converged = true;
  for (std::size_t r = 0; r < in_.options.repetitions; ++r) {
    solutions.push_back(
        repetition(samples, r, r == 0 ? start : displaced(in_.parameters(), solutions.front(), r)));
    if (!solutions.back().found) result_.rejected.push_back(r);
    result_.repetitions.push_back(solutions.back().theta);
    in_.monitor.progress(
        "fit", r + 1, in_.options.repetitions,
        fmt::format("{} = {:.5g}", in_.parameters().front().name, solutions.back().theta.front()));
    check_interrupt(in_.monitor, "fit");
  }
  summarise_score(in_, solutions, std::move(report_), result_);
  return std::move(result_);
}

}  // namespace

FitResult fit_by_score(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                       const FitOptions& options, ThreadPool& pool, Monitor& monitor) {
  const MeanRatio ratio(reweighters);
  const ScoreInputs in{samples, ratio, options, pool, monitor};
  require_source(in);
  return ScoreFit(in).run();
}

}  // namespace trueup
