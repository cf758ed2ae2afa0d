// Weights that see everything, and weights that do not.
#include "study/phase_space_study.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>
#include <trueup/reweighter.hpp>

#include "result/shape_figure.hpp"
#include "result/stopwatch.hpp"
#include "study/rows.hpp"
#include "study/sections.hpp"

namespace trueup {
namespace {

constexpr const char* kDetector = "det_";
constexpr double kNoTruth = std::numeric_limits<double>::quiet_NaN();

/// 1 for the rows whose columns all lie within `reach` standard deviations of the mean; both are those of `nominal`.
std::vector<std::uint8_t> within_support(const Table& table, const Table& nominal,
                                         const std::vector<std::string>& columns, double reach) {
  std::vector<std::uint8_t> inside(table.rows(), 1);
  for (const std::string& name : columns) {
    const std::span<const float> known = nominal.values(name), values = table.values(name);
    const MeanWithError mean = weighted_mean(known, {});
    const double width = mean.error * std::sqrt(static_cast<double>(known.size()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!(std::fabs(static_cast<double>(values[i]) - mean.value) <= reach * width)) inside[i] = 0;
    }
  }
  return inside;
}

std::vector<float> kept(std::span<const float> values, const std::vector<std::uint8_t>& inside) {
  std::vector<float> some;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (inside[i] != 0) some.push_back(values[i]);
  }
  return some;
}

std::string row_name(const std::string& column, const std::string& how) {
  return fmt::format("chi2/ndof, {}, {}", column, how);
}

}  // namespace

/// Training samples, and the independent ones that judge.
struct PhaseSpaceStudy::Samples {
  StudySamples make;
  Table nominal;  ///< trains
  Table scanned;  ///< trains
  Table test;     ///< nominal, judges
  Table target;   ///< at the truth, judges
};

struct PhaseSpaceStudy::Weighted {
  std::vector<float> learnt;  ///< of samples.test at the truth
  std::vector<float> exact;
  double seconds = 0.0;
};

PhaseSpaceStudy::PhaseSpaceStudy(const StudyFile& file) : PhaseSpaceStudy(file, file.open()) {}

PhaseSpaceStudy::PhaseSpaceStudy(const StudyFile& file, ConfigTable root)
    : Study(read_study_config(file, root)) {
  ConfigTable views = root.table("views");
  const std::vector<std::string> part = read_columns(views, "partial");
  const std::vector<std::string> all = read_columns(views, "full");
  partial_ = {fmt::format("weights of {} alone", fmt::join(part, ", ")), "partial",
              read_study_reweight(file, config(), part)};
  full_ = {"weights of the full phase space", "reweighted", read_study_reweight(file, config(), all)};
  support_ = read_between(root, "support", root.number("support"), 0.0, 100.0);
  ConfigTable limits = root.table("limits");
  largest_full_ = read_between(limits, "full", limits.number("full"), 0.0, 1e9);
  smallest_partial_ = read_between(limits, "partial", limits.number("partial"), 0.0, 1e9);
  root.has("reweight");  // known: read above, with what the study fills in
  root.finish();
  check_samples(config());
}

std::vector<std::string> PhaseSpaceStudy::plan() const {
  const StudyEvents& events = config().events;
  return {fmt::format("{} repetitions, each training twice on {} nominal and {} scanned events",
                      config().repetitions, events.simulation, events.scanned),
          fmt::format("judge both on {} nominal and {} target events that train nothing", events.data,
                      events.data)};
}

PhaseSpaceStudy::Weighted PhaseSpaceStudy::weigh(const View& view, const Samples& samples,
                                                 const RepetitionContext& context) const {
  const Stopwatch watch;
  ReweightOptions options = view.reweight.options;
  options.training.seed = derive_seed(context.seed, "weights " + view.role);
  options.training.task = view.label;
  const Reweighter reweighter =
      train_reweighter(samples.nominal, samples.scanned, options, context.pool, context.monitor);
  const std::vector<double> truth = true_theta(config());
  return {reweighter.weights(samples.test, truth, context.pool),
          exact_weights(samples.make.card_at(truth), samples.make.card_at(nominal_theta(config())),
                        samples.test, options.features),
          watch.seconds()};
}

/// The same column of the nominal test sample, with each kind of weights, and of the target.
struct PhaseSpaceStudy::Judged {
  std::vector<float> test;
  std::vector<float> target;
  std::vector<std::vector<float>> weights;
  std::vector<ShapeSample> samples;  ///< views of the above
};

/// All events, or those within the support.
PhaseSpaceStudy::Judged PhaseSpaceStudy::judged(const std::string& column, const Samples& samples,
                                                const Weighted& part, const Weighted& all,
                                                const std::vector<std::uint8_t>& test_inside,
                                                const std::vector<std::uint8_t>& target_inside) const {
  Judged judged;
  judged.test = kept(samples.test.values(column), test_inside);
  judged.target = kept(samples.target.values(column), target_inside);
  for (const std::vector<float>* weights : {&part.learnt, &all.learnt, &part.exact, &all.exact})
    judged.weights.push_back(kept(*weights, test_inside));
  judged.samples = {{"nominal", "nominal", judged.test, {}},
                    {partial_.label, partial_.role, judged.test, judged.weights[0]},
                    {full_.label, full_.role, judged.test, judged.weights[1]},
                    {"exact " + partial_.label, "", judged.test, judged.weights[2]},
                    {"exact " + full_.label, "", judged.test, judged.weights[3]}};
  return judged;
}

