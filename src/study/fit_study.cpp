// Fits of parameters, repeated with fresh samples.
#include "study/fit_study.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>
#include <trueup/stats.hpp>

#include "result/score_checks.hpp"
#include "study/error_per_event.hpp"
#include "study/fit_repetition.hpp"
#include "study/sections.hpp"

namespace trueup {
namespace {

// Random truths keep this part of the range from its ends, where few nominal events have all the weight.
constexpr double kMargin = 0.1;
// A fit says of itself when its weights have a tail that no error can be computed from: at truths that the nominal sample does not
// reach it must, and its value counts for nothing.
constexpr const char* kRefused = "random truths that the weights do not reach";

struct Moments {
  double mean = 0.0;
  double width = 0.0;
};

Moments moments(std::span<const float> values, std::span<const float> weights) {
  double sum = 0.0, first = 0.0, second = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto w = static_cast<double>(weights[i]), x = static_cast<double>(values[i]);
    sum += w;
    first += w * x;
    second += w * x * x;
  }
  const double mean = first / sum;
  return {mean, std::sqrt(std::max(0.0, second / sum - mean * mean))};
}

}  // namespace

FitStudy::FitStudy(const StudyFile& file) : FitStudy(file, file.open()) {}

FitStudy::FitStudy(const StudyFile& file, ConfigTable root)
    : Study(read_study_config(file, root)),
      reweight_(read_study_reweight(file, config())),
      fits_(read_fit_variants(file, root)),
      random_truths_(read_count(root, "random_truths", 0, 0)),
      same_samples_(root.boolean("same_samples", false)),
      limits_(read_row_limits(root.table("limits"))),
      grid_(read_auc_grid(root, config())) {
  const bool detector =
      std::any_of(fits_.begin(), fits_.end(), [](const FitVariant& v) { return !v.at_generator_level(); });
  if (random_truths_ > 0 && !detector) root.fail("random_truths", "needs detector-level columns in [levels]");
  root.has("reweight");  // known: read above, with what the study fills in
  root.has("fit");
  root.has("score");
  root.has("likelihood");
  root.finish();
  check_samples(config());
}

std::vector<std::string> FitStudy::plan() const {
  const StudyEvents& events = config().events;
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} repetitions, each with {} data, {} simulated and {} scanned events",
                              config().repetitions, events.data, events.simulation, events.scanned));
  lines.push_back("train weights in each repetition");
  for (const FitVariant& fit : fits_) {
    lines.push_back(fmt::format("fit '{}'", fit.row(config().parameters.front().name)));
  }
  if (random_truths_ > 0)
    lines.push_back(fmt::format("fit {} random truth(s) at detector level", random_truths_));
  return lines;
}

void FitStudy::compare_with_data(FitRepetition& work, const Table& data) const {
  const std::vector<float> weights =
      work.reweighters.front().weights(work.simulation, true_theta(config()), work.context.pool);
  for (const Column& column : data.columns()) {
    const MeanWithError generated = weighted_mean(column.values, data.weights());
    const MeanWithError reweighted = weighted_mean(work.simulation.values(column.name), weights);
    const double difference = reweighted.value - generated.value;
    work.found.metrics["closure_pull_" + column.name] =
        difference == 0.0 ? 0.0 : difference / std::hypot(reweighted.error, generated.error);
  }
}

void FitStudy::compare_weights(FitRepetition& work, const Table& data) const {
  const std::vector<double> truth = true_theta(config());
  const SimulationCard there = work.samples.card_at(truth);
  if (!has_exact_density(there)) return compare_with_data(work, data);
  const SimulationCard nominal = work.samples.card_at(nominal_theta(config()));
  const std::vector<float> learnt =
      work.reweighters.front().weights(work.simulation, truth, work.context.pool);
  const std::vector<float> exact = exact_weights(there, nominal, work.simulation);
  for (const std::string& column : reweight_.options.features) {
    const std::span<const float> values = work.simulation.values(column);
    const Moments ours = moments(values, learnt), theirs = moments(values, exact);
    work.found.estimates.push_back(
        {fmt::format("mean of {}, learnt - exact weights", column), ours.mean - theirs.mean, 0.0, true});
    work.found.estimates.push_back(
        {fmt::format("width of {}, learnt - exact weights", column), ours.width - theirs.width, 0.0, true});
  }
}

