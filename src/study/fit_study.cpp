// Fits of parameters, repeated with fresh samples.
#include "study/fit_study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/fit_agreement.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>
#include <trueup/weight_trainings.hpp>

#include "result/fit_config.hpp"
#include "result/score_checks.hpp"
#include "result/stopwatch.hpp"
#include "study/error_per_event.hpp"
#include "study/sections.hpp"

namespace trueup {
namespace {

// Random truths keep this part of the range from its ends, where few nominal events have all the weight.
constexpr double kMargin = 0.1;
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
// Method loss with weights that are not scaled to a fixed sum, as SRGN's appendix B has it: a study's method only.
constexpr const char* kRawLoss = "raw loss";
constexpr const char* kDctr = "dctr";
const std::vector<std::string> kLearnt{"score", "likelihood"};
constexpr const char* kPull = "pull, ";
// A fit says of itself when its weights have a tail that no error can be computed from: at truths that the nominal sample does not
// reach it must, and its value counts for nothing.
constexpr const char* kRefused = "random truths that the weights do not reach";
// Of corrected fits also the value that the classifiers alone give, with the weights' error in it.
constexpr const char* kUncorrected = ", uncorrected";
constexpr std::array kLevels{"generator", "detector"};

/// What a study's method is to `trueup fit`.
std::vector<std::string> method_overrides(const std::string& method) {
  if (method == kRawLoss) return {"fit.method=\"loss\"", "fit.weights=\"raw\""};
  return {fmt::format("fit.method=\"{}\"", method)};
}

FitVariant read_variant(const StudyFile& file, const std::string& level,
                        const std::vector<std::string>& columns, const std::string& method, bool first) {
  // Nothing is trained for dctr, so it has none of the keys of a search; it takes the other methods' section as it is.
  const bool dctr = method == kDctr;
  if (std::find(kLearnt.begin(), kLearnt.end(), method) != kLearnt.end())
    return {level + " level", first ? "" : method, read_score_section(file, columns, method), method};
  std::vector<std::string> overrides = method_overrides(dctr ? "auc" : method);
  overrides.push_back("fit.observables=" + toml_list(columns));
  ConfigTable root = file.open(overrides);
  FitVariant variant{level + " level", first ? "" : method, read_fit_section(root.table("fit")), method};
  root.table("fit").finish();
  // Particles are all of the phase space: columns beside them are for the methods that cannot take them.
  if (!variant.options.members.none()) variant.options.observables.clear();
  if (dctr) {
    variant.options.method = FitMethod::dctr;
    variant.options.minimiser = Minimiser::gradient;
    variant.options.corrected = false;
  }
  variant.options.repetitions = 1;  // fresh samples take the place of resampled ones
  return variant;
}

std::vector<std::string> view_methods(ConfigTable& view) {
  std::vector<std::string> methods = view.strings("methods");
  if (methods.empty()) view.fail("methods", "names no method");
  if (std::find(methods.begin(), methods.end(), kDctr) != methods.end())
    view.fail("methods", "has 'dctr', which sees what the weights see: it has no views");
  return methods;
}

/// [views.NAME]: fits to fewer columns of one level or both, with methods of their own.
void read_views(const StudyFile& file, ConfigTable& root, std::vector<FitVariant>& variants) {
  ConfigTable views = root.table_or_empty("views");
  for (const std::string& name : views.keys()) {
    ConfigTable view = views.table(name);
    const std::vector<std::string> methods = view_methods(view);
    const std::size_t before = variants.size();
    for (const char* level : kLevels) {
      if (!view.has(level)) continue;
      const std::vector<std::string> columns = read_columns(view, level);
      for (const std::string& method : methods) {
        FitVariant variant = read_variant(file, level, columns, method, method == methods.front());
        variant.level += ", " + name;
        variant.options.members = {};
        variant.options.observables = columns;
        variants.push_back(std::move(variant));
      }
    }
    if (variants.size() == before) view.fail("generator", "or 'detector' must name the columns of this view");
  }
}

std::vector<FitVariant> read_variants(const StudyFile& file, ConfigTable& root) {
  refuse_keys(file, "fit", {"method", "observables", "repetitions", "weights"});
  const std::vector<std::string> methods = root.strings("methods");
  if (methods.empty()) root.fail("methods", "names no method");
  ConfigTable levels = root.table("levels");
  std::vector<FitVariant> variants;
  for (const std::string level : kLevels) {
    if (!levels.has(level) || levels.strings(level).empty()) continue;  // "--set levels.generator=[]"
    const std::vector<std::string> columns = read_columns(levels, level);
    for (const std::string& method : methods) {
      // The reweighter's classifier knows generator-level values only.
      if (method == kDctr && level != "generator") continue;
      variants.push_back(read_variant(file, level, columns, method, method == methods.front()));
    }
  }
  if (variants.empty()) root.fail("levels", "names no level; known are 'generator', 'detector'");
  read_views(file, root, variants);
  return variants;
}

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

/// The samples and weights of one repetition, and what it has found so far.
struct FitStudy::Work {
  const RepetitionContext& context;
  bool same_samples;
  StudySamples samples;
  Table data_at_truth;
  Table simulation;
  GeneratorEvents generator;
  std::vector<Reweighter> reweighters;
  Repetition repetition;
  double seconds_fits = 0.0;
  double seconds_last_fit = 0.0;
  std::size_t fits = 0;