void PhaseSpaceStudy::add_estimates(const Samples& samples, const Weighted& part, const Weighted& all,
                                    Repetition& repetition) const {
  const std::vector<std::string>& values = full_.reweight.options.features;
  const auto test = within_support(samples.test, samples.test, values, support_);
  const auto target = within_support(samples.target, samples.test, values, support_);
  for (const std::string& column : samples.test.column_names()) {
    const Judged own = judged(column, samples, part, all, test, target);
    const ShapeFigure shapes = shape_figure("", "", column, {"", "target", own.target, {}}, own.samples);
    for (std::size_t i = 0; i < own.samples.size(); ++i) {
      repetition.estimates.push_back(
          {row_name(column, own.samples[i].label), shapes.against_target[i].per_ndof(), kNoTruth, true});
    }
  }
  repetition.metrics["target events within the support"] =
      static_cast<double>(std::count(target.begin(), target.end(), 1)) / static_cast<double>(target.size());
}

Figure PhaseSpaceStudy::figure_of(const std::string& column, const Samples& samples, const Weighted& part,
                                  const Weighted& all) const {
  const std::string where =
      fmt::format("{} = {:.4g}", config().parameters.front().name, true_theta(config())[0]);
  const std::vector<std::uint8_t> every_test(samples.test.rows(), 1), every_target(samples.target.rows(), 1);
  const Judged own = judged(column, samples, part, all, every_test, every_target);
  ShapeFigure shapes = shape_figure(config().figure("reweighting"), "Reweighting to " + where + ", " + column,
                                    column, {"generated at " + where, "target", own.target, {}}, own.samples);
  for (FigurePanel& panel : shapes.figure.panels)  // the exact ones would hide the learnt
    std::erase_if(panel.series, [](const FigureSeries& s) { return s.role.empty(); });
  shapes.figure.caption = fmt::format(
      "{} All events; chi2/ndof against events generated at {}: {}. The table has chi2/ndof within {:.3g} "
      "nominal "
      "standard deviations of every generator-level value: beyond, even exact weights have no events to "
      "weight.",
      column.starts_with(kDetector) ? "The detector shifts and smears by the second generator-level value. "
                                      "Weights that do not see it leave "
                                      "the distribution wrong; weights of both values get it right."
                                    : "Generator level.",
      where, chi2_words(shapes, own.samples), support_);
  return std::move(shapes.figure);
}

Repetition PhaseSpaceStudy::repeat(const RepetitionContext& context) const {
  const StudyEvents& events = config().events;
  const StudySamples make(config(), context.pool.threads(), context.monitor);
  const auto seed = [&](const char* purpose) { return derive_seed(context.seed, purpose); };
  const std::vector<double> nominal = nominal_theta(config()), truth = true_theta(config());
  const Samples samples{make, make.at(nominal, events.simulation, seed("nominal")),
                        make.scanned(events.scanned, seed("scanned")),
                        make.at(nominal, events.data, seed("test")),
                        make.at(truth, events.data, seed("target"))};
  const Weighted part = weigh(partial_, samples, context), all = weigh(full_, samples, context);
  Repetition repetition;
  repetition.metrics["seconds_weights, partial"] = part.seconds;
  repetition.metrics["seconds_weights, full"] = all.seconds;
  add_estimates(samples, part, all, repetition);
  if (!context.makes_figures()) return repetition;
  for (const std::string& column : samples.test.column_names())
    repetition.figures.push_back(figure_of(column, samples, part, all));
  return repetition;
}

StudySummary PhaseSpaceStudy::summarise(const std::vector<Repetition>& repetitions) const {
  StudySummary summary;
  for (const RowValues& row : rows_of(repetitions)) {
    const double largest = *std::max_element(row.values.begin(), row.values.end());
    const double smallest = *std::min_element(row.values.begin(), row.values.end());
    const std::string column = row.name.substr(row.name.find(", ") + 2);
    if (!column.starts_with(kDetector)) continue;
    if (row.name.ends_with(", " + full_.label)) {
      summary.checks.push_back(
          {row.name, largest, fmt::format("at most {}", largest_full_), largest <= largest_full_,
           fmt::format("With {}, chi2/ndof at detector level is {:.3g} at most.", full_.label, largest)});
    } else if (row.name.ends_with(", " + partial_.label)) {
      summary.checks.push_back(
          {row.name, smallest, fmt::format("at least {}", smallest_partial_), smallest >= smallest_partial_,
           fmt::format("With {}, chi2/ndof at detector level is {:.3g} at least: they fail, as they must.",
                       partial_.label, smallest)});
    }
  }
  return summary;
}

std::unique_ptr<Study> load_phase_space_study(const StudyFile& file) {
  return std::make_unique<PhaseSpaceStudy>(file);
}

}  // namespace trueup
