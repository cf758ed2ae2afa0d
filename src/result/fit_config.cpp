// Reading and writing the configuration of `trueup fit`.
#include "result/fit_config.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/result.hpp>

namespace trueup {
namespace {

const std::vector<std::string> kMethods{"auc", "loss", "dctr", "score"};
const std::vector<std::string> kLaterMethods{"likelihood"};
const std::vector<std::string> kMoments{"doubly robust", "plain"};
const std::vector<std::string> kMinimisers{"scan", "praxis", "bobyqa", "gradient"};
const std::vector<std::string> kLossWeights{"normalised", "raw"};

template <class Kind>
Kind read_kind(ConfigTable& table, const std::string& key, const std::vector<std::string>& names, Kind kind) {
  const std::string name = table.choice(key, names, names.at(static_cast<std::size_t>(kind)));
  return static_cast<Kind>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// A key that another key's value would leave without effect is a mistake worth telling.
void refuse(const ConfigTable& table, std::initializer_list<const char*> keys, const std::string& because) {
  for (const char* key : keys) {
    if (table.has(key)) table.fail(key, fmt::format("has no effect with {}", because));
  }
}

FitMethod read_method(ConfigTable& table) {
  const std::string method = table.string("method", "auc");
  if (std::find(kLaterMethods.begin(), kLaterMethods.end(), method) != kLaterMethods.end()) {
    table.fail("method", fmt::format("'{}' is not in version {}, which has {}", method, version(),
                                     quoted_list(kMethods)));
  }
  return read_kind(table, "method", kMethods, FitMethod::auc);
}

/// Small networks learn smooth functions: few epochs, the last at a small rate.
void set_score_defaults(FitOptions& fit) {
  fit.hidden = {64, 64};
  fit.training.max_epochs = 10;
  fit.training.adam.learning_rate = 3e-3;
  fit.training.schedule = LearningRateSchedule::cosine;
}

void read_score(ConfigTable& table, FitOptions& fit) {
  refuse(table,
         {"minimiser", "coarse_points", "fine_points", "fine_window", "max_evaluations", "train_fraction"},
         "method = \"score\": nothing is minimised, and every event is used");
  set_score_defaults(fit);
  fit.minimiser = Minimiser::gradient;
  fit.repetitions = read_count(table, "repetitions", 2);
  fit.folds = read_count(table, "folds", 2, 2);
  fit.score.moment = read_kind(table, "moment", kMoments, fit.score.moment);
  fit.score.max_expansions = read_count(table, "max_expansions", fit.score.max_expansions);
}

/// What is optimised, and how; defaults depend on it.
void read_search(ConfigTable& table, FitOptions& fit) {
  fit.method = read_method(table);
  if (fit.method == FitMethod::dctr) {
    refuse(table, {"minimiser", "repetitions", "folds"},
           "method = \"dctr\": nothing is trained, and its minimum is found by derivatives");
    fit.minimiser = Minimiser::gradient;
    fit.repetitions = 1;
  } else if (fit.method == FitMethod::score) {
    read_score(table, fit);
  } else {
    fit.minimiser = read_kind(table, "minimiser", kMinimisers, fit.minimiser);
    const bool gradient = fit.minimiser == Minimiser::gradient;
    fit.repetitions = read_count(table, "repetitions", gradient ? 2 : fit.repetitions, gradient ? 1 : 2);
    fit.folds = read_count(table, "folds", gradient || fit.method == FitMethod::loss ? 2 : 1);
  }
  if (fit.method == FitMethod::loss) {
    fit.weights = read_kind(table, "weights", kLossWeights, fit.weights);
    if (fit.weights == LossWeights::raw && fit.minimiser == Minimiser::gradient) {
      table.fail("weights", "'raw' has no minimiser = \"gradient\": use \"scan\", \"praxis\" or \"bobyqa\"");
    }
  } else {
    refuse(table, {"weights"}, fmt::format("method = \"{}\"", method_name(fit.method)));
  }
  if (fit.method != FitMethod::score) {
    refuse(table, {"moment", "max_expansions", "generator"},
           fmt::format("method = \"{}\"", method_name(fit.method)));
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

FitOptions read_fit_section(ConfigTable table) {
  FitOptions fit;
  read_search(table, fit);
  // Those of DCTR are the reweighter's features, which may be known from its file only.
  if (fit.method != FitMethod::dctr || table.has("observables")) {
    fit.observables = read_columns(table, "observables");
  }
  if (fit.method != FitMethod::score) read_points(table, fit);
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
    job.scanned_table = root.table("scanned").string("table");
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

/// Where method score has its generator-level events from: named, or the table that w is trained on.
void read_generator(ConfigTable fit, FitJob& job) {
  if (job.fit.method != FitMethod::score || job.fit.score.moment == MomentForm::plain) {
    refuse(fit, {"generator"}, "moment = \"plain\"");
    return;
  }
  if (fit.has("generator")) {
    job.generator_table = fit.string("generator");
  } else if (job.scanned_table.empty()) {
    fit.fail("generator",
             "is missing: method = \"score\" needs a table of generator-level events with columns of the "
             "parameters, as the one that weights are trained on; moment = \"plain\" does without");
  } else {
    job.generator_table = job.scanned_table;
  }
}

void add_search(TomlText& toml, const FitOptions& fit) {
  toml.add("method", method_name(fit.method));
  if (!fit.observables.empty()) toml.add("observables", fit.observables);
  if (fit.method == FitMethod::loss) {
    toml.add("weights", kLossWeights.at(static_cast<std::size_t>(fit.weights)));
  }
  if (fit.method == FitMethod::score) {
    toml.add("moment", kMoments.at(static_cast<std::size_t>(fit.score.moment)));
    toml.add("max_expansions", fit.score.max_expansions);
    toml.add("repetitions", fit.repetitions);
    toml.add("folds", fit.folds);
    return;
  }
  if (fit.method != FitMethod::dctr) {
    toml.add("minimiser", kMinimisers.at(static_cast<std::size_t>(fit.minimiser)));
    toml.add("repetitions", fit.repetitions);
    toml.add("folds", fit.folds);
  }
  toml.add("coarse_points", fit.coarse_points);
  toml.add("fine_points", fit.fine_points);
  toml.add("fine_window", fit.fine_window);
  toml.add("max_evaluations", fit.max_evaluations);
  toml.add("train_fraction", fit.train_fraction);
}

void add_fit_section(TomlText& toml, const FitJob& job) {
  const FitOptions& fit = job.fit;
  toml.section("fit");
  add_search(toml, fit);
  if (!job.generator_table.empty()) toml.add("generator", job.generator_table);
  toml.section("fit.network");
  toml.add("hidden", fit.hidden);
  toml.section("fit.training");
  add_training(toml, fit.training);
}

}  // namespace

std::string method_name(FitMethod method) {
  return kMethods.at(static_cast<std::size_t>(method));
}

FitJob read_fit_job(ConfigTable& root) {
  FitJob job;
  ConfigTable data = root.table("data");
  job.data_table = data.string("table");
  job.truth = read_theta(data, "truth");
  ConfigTable simulation = root.table("simulation");
  job.simulation_table = simulation.string("table");
  job.nominal_theta = read_theta(simulation, "theta");
  read_weights(root, job);
  job.fit = read_fit_section(root.table("fit"));
  read_generator(root.table("fit"), job);
  root.finish();
  return job;
}

std::string to_toml(const FitJob& job, const std::string& first_comment) {
  TomlText toml(first_comment);
  toml.section("data");
  toml.add("table", job.data_table);
  if (!job.truth.empty()) toml.add("truth", job.truth);
  toml.section("simulation");
  toml.add("table", job.simulation_table);
  if (!job.nominal_theta.empty()) toml.add("theta", job.nominal_theta);
  if (job.reweight) {
    toml.section("scanned");
    toml.add("table", job.scanned_table);
    add_reweight_section(toml, *job.reweight);
  } else {
    toml.section("reweight");
    toml.add("models", job.models);
  }
  add_fit_section(toml, job);
  return toml.text();
}

}  // namespace trueup