  std::uint64_t seed(const std::string& purpose, std::size_t index = 0) const {
    return derive_seed(context.seed, purpose, index);
  }

  /// Of events.
  std::uint64_t sample_seed(const std::string& purpose) const {
    return same_samples ? derive_seed(context.study_seed, purpose) : seed(purpose);
  }

  /// A fit that fails (its minimum at the edge of the range, say) is one without values.
  std::optional<FitResult> fit(const FitVariant& variant, const Table& data, std::uint64_t own_seed) {
    const Stopwatch watch;
    FitOptions options = variant.options;
    options.seed = own_seed;
    options.training.task = "classifier";
    std::optional<FitResult> found;
    try {
      found =
          fit_parameters(data, simulation, generator, reweighters, options, context.pool, context.monitor);
    } catch (const DataError& error) {
      context.monitor.message(LogLevel::warning, error.what());
    }
    seconds_last_fit = watch.seconds();
    seconds_fits += seconds_last_fit;
    ++fits;
    return found;
  }

  /// Of the last fit.
  void add_score_metrics(const FitVariant& variant, const FitResult& fit) {
    for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
      const FittedParameter& fitted = fit.parameters[p];
      const std::string row = variant.row(fitted.name);
      const auto add = [&](const char* what, double value) {
        repetition.metrics[fmt::format("{}, {}", what, row)] = value;
      };
      repetition.metrics[stated_error(row)] = 0.5 * (fitted.high - fitted.low);
      add("error of data", fit.score->data[p]);
      add("error of simulation", fit.score->simulation[p]);
      add("error of generator events", fit.score->generator[p]);
      if (!fit.likelihood) continue;
      add("correction", fit.likelihood->correction[p]);
      add("correction's error", fit.likelihood->correction_error[p]);
      add("hessian's error", fit.likelihood->hessian_error[p]);
    }
    repetition.metrics[fmt::format("seconds, {}, {}", variant.level, variant.label)] = seconds_last_fit;
  }

  /// `offset` is taken off the fitted value: 0, or the truth.
  void add_estimate(const std::string& row, const std::optional<FitResult>& fit, std::size_t parameter,
                    double offset, double truth) {
    const bool usable = fit && fit->rejected.empty();
    const double value = fit ? fit->parameters.at(parameter).value - offset : kNoValue;
    repetition.estimates.push_back({row, value, truth, usable});
  }

  /// Of two methods that see the same events, when at least one knows the error of the difference.
  void add_difference(const FitVariant& variant, const FitResult& fit, const FitOfLevel& other) {
    if (variant.level != other.variant.level || !(fit.score || other.fit.score)) return;
    for (const MethodDifference& found : method_differences(fit, other.fit)) {
      const std::string row =
          fmt::format("{} - {}, {}, {}", variant.label, other.variant.label, found.parameter, variant.level);
      repetition.estimates.push_back({row, found.difference, 0.0, true});
      repetition.estimates.push_back({kPull + row, found.pull(), 0.0, std::isfinite(found.pull())});
    }
  }

  void add_uncorrected(const std::string& row, const std::optional<FitResult>& fit, std::size_t parameter,
                       double offset, double truth) {
    if (!fit || fit->uncorrected.empty()) return;
    const double value = fit->uncorrected.at(parameter) - offset;
    repetition.estimates.push_back({row + kUncorrected, value, truth, fit->rejected.empty()});
  }

