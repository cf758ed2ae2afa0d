// Whether a fit can be done as asked.
#include "fit/check_inputs.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "fit/surface.hpp"

namespace trueup {

namespace {

void check_reweighters(const std::vector<Reweighter>& reweighters) {
  if (reweighters.empty()) throw ConfigError("a fit needs at least one reweighter");
  const auto& first = reweighters.front().model();
  if (first.parameters.empty()) {
    throw ConfigError(
        "the reweighter has no parameter to fit: it turns one sample into another. Train it on a scanned "
        "sample");
  }
  for (const Reweighter& other : reweighters) {
    const bool same =
        std::ranges::equal(first.parameters, other.model().parameters,
                           [](const ModelParameter& a, const ModelParameter& b) { return a.name == b.name; });
    if (!same) {
      throw ConfigError("the reweighters have different parameters; train them with one configuration");
    }
  }
}

void check_scan(const FitOptions& options, std::size_t parameters) {
  const std::size_t coarse = parameters == 1 ? 3 : quadratic_terms(parameters);
  const std::size_t fine = parameters == 1 ? 6 : quadratic_terms(parameters) + 3;
  if (options.coarse_points < coarse || options.fine_points < fine) {
    throw ConfigError(fmt::format(
        "a scan of {} parameter{} needs at least {} coarse and {} fine points, not {} and {}", parameters,
        parameters == 1 ? "" : "s", coarse, fine, options.coarse_points, options.fine_points));
  }
  if (!(options.fine_window > 0.0 && options.fine_window <= 1.0)) {
    throw ConfigError(
        fmt::format("fine_window is {}; it is a fraction of the range, in (0, 1]", options.fine_window));
  }
}

void check_minimiser(const FitOptions& options, std::size_t parameters) {
  const bool gradient = options.minimiser == Minimiser::gradient;
  if (gradient && options.method == FitMethod::loss && options.weights == LossWeights::raw) {
    throw ConfigError(
        "raw weights and minimiser = \"gradient\" exclude one another: where data and simulation agree does "
        "not depend on the weights' sum; use minimiser = \"scan\" to see what raw weights do");
  }
  if (options.corrected && (!gradient || options.folds < 2)) {
    throw ConfigError(
        "a corrected fit needs minimiser = \"gradient\" and folds of at least 2: every event must be scored "
        "by a classifier that it did not train");
  }
  if (options.repetitions < 1) throw ConfigError("repetitions = 0: a fit needs at least 1");
  if (options.max_evaluations < 1) throw ConfigError("max_evaluations = 0: a minimum needs evaluations");
  if (options.folds < 1) throw ConfigError("folds = 0: at least one part of the events must be scored");
  if (options.minimiser == Minimiser::scan) check_scan(options, parameters);
}

void check_likelihood(const LikelihoodOptions& options) {
  if (options.members < 1) throw ConfigError("members = 0: a ratio needs at least one network a fold");
  if (options.theta_draws < 1) throw ConfigError("theta_draws = 0: each event needs at least one θ");
  if (!(options.window > 0.0 && std::isfinite(options.window))) {
    throw ConfigError(fmt::format("window is {}; it must be positive and finite", options.window));
  }
}

void check_score(const FitOptions& options) {
  if (options.folds < 2) {
    throw ConfigError(fmt::format(
        "methods score and likelihood with folds = {}: their networks must not see the events that they are "
        "evaluated on; at least 2",
        options.folds));
  }
  if (options.repetitions < 1) throw ConfigError("repetitions = 0: a fit needs at least 1");
  if (options.score.max_expansions < 1) throw ConfigError("max_expansions = 0: a fit needs at least 1");
  if (options.method == FitMethod::likelihood) check_likelihood(options.likelihood);
}

void check_observables(const FitOptions& options, std::vector<std::string> features) {
  if (options.observables.empty() && options.members.none())
    throw ConfigError("a fit needs at least one observable");
  if (!options.members.none() && (options.members.columns.empty() || options.members.hidden.empty())) {
    throw ConfigError(fmt::format(
        "a fit with members of '{}' needs at least one of their columns and one hidden layer for them",
        options.members.group));
  }
  if (!options.members.none() && learns_statistics(options.method)) {
    throw ConfigError(
        "methods score and likelihood take columns as observables, no members of a jagged group");
  }
  if (options.method != FitMethod::dctr) return;
  std::vector<std::string> observables = options.observables;
  std::ranges::sort(features);
  std::ranges::sort(observables);
  if (features == observables) return;
  throw ConfigError(fmt::format(
      "method dctr asks the reweighter's classifier about the data: the observables {} must be its features "
      "{}; for a fit at detector level train the reweighter on detector-level columns",
      quoted_list(observables), quoted_list(features)));
}

}  // namespace

void check_fit_options(const FitOptions& options, const std::vector<std::string>& features,
                       std::size_t parameters) {
  check_observables(options, features);
  if (options.corrected && options.method != FitMethod::auc && options.method != FitMethod::loss) {
    throw ConfigError(
        "corrected is for methods auc and loss: score and likelihood are without the error of the weights "
        "anyway, dctr cannot be");
  }
  if (learns_statistics(options.method)) {
    check_score(options);
  } else if (options.method != FitMethod::dctr) {
    check_minimiser(options, parameters);
  }
}

void check_background(const Background& background, const FitOptions& options) {
  if (background.empty()) return;
  if (!learns_statistics(options.method)) {
    throw ConfigError(
        "a background needs method score or likelihood: the other methods weight all simulated events with "
        "w(x,θ), and the background does not depend on θ");
  }
  if (!(background.share >= 0.0 && background.share < 1.0)) {
    throw ConfigError(
        fmt::format("the background's share is {}; it is a part of the data, in [0, 1)", background.share));
  }
  if (!(background.share_error >= 0.0 && std::isfinite(background.share_error))) {
    throw ConfigError(
        fmt::format("the error of the background's share is {}; it must be finite and not negative",
                    background.share_error));
  }
  background.events.require_finite(options.observables, "background");
  background.events.require_finite_weights("background");
}

void check_fit_inputs(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                      const FitOptions& options) {
  check_reweighters(reweighters);
  for (const Reweighter& reweighter : reweighters) {
    check_fit_options(options, reweighter.model().column_names(), reweighter.model().parameters.size());
  }
  data.require_rows("data");
  simulation.require_rows("simulation");
  data.require_finite(options.observables, "data");
  simulation.require_finite(options.observables, "simulation");
  for (const Reweighter& reweighter : reweighters) {
    simulation.require_finite(reweighter.model().column_names(), "simulation");
  }
}

}  // namespace trueup