void FitStudy::fit_truth(FitRepetition& work, const Table& data) const {
  work.found.metrics[kDataRows] = static_cast<double>(data.rows());
  std::vector<FitOfLevel> shown;
  for (const FitVariant& variant : fits_) {
    std::optional<FitResult> fit = work.fit(variant, data, work.seed("fit"));
    if (fit && fit->score) work.add_score_metrics(variant, *fit);
    for (std::size_t p = 0; p < config().parameters.size(); ++p) {
      const StudyParameter& parameter = config().parameters[p];
      work.add_value(variant.row(parameter.name), variant, fit, p, parameter.truth, 0.0);
    }
    if (fit && fit->rejected.empty()) {
      for (const FitOfLevel& other : shown) work.add_difference(variant, *fit, other);
      shown.push_back({variant, std::move(*fit)});
    }
  }
  if (work.context.makes_figures()) {
    work.found.figures =
        fit_figures({config(), work.samples, data, work.simulation, work.reweighters.front(), shown, grid_,
                     work.context.pool, work.context.monitor, work.seed("figures")});
  }
}

void FitStudy::fit_random_truths(FitRepetition& work) const {
  const auto variant =
      std::find_if(fits_.begin(), fits_.end(), [](const FitVariant& v) { return !v.at_generator_level(); });
  for (std::size_t t = 0; t < random_truths_; ++t) {
    RandomStream stream(work.context.seed, "random truth", t);
    std::vector<double> truth;
    for (const StudyParameter& p : config().parameters) {
      const double margin = kMargin * (p.high - p.low);
      truth.push_back(stream.uniform(p.low + margin, p.high - margin));
    }
    const Table data = work.samples.at(truth, config().events.data, work.seed("data of random truth", t));
    const std::optional<FitResult> fit = work.fit(*variant, data, work.seed("fit of random truth", t));
    if (fit && fit->score && !weights_tails_pass(*fit->score)) {
      work.found.metrics[kRefused] += 1.0;
      continue;
    }
    for (std::size_t p = 0; p < truth.size(); ++p) {
      const std::string row =
          fmt::format("{} - truth, detector level, random truths", config().parameters[p].name);
      work.add_value(row, *variant, fit, p, truth[p], truth[p]);
    }
  }
}

Repetition FitStudy::repeat(const RepetitionContext& context) const {
  FitRepetition work(config(), reweight_, same_samples_, context);
  const Table data = work.samples.at(true_theta(config()), config().events.data, work.sample_seed("data"));
  fit_truth(work, data);
  compare_weights(work, data);
  fit_random_truths(work);
  work.found.metrics["seconds_fit"] = work.seconds_fit();
  return std::move(work.found);
}

StudySummary FitStudy::summarise(const std::vector<Repetition>& repetitions) const {
  StudySummary summary;
  const std::vector<RowValues> rows = rows_of(repetitions);
  for (const RowValues& row : rows) {
    if (row.name.ends_with(kRawLoss)) {
      summary.checks.push_back(worse_check(row, rows.front(), limits_));
      continue;
    }
    // Pulls are there to be read: a few repetitions know their width to a fifth, and limits are on values. Uncorrected values
    // show what there was to correct.
    if (row.name.starts_with(kPull) || row.name.ends_with(kUncorrected)) continue;
    for (Check& check : row_checks(row, limits_)) summary.checks.push_back(std::move(check));
  }
  summary.notes.push_back(
      same_samples_
          ? "All repetitions have the same data, simulation and scanned sample, and trainings of their own; "
            "errors are the spread of one repetition, which the samples' own noise is not part of. No run "
            "is left out but those without a minimum inside the range."
          : "Every repetition has its own data, simulation, scanned sample, and trainings of w; errors are "
            "the spread of one repetition. No run is left out but those without a minimum inside the range.");
  std::vector<ErrorPerEvent> found;
  for (const FitVariant& fit : fits_) {
    for (const StudyParameter& p : config().parameters) {
      const PublishedNumber* published = find_published(config().published, fit.row_of_level(p.name));
      for (ErrorPerEvent& error : errors_per_event(fit.row(p.name), repetitions, published))
        found.push_back(std::move(error));
    }
  }
  for (ErrorPerEvent& error : found) {
    if (const auto check = error_per_event_check(error, limits_.precision)) summary.checks.push_back(*check);
    summary.rows.push_back(std::move(error.row));
  }
  if (repetitions.size() > 1) summary.figures = fitted_value_figures(config(), repetitions);
  return summary;
}

std::unique_ptr<Study> load_fit_study(const StudyFile& file) {
  return std::make_unique<FitStudy>(file);
}

}  // namespace trueup
