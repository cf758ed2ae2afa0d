// Toys of methods score and likelihood.
#include "study/coverage_study.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "result/score_checks.hpp"
#include "study/coverage_summary.hpp"
#include "study/sections.hpp"
#include "study/spoiled_weights.hpp"

namespace trueup {
namespace {

/// The factor on the weights is exp of it.
double spoiling(double x) {
  return 0.03 * std::sin(2.0 * x) + 0.02 * x;
}

std::vector<std::size_t> read_sizes(ConfigTable& root) {
  std::vector<std::size_t> sizes;
  for (const std::int64_t size : root.integers("sizes", {})) {
    if (size < 1000) root.fail("sizes", fmt::format("has {}; a toy needs at least 1000 events", size));
    sizes.push_back(static_cast<std::size_t>(size));
  }
  if (sizes.empty()) root.fail("sizes", "names no size");
  return sizes;
}

}  // namespace

struct CoverageStudy::Work {
  const RepetitionContext& context;
  StudySamples samples;
  Table nominal;
  Table scanned;
  std::vector<Reweighter> reweighters;
  Repetition repetition;

  std::uint64_t seed(const std::string& purpose, std::size_t index = 0) const {
    return derive_seed(context.seed, purpose, index);
  }

  /// Nothing when the fit has no answer.
  std::optional<FitResult> fit(const Table& data, const Table& simulation,
                               const std::vector<Reweighter>& weights, FitOptions options,
                               std::uint64_t own_seed) {
    options.seed = own_seed;
    const GeneratorEvents generator = samples.generator_events(scanned, derive_seed(own_seed, "generator"));
    try {
      FitResult found =
          fit_parameters(data, simulation, generator, weights, options, context.pool, context.monitor);
      if (found.rejected.empty()) return found;
    } catch (const DataError& error) {
      context.monitor.message(LogLevel::warning, error.what());
    }
    return std::nullopt;
  }
};

CoverageStudy::CoverageStudy(const StudyFile& file) : CoverageStudy(file, file.open()) {}

CoverageStudy::CoverageStudy(const StudyFile& file, ConfigTable root)
    : Study(read_study_config(file, root)),
      reweight_(read_study_reweight(file, config())),
      method_(root.choice("method", {"score", "likelihood"}, "score")),
      fit_(read_score_section(file, read_columns(root, "observables"), method_)),
      toys_(read_count(root, "toys", 1)),
      sizes_(read_sizes(root)),
      wrong_detector_(root.strings("wrong_detector", {})),
      spoiled_(root.boolean("spoiled_weights", false)) {
  root.has("reweight");  // known: read above, with what the study fills in
  root.has("score");
  root.has("likelihood");
  root.finish();
  check_samples(config());
}

std::vector<std::string> CoverageStudy::plan() const {
  const StudyEvents& events = config().events;
  std::vector<std::string> lines{
      fmt::format("{} repetitions, in each train weights on {} simulated and {} scanned events",
                  config().repetitions, events.simulation, events.scanned)};
  for (const std::size_t size : sizes_) {
    lines.push_back(
        fmt::format("fit {} toys by {} with {} data and {} simulated events", toys_, method_, size, size));
  }
  if (!wrong_detector_.empty())
    lines.push_back(fmt::format("fit {} data events from another detector", events.data));
  if (spoiled_) lines.push_back("fit with spoiled weights");
  return lines;
}

void CoverageStudy::fit_toys(Work& work) const {
  const std::vector<double> truth = true_theta(config()), nominal = nominal_theta(config());
  for (const std::size_t size : sizes_) {
    for (std::size_t toy = 0; toy < toys_; ++toy) {
      const std::uint64_t seed = work.seed(fmt::format("toy of {}", size), toy);
      const Table data = work.samples.at(truth, size, derive_seed(seed, "data"));
      const Table simulation = work.samples.at(nominal, size, derive_seed(seed, "simulation"));
      const auto fit = work.fit(data, simulation, work.reweighters, fit_, derive_seed(seed, "fit"));
      for (std::size_t p = 0; p < truth.size(); ++p) {
        const double pull = fit ? pull_of(fit->parameters[p], truth[p]) : NAN;
        const double inside = std::fabs(pull) <= 1.0 ? 1.0 : 0.0;
        // The first toy shares nothing with those of other repetitions; the others share w with it.
        for (const bool retrained : {false, true}) {
          if (retrained && toy > 0) continue;
          work.repetition.estimates.push_back(
              {coverage_row(method_, size, retrained), inside, 0.682689, fit.has_value()});
          work.repetition.estimates.push_back(
              {pull_row(method_, size, retrained), pull, 0.0, fit.has_value()});
        }
      }
    }
  }
}

void CoverageStudy::fit_wrong_detector(Work& work) const {
  const std::size_t size = config().events.data;
  const Table data = work.samples.at(true_theta(config()), size, work.seed("wrong data"), wrong_detector_);
  const Table simulation = work.samples.at(nominal_theta(config()), size, work.seed("wrong simulation"));
  const auto fit = work.fit(data, simulation, work.reweighters, fit_, work.seed("wrong fit"));
  double noticed = 0.0, farthest = 0.0;
  if (fit) {
    for (const Check& check : score_checks(*fit)) noticed = check.passed ? noticed : 1.0;
    for (const MomentTest& test : fit->score->tests) farthest = std::max(farthest, std::fabs(test.pull()));
  }
  work.repetition.estimates.push_back({kNoticedRow, noticed, 1.0, fit.has_value()});
  work.repetition.estimates.push_back(
      {"wrong detector, largest pull of a moment", farthest, 0.0, fit.has_value()});
}

void CoverageStudy::fit_spoiled_weights(Work& work) const {
  const std::vector<Reweighter> spoiled{spoil_weights(work.reweighters.front(), work.nominal, spoiling,
                                                      work.seed("spoiled"), work.context.pool,
                                                      work.context.monitor)};
  const std::size_t size = config().events.data;
  const std::vector<double> truth = true_theta(config());
  const Table data = work.samples.at(truth, size, work.seed("spoiled data"));
  const Table simulation = work.samples.at(nominal_theta(config()), size, work.seed("spoiled simulation"));
  FitOptions plain = fit_;
  plain.score.moment = MomentForm::plain;
  for (const auto& [row, options] :
       {std::pair(spoiled_row(method_), fit_), std::pair(std::string(kSpoiledPlainRow), plain)}) {
    const auto fit = work.fit(data, simulation, spoiled, options, work.seed("spoiled fit"));
    for (std::size_t p = 0; p < truth.size(); ++p) {
      const double off = fit ? fit->parameters[p].value - truth[p] : NAN;
      work.repetition.estimates.push_back({row, off, 0.0, fit.has_value()});
    }
  }
}

Repetition CoverageStudy::repeat(const RepetitionContext& context) const {
  Work work{context, StudySamples(config(), context.pool.threads(), context.monitor), {}, {}, {}, {}};
  work.nominal = work.samples.at(nominal_theta(config()), config().events.simulation, work.seed("nominal"));
  work.scanned = work.samples.scanned(config().events.scanned, work.seed("scanned"));
  for (std::size_t k = 0; k < reweight_.trainings; ++k) {
    ReweightOptions options = reweight_.options;
    options.training.seed = work.seed("reweighter", k);
    options.training.task = "weights";
    work.reweighters.push_back(
        train_reweighter(work.nominal, work.scanned, options, context.pool, context.monitor));
  }
  fit_toys(work);
  if (!wrong_detector_.empty()) fit_wrong_detector(work);
  if (spoiled_) fit_spoiled_weights(work);
  return std::move(work.repetition);
}

StudySummary CoverageStudy::summarise(const std::vector<Repetition>& repetitions) const {
  StudySummary summary;
  const std::vector<RowValues> rows = rows_of(repetitions);
  for (const RowValues& row : rows) {
    for (Check& check : coverage_checks(row)) summary.checks.push_back(std::move(check));
  }
  summary.figures.push_back(pull_figure(rows));
  summary.notes.push_back(
      "Every toy has its own data, simulation and generator-level events. Toys of one repetition share the "
      "weights; "
      "rows 'all retrained' have one toy of each repetition, which shares nothing.");
  return summary;
}

std::unique_ptr<Study> load_coverage_study(const StudyFile& file) {
  return std::make_unique<CoverageStudy>(file);
}

}  // namespace trueup
