// Method auc: repetitions of the search for the minimum, their mean and spread.
#include <trueup/fit.hpp>

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "fit/interval.hpp"
#include "fit/search.hpp"

namespace trueup {

namespace {

/// Lets the many small trainings of a fit be interrupted without each of them reporting its epochs.
class StopOnly : public Monitor {
 public:
  explicit StopOnly(const Monitor& monitor) : monitor_(monitor) {}
  void message(LogLevel, std::string_view) override {}
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  bool stop_requested() const override { return monitor_.stop_requested(); }

 private:
  const Monitor& monitor_;
};

void check_options(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                   const FitOptions& options) {
  if (reweighters.empty()) {
    throw ConfigError("a fit needs at least one reweighter");
  }
  if (options.observables.empty()) {
    throw ConfigError("a fit needs at least one observable");
  }
  if (options.repetitions < 1) throw ConfigError("repetitions = 0: a fit needs at least 1");
  const auto& first = reweighters.front().model();
  for (const Reweighter& other : reweighters) {
    if (other.model().parameters.size() != first.parameters.size() ||
        other.model().parameters.front().name != first.parameters.front().name) {
      throw ConfigError("the reweighters have different parameters; train them with one configuration");
    }
  }
  if (options.minimiser == Minimiser::scan) {
    if (first.parameters.size() != 1) {
      throw ConfigError(
          fmt::format("a scan has one parameter, this model has {}: use minimiser = \"bobyqa\" or "
                      "\"praxis\"",
                      first.parameters.size()));
    }
    if (options.coarse_points < 3 || options.fine_points < 6) {
      throw ConfigError("a scan needs at least 3 coarse and 6 fine points");
    }
    if (!(options.fine_window > 0.0 && options.fine_window <= 1.0)) {
      throw ConfigError(
          fmt::format("fine_window is {}; it is a fraction of the range, in (0, 1]", options.fine_window));
    }
  }
  data.require_rows("data");
  simulation.require_rows("simulation");
  data.require_finite(options.observables, "data");
  simulation.require_finite(options.observables, "simulation");
  simulation.require_finite(first.column_names(), "simulation");
}

/// One repetition says nothing about its error, whether its minimum is inside or not.
void take_single(const std::vector<ModelParameter>& parameters, FitResult& result) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    result.parameters.push_back(
        {parameters[p].name, parameters[p].unit, result.repetitions.front()[p], kUnknown, kUnknown});
  }
}

void summarise(const std::vector<ModelParameter>& parameters, FitResult& result) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    std::vector<double> values;
    for (std::size_t r = 0; r < result.repetitions.size(); ++r) {
      bool kept = true;
      for (const std::size_t rejected : result.rejected) {
        kept = kept && rejected != r;
      }
      if (kept) {
        values.push_back(result.repetitions[r][p]);
      }
    }
    if (values.size() < 2) {
      throw DataError(
          fmt::format("{} of {} repetitions have their minimum at the edge of the range [{}, {}] of '{}': "
                      "the data lie outside of what was simulated, or the observables do not depend on it",
                      result.rejected.size(), result.repetitions.size(), parameters[p].low,
                      parameters[p].high, parameters[p].name));
    }
    const Interval interval = interval_from_repetitions(values);
    result.parameters.push_back({parameters[p].name, parameters[p].unit, interval.value,
                                 interval.value - interval.half_width, interval.value + interval.half_width});
  }
}

void collect(const Minimum& minimum, std::size_t repetition, Minimiser minimiser, FitResult& result) {
  result.repetitions.push_back(minimum.theta);
  if (minimum.at_edge) {
    result.rejected.push_back(repetition);
  }
  result.scan.insert(result.scan.end(), minimum.points.begin(), minimum.points.end());
  if (minimiser == Minimiser::scan) {
    result.curves.push_back(minimum.curve);
  }
  if (repetition == 0) {
    result.classifier_record = minimum.record;
  }
}

/// The lowest AUC of each repetition, averaged: near 0.5 when the model can describe the data.
void judge_minimum(const FitOptions& options, FitResult& result) {
  std::vector<ScanPoint> lowest(options.repetitions);
  for (ScanPoint& point : lowest) {
    point.auc = std::numeric_limits<double>::infinity();
  }
  for (const ScanPoint& point : result.scan) {
    if (point.auc < lowest[point.repetition].auc) {
      lowest[point.repetition] = point;
    }
  }
  result.auc_at_minimum = 0.0;
  for (const ScanPoint& point : lowest) {
    result.auc_at_minimum += point.auc / static_cast<double>(lowest.size());
    result.auc_null_spread += point.auc_null_spread / static_cast<double>(lowest.size());
  }
}

}  // namespace

FitResult fit_auc(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                  const FitOptions& options, ThreadPool& pool, Monitor& monitor) {
  check_options(data, simulation, reweighters, options);
  const auto& parameters = reweighters.front().model().parameters;
  FitResult result;
  double start = std::numeric_limits<double>::quiet_NaN();
  StopOnly quiet(monitor);
  for (std::size_t r = 0; r < options.repetitions; ++r) {
    const AucObjective objective(data, simulation, reweighters[r % reweighters.size()], options, r, pool,
                                 quiet);
    const Minimum minimum = options.minimiser == Minimiser::scan
                                ? scan_minimum(objective, parameters.front(), options, start, monitor)
                                : nlopt_minimum(objective, parameters, options, monitor);
    collect(minimum, r, options.minimiser, result);
    result.classifier_trainings += minimum.points.size();
    if (!minimum.at_edge) {
      start = minimum.theta.front();
    }
    monitor.progress("fit", r + 1, options.repetitions,
                     fmt::format("{} = {:.5g}", parameters.front().name, minimum.theta.front()));
    check_interrupt(monitor, "fit");
  }
  options.repetitions == 1 ? take_single(parameters, result) : summarise(parameters, result);
  judge_minimum(options, result);
  return result;
}

}  // namespace trueup
