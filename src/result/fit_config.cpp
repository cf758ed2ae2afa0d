// Reading and writing the configuration of `trueup fit`.
#include "result/fit_config.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "result/column_map_config.hpp"
#include "result/fit_config_parts.hpp"

namespace trueup {
namespace {

const std::vector<std::string> kMethods{"auc", "loss", "dctr", "score", "likelihood"};
const std::vector<std::string> kMoments{"doubly robust", "plain"};
const std::vector<std::string> kMinimisers{"scan", "praxis", "bobyqa", "gradient"};
const std::vector<std::string> kLossWeights{"normalised", "raw"};

template <class Kind>
Kind read_kind(ConfigTable& table, const std::string& key, const std::vector<std::string>& names, Kind kind) {
  const std::string name = table.choice(key, names, names.at(static_cast<std::size_t>(kind)));
  return static_cast<Kind>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// Small networks learn smooth functions: few epochs, the last at a small rate. Score's statistic may have narrow peaks to
/// resolve, as that of a top-quark mass has, which takes longer.
void set_score_defaults(FitOptions& fit) {
  fit.hidden = {64, 64};
  fit.training.max_epochs = fit.method == FitMethod::score ? 20 : 10;
  fit.training.adam.learning_rate = 3e-3;
  fit.training.schedule = LearningRateSchedule::cosine;
}

void read_likelihood(ConfigTable& table, LikelihoodOptions& options) {
  options.members = read_count(table, "members", options.members);
  options.theta_draws = read_count(table, "theta_draws", options.theta_draws);
  options.window = read_between(table, "window", options.window, 0.0, 10.0);
  options.normalised = table.boolean("normalised", options.normalised);
}

/// What methods score and likelihood have in common.
void read_score(ConfigTable& table, FitOptions& fit) {
  refuse_ineffective(
      table,
      {"minimiser", "coarse_points", "fine_points", "fine_window", "max_evaluations", "train_fraction"},
      fmt::format(
          "method = \"{}\": {}, and every event is used", method_name(fit.method),
          fit.method == FitMethod::score ? "nothing is minimised" : "its maximum is found by derivatives"));
  set_score_defaults(fit);
  fit.minimiser = Minimiser::gradient;
  fit.repetitions = read_count(table, "repetitions", 2);
  fit.folds = read_count(table, "folds", 2, 2);
  fit.score.moment = read_kind(table, "moment", kMoments, fit.score.moment);
  fit.score.max_expansions = read_count(table, "max_expansions", fit.score.max_expansions);
  if (table.has("features")) fit.score.features = read_columns(table, "features");
}

/// What is optimised, and how; defaults depend on it.
void read_search(ConfigTable& table, FitOptions& fit) {
  fit.method = read_kind(table, "method", kMethods, fit.method);
  if (fit.method == FitMethod::dctr) {
    refuse_ineffective(table, {"minimiser", "repetitions", "folds"},
                       "method = \"dctr\": nothing is trained, and its minimum is found by derivatives");
    fit.minimiser = Minimiser::gradient;
    fit.repetitions = 1;
  } else if (learns_statistics(fit.method)) {
    read_score(table, fit);
  } else {
    fit.minimiser = read_kind(table, "minimiser", kMinimisers, fit.minimiser);
    const bool gradient = fit.minimiser == Minimiser::gradient;
    fit.repetitions = read_count(table, "repetitions", gradient ? 2 : fit.repetitions, gradient ? 1 : 2);
    fit.folds = read_count(table, "folds", gradient || fit.method == FitMethod::loss ? 2 : 1);
    fit.members = read_members(table);
    if (gradient) fit.corrected = table.boolean("corrected", fit.corrected);
    if (fit.corrected && table.has("features")) fit.score.features = read_columns(table, "features");
  }
  if (fit.method == FitMethod::loss) {
    fit.weights = read_kind(table, "weights", kLossWeights, fit.weights);
    if (fit.weights == LossWeights::raw && fit.minimiser == Minimiser::gradient) {
      table.fail("weights", "'raw' has no minimiser = \"gradient\": use \"scan\", \"praxis\" or \"bobyqa\"");
    }
  } else {
    refuse_ineffective(table, {"weights"}, fmt::format("method = \"{}\"", method_name(fit.method)));
  }
  const std::string because = fmt::format("method = \"{}\"", method_name(fit.method));
  const bool classifies = fit.method == FitMethod::auc || fit.method == FitMethod::loss;
  if (!classifies) refuse_ineffective(table, {"particles"}, because);
  if (!classifies || fit.minimiser != Minimiser::gradient)
    refuse_ineffective(table, {"corrected"}, because + ", or without minimiser = \"gradient\"");
  if (!learns_statistics(fit.method)) {
    refuse_ineffective(table, {"moment", "max_expansions"}, because);
    if (!fit.corrected)
      refuse_ineffective(table, {"features", "generator"}, because + (classifies ? " unless corrected" : ""));
  }
  if (fit.method == FitMethod::likelihood) {
    read_likelihood(table, fit.likelihood);
  } else {
    refuse_ineffective(table, {"members", "theta_draws", "window", "normalised"}, because);
  }
}

void read_points(ConfigTable& table, FitOptions& fit) {
  fit.coarse_points = read_count(table, "coarse_points", fit.coarse_points, 3);
  fit.fine_points = read_count(table, "fine_points", fit.fine_points, 6);
  fit.fine_window = read_between(table, "fine_window", fit.fine_window, 0.0, 1.0);
  fit.max_evaluations = read_count(table, "max_evaluations", fit.max_evaluations);
  fit.train_fraction = read_between(table, "train_fraction", fit.train_fraction, 0.0, 1.0);
}

}  // namespace

const std::vector<std::string>& method_names() {
  return kMethods;
}

void refuse_ineffective(const ConfigTable& table, std::initializer_list<const char*> keys,
                        const std::string& because) {
  for (const char* key : keys) {
    if (table.has(key)) table.fail(key, fmt::format("has no effect with {}", because));
  }
}

bool needs_generator(const FitOptions& fit) {
  return learns_statistics(fit.method) ? fit.score.moment == MomentForm::doubly_robust : fit.corrected;
}

FitOptions read_fit_section(ConfigTable table, const FitOptions& fallback) {
  FitOptions fit;
  fit.method = fallback.method;
  fit.minimiser = fallback.minimiser;
  fit.observables = fallback.observables;
  fit.score.features = fallback.score.features;
  read_search(table, fit);
  // Those of DCTR are the reweighter's features, which may be known from its file only.
  const bool known = fit.method == FitMethod::dctr || !fit.observables.empty() || !fit.members.none();
  if (!known || table.has("observables")) fit.observables = read_columns(table, "observables");
  if (!learns_statistics(fit.method)) read_points(table, fit);
  ConfigTable network = table.table_or_empty("network");
  read_network(network, fit.hidden);
  read_training(table.table_or_empty("training"), fit.training);
  return fit;
}

namespace {

/// Either trained models, or what is needed to train them.
void read_weights(ConfigTable& root, FitJob& job) {
  ConfigTable reweight = root.table("reweight");
  if (!reweight.has("models")) {
    ConfigTable scanned = root.table("scanned");
    job.scanned_table = scanned.string("table");
    job.scanned_columns = read_column_map(scanned);
    job.reweight = read_reweight_section(std::move(reweight));
    return;
  }
  job.models = reweight.strings("models");
  if (job.models.empty()) reweight.fail("models", "names no model");
  for (const std::string& key : reweight.keys()) {
    if (key != "models")
      reweight.fail(key, "is for training, but 'reweight.models' gives trained weights: remove one");
  }
  if (root.has("scanned"))
    root.fail("scanned", "is for training, but 'reweight.models' gives trained weights: remove one");
}

/// Where methods score and likelihood have their generator-level events from: named in [fit], or in a section of its own where
/// its columns have other names, or the table that w is trained on.
void read_generator(ConfigTable& root, FitJob& job) {
  ConfigTable fit = root.table("fit");
  if (!needs_generator(job.fit)) {
    const std::string because =
        learns_statistics(job.fit.method)
            ? "moment = \"plain\""
            : fmt::format("method = \"{}\" unless corrected", method_name(job.fit.method));
    refuse_ineffective(fit, {"generator"}, because);
    refuse_ineffective(root, {"generator"}, because);
    return;
  }
  if (root.has("generator")) {
    if (fit.has("generator")) fit.fail("generator", "is given, and the section [generator] too: remove one");
    ConfigTable section = root.table("generator");
    job.generator_table = section.string("table");
    if (job.generator_table == job.scanned_table)
      section.fail("table", "is that of [scanned], which is taken anyway: leave [generator] out");
    job.generator_columns = read_column_map(section);
  } else if (fit.has("generator")) {
    job.generator_table = fit.string("generator");
  } else if (job.scanned_table.empty()) {
    fit.fail(
        "generator",
        fmt::format("is missing: method = \"{}\"{} needs a table of generator-level events with columns of "
                    "the parameters, as the one that weights are trained on; {} does without",
                    method_name(job.fit.method), job.fit.corrected ? " with corrected = true" : "",
                    job.fit.corrected ? "corrected = false" : "moment = \"plain\""));
  } else {
    job.generator_table = job.scanned_table;
    job.generator_columns = job.scanned_columns;
  }
}

/// In [fit], as most have it, unless columns have other names.
bool generator_has_section(const FitJob& job) {
  return !job.generator_columns.empty() && job.generator_table != job.scanned_table;
}

void add_generator_section(TomlText& toml, const FitJob& job) {
  if (!generator_has_section(job)) return;
  toml.section("generator");
  toml.add("table", job.generator_table);
  add_column_map(toml, job.generator_columns);
}

void add_likelihood(TomlText& toml, const LikelihoodOptions& options) {
  toml.add("members", options.members);
  toml.add("theta_draws", options.theta_draws);
  toml.add("window", options.window);
  toml.add("normalised", options.normalised);
}

}  // namespace

void add_fit_search(TomlText& toml, const FitOptions& fit) {
  if (fit.method == FitMethod::loss) {
    toml.add("weights", kLossWeights.at(static_cast<std::size_t>(fit.weights)));
  }
  if (learns_statistics(fit.method)) {
    toml.add("moment", kMoments.at(static_cast<std::size_t>(fit.score.moment)));
    toml.add("max_expansions", fit.score.max_expansions);
    if (!fit.score.features.empty()) toml.add("features", fit.score.features);
    toml.add("repetitions", fit.repetitions);
    toml.add("folds", fit.folds);
    if (fit.method == FitMethod::likelihood) add_likelihood(toml, fit.likelihood);
    return;
  }
  if (fit.method != FitMethod::dctr) {
    toml.add("minimiser", minimiser_name(fit.minimiser));
    toml.add("repetitions", fit.repetitions);
    toml.add("folds", fit.folds);
    if (fit.minimiser == Minimiser::gradient) toml.add("corrected", fit.corrected);
    if (fit.corrected && !fit.score.features.empty()) toml.add("features", fit.score.features);
  }
  toml.add("coarse_points", fit.coarse_points);
  toml.add("fine_points", fit.fine_points);
  toml.add("fine_window", fit.fine_window);
  toml.add("max_evaluations", fit.max_evaluations);
  toml.add("train_fraction", fit.train_fraction);
}

void add_fit_networks(TomlText& toml, const std::string& section, const FitOptions& fit) {
  add_members(toml, section, fit.members);
  toml.section(section + ".network");
  toml.add("hidden", fit.hidden);
  toml.section(section + ".training");
  add_training(toml, fit.training);
}

namespace {

void add_fit_section(TomlText& toml, const FitJob& job) {
  toml.section("fit");
  toml.add("method", method_name(job.fit.method));
  if (!job.fit.observables.empty()) toml.add("observables", job.fit.observables);
  add_fit_search(toml, job.fit);
  if (needs_generator(job.fit) && !generator_has_section(job)) toml.add("generator", job.generator_table);
  add_fit_networks(toml, "fit", job.fit);
}

}  // namespace

std::string method_name(FitMethod method) {
  return kMethods.at(static_cast<std::size_t>(method));
}

std::string minimiser_name(Minimiser minimiser) {
  return kMinimisers.at(static_cast<std::size_t>(minimiser));
}

FitJob read_fit_job(ConfigTable& root) {
  FitJob job;
  ConfigTable data = root.table("data");
  job.data_table = data.string("table");
  job.truth = read_theta(data, "truth");
  job.data_columns = read_column_map(data);
  ConfigTable simulation = root.table("simulation");
  job.simulation_table = simulation.string("table");
  job.nominal_theta = read_theta(simulation, "theta");
  job.simulation_columns = read_column_map(simulation);
  read_weights(root, job);
  job.fit = read_fit_section(root.table("fit"));
  read_generator(root, job);
  read_agreement(root, job);
  job.background = read_background(root, job);
  root.finish();
  return job;
}

std::string to_toml(const FitJob& job, const std::string& first_comment) {
  TomlText toml(first_comment);
  toml.section("data");
  toml.add("table", job.data_table);
  if (!job.truth.empty()) toml.add("truth", job.truth);
  add_column_map(toml, job.data_columns);
  toml.section("simulation");
  toml.add("table", job.simulation_table);
  if (!job.nominal_theta.empty()) toml.add("theta", job.nominal_theta);
  add_column_map(toml, job.simulation_columns);
  add_background_section(toml, job.background);
  if (job.reweight) {
    toml.section("scanned");
    toml.add("table", job.scanned_table);
    add_column_map(toml, job.scanned_columns);
    add_reweight_section(toml, *job.reweight);
  } else {
    toml.section("reweight");
    toml.add("models", job.models);
  }
  add_fit_section(toml, job);
  add_generator_section(toml, job);
  add_agreement_section(toml, job);
  return toml.text();
}

}  // namespace trueup
