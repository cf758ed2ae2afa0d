// First estimates for the fits by learnt statistics.
#include "fit/score_approach.hpp"

#include <cmath>

#include <trueup/random.hpp>

#include "fit/newton.hpp"

namespace trueup {

namespace {

constexpr double kDisplaced = 0.08;
constexpr int kApproaches = 3;

}  // namespace

std::vector<double> first_estimate(const ScoreInputs& in) {
  FitOptions plain = in.options;
  plain.score.moment = MomentForm::plain;
  const ScoreSamples samples = score_samples(in, MomentForm::plain, in.options.score.approach_events,
                                             derive_seed(in.options.seed, "score approach"));
  std::vector<double> theta;
  for (const ModelParameter& p : in.parameters()) theta.push_back(p.nominal);
  const GeneratorEvents none;
  for (int a = 0; a < kApproaches; ++a) {
    const auto seed = derive_seed(in.options.seed, "score approach", static_cast<std::uint64_t>(a));
    const ScoreSolution found =
        solve_around({samples, in.ratio, none, plain}, theta, seed, in.pool, in.monitor);
    const double moved = distance_between(found.theta, theta, found.information);
    theta = found.theta;
    if (moved <= kNear) break;
  }
  return theta;
}

std::vector<double> displaced(const std::vector<ModelParameter>& parameters, const ScoreSolution& first,
                              std::size_t r) {
  std::vector<double> around = first.theta;
  const double side = r % 2 == 1 ? 1.0 : -1.0;
  for (std::size_t p = 0; p < around.size(); ++p) {
    around[p] += side * kDisplaced / std::sqrt(first.information(p, p) * static_cast<double>(around.size()));
  }
  return clamped(parameters, around);
}

}  // namespace trueup