  /// (value − truth) / the error on the side of the truth, where a method states one with a single fit.
  void add_pull(const std::string& row, const std::optional<FitResult>& fit, std::size_t parameter,
                double truth) {
    double pull = kNoValue;
    if (fit && fit->rejected.empty()) {
      pull = pull_of(fit->parameters.at(parameter), truth);
    }
    repetition.estimates.push_back({kPull + row, pull, 0.0, std::isfinite(pull)});
  }
};

FitStudy::FitStudy(const StudyFile& file) : FitStudy(file, file.open()) {}

FitStudy::FitStudy(const StudyFile& file, ConfigTable root)
    : Study(read_study_config(file, root)),
      reweight_(read_study_reweight(file, config())),
      fits_(read_variants(file, root)),
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

void FitStudy::compare_with_data(Work& work) const {
  const std::vector<float> weights =
      work.reweighters.front().weights(work.simulation, true_theta(config()), work.context.pool);
  for (const Column& column : work.data_at_truth.columns()) {
    const MeanWithError generated = weighted_mean(column.values, work.data_at_truth.weights());
    const MeanWithError reweighted = weighted_mean(work.simulation.values(column.name), weights);
    const double difference = reweighted.value - generated.value;
    work.repetition.metrics["closure_pull_" + column.name] =
        difference == 0.0 ? 0.0 : difference / std::hypot(reweighted.error, generated.error);
  }
}

void FitStudy::compare_weights(Work& work) const {
  const std::vector<double> truth = true_theta(config());
  const SimulationCard there = work.samples.card_at(truth);
  if (!has_exact_density(there)) return compare_with_data(work);
  const SimulationCard nominal = work.samples.card_at(nominal_theta(config()));
  const std::vector<float> learnt =
      work.reweighters.front().weights(work.simulation, truth, work.context.pool);
  const std::vector<float> exact = exact_weights(there, nominal, work.simulation);
  for (const std::string& column : reweight_.options.features) {
    const std::span<const float> values = work.simulation.values(column);
    const Moments ours = moments(values, learnt), theirs = moments(values, exact);
    work.repetition.estimates.push_back(
        {fmt::format("mean of {}, learnt - exact weights", column), ours.mean - theirs.mean, 0.0, true});
    work.repetition.estimates.push_back(
        {fmt::format("width of {}, learnt - exact weights", column), ours.width - theirs.width, 0.0, true});
  }
}

void FitStudy::fit_truth(Work& work) const {
  work.data_at_truth = work.samples.at(true_theta(config()), config().events.data, work.sample_seed("data"));
  const Table& data = work.data_at_truth;
  work.repetition.metrics[kDataRows] = static_cast<double>(data.rows());
  std::vector<FitOfLevel> shown;
  for (const FitVariant& variant : fits_) {
    std::optional<FitResult> fit = work.fit(variant, data, work.seed("fit"));
    if (fit && fit->score) work.add_score_metrics(variant, *fit);
    for (std::size_t p = 0; p < config().parameters.size(); ++p) {
      const std::string row = variant.row(config().parameters[p].name);
      work.add_estimate(row, fit, p, 0.0, config().parameters[p].truth);
      if (variant.states_error()) work.add_pull(row, fit, p, config().parameters[p].truth);
      work.add_uncorrected(row, fit, p, 0.0, config().parameters[p].truth);
    }
    if (fit && fit->rejected.empty()) {
      for (const FitOfLevel& other : shown) work.add_difference(variant, *fit, other);
      shown.push_back({variant, std::move(*fit)});
    }
  }
  if (work.context.makes_figures()) {
    work.repetition.figures =
        fit_figures({config(), work.samples, data, work.simulation, work.reweighters.front(), shown, grid_,
                     work.context.pool, work.context.monitor, work.seed("figures")});
  }
}

void FitStudy::fit_random_truths(Work& work) const {
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
      work.repetition.metrics[kRefused] += 1.0;
      continue;
    }
    for (std::size_t p = 0; p < truth.size(); ++p) {
      const std::string row =
          fmt::format("{} - truth, detector level, random truths", config().parameters[p].name);
      work.add_estimate(row, fit, p, truth[p], 0.0);
      if (variant->states_error()) work.add_pull(row, fit, p, truth[p]);
      work.add_uncorrected(row, fit, p, truth[p], 0.0);
    }
  }
}

Repetition FitStudy::repeat(const RepetitionContext& context) const {
  Work work{context,
            same_samples_,
            StudySamples(config(), context.pool.threads(), context.monitor),
            {},
            {},
            {},
            {},
            {},
            0.0,
            0};
  work.simulation =
      work.samples.at(nominal_theta(config()), config().events.simulation, work.sample_seed("simulation"));
  const Table scanned = work.samples.scanned(config().events.scanned, work.sample_seed("scanned"));
  work.generator = work.samples.generator_events(scanned, work.seed("generator events"));
  const Stopwatch watch;
  for (std::size_t k = 0; k < reweight_.trainings; ++k) {
    ReweightOptions options = reweight_.options;
    options.training.seed = work.seed("reweighter", k);
    options.training.task = "weights";
    work.reweighters.push_back(
        train_reweighter(work.simulation, scanned, options, context.pool, context.monitor));
  }
  const auto again = [&](std::size_t k) {
    ReweightOptions options = reweight_.options;
    options.training.seed = work.seed("reweighter again", k);
    return train_reweighter(work.simulation, scanned, options, context.pool, context.monitor);
  };
  work.repetition.metrics["weights_retrained"] =
      static_cast<double>(retrain_failed(work.reweighters, work.simulation, scanned, work.seed("judge"),
                                         again, context.pool, context.monitor)
                              .size());
  work.repetition.metrics["seconds_weights"] = watch.seconds();
  fit_truth(work);
  compare_weights(work);
  fit_random_truths(work);
  work.repetition.metrics["seconds_fit"] = work.seconds_fits / static_cast<double>(work.fits);
  return std::move(work.repetition);
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
          : "Every repetition has its own data, simulation, scanned sample, and training of w; errors are "
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
