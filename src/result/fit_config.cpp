// Reading and writing the configuration of `trueup fit`.
#include "result/fit_config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/result.hpp>

namespace trueup {
namespace {

const std::vector<std::string> kMinimisers{"scan", "praxis", "bobyqa"};
const std::vector<std::string> kLaterMethods{"score", "likelihood", "loss", "dctr"};

void check_method(ConfigTable& table) {
  const std::string method = table.string("method", "auc");
  if (method == "auc") return;
  if (std::find(kLaterMethods.begin(), kLaterMethods.end(), method) != kLaterMethods.end()) {
    table.fail("method", fmt::format("'{}' is not in version {}, which has 'auc' only", method, version()));
  }
  table.fail("method", fmt::format("must be 'auc', not '{}'", method));
}

}  // namespace

FitOptions read_fit_section(ConfigTable table) {
  FitOptions fit;
  check_method(table);
  fit.observables = read_columns(table, "observables");
  const std::string minimiser = table.choice("minimiser", kMinimisers, "scan");
  fit.minimiser = static_cast<Minimiser>(std::find(kMinimisers.begin(), kMinimisers.end(), minimiser) -
                                         kMinimisers.begin());
  fit.repetitions = read_count(table, "repetitions", fit.repetitions, 2);
  fit.coarse_points = read_count(table, "coarse_points", fit.coarse_points, 3);
  fit.fine_points = read_count(table, "fine_points", fit.fine_points, 6);
  fit.fine_window = read_between(table, "fine_window", fit.fine_window, 0.0, 1.0);
  fit.max_evaluations = read_count(table, "max_evaluations", fit.max_evaluations);
  fit.train_fraction = read_between(table, "train_fraction", fit.train_fraction, 0.0, 1.0);
  read_network(table.table_or_empty("network"), fit.hidden);
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

void add_fit_section(TomlText& toml, const FitOptions& fit) {
  toml.section("fit");
  toml.add("method", "auc");
  toml.add("observables", fit.observables);
  toml.add("minimiser", kMinimisers.at(static_cast<std::size_t>(fit.minimiser)));
  toml.add("repetitions", fit.repetitions);
  toml.add("coarse_points", fit.coarse_points);
  toml.add("fine_points", fit.fine_points);
  toml.add("fine_window", fit.fine_window);
  toml.add("max_evaluations", fit.max_evaluations);
  toml.add("train_fraction", fit.train_fraction);
  toml.section("fit.network");
  toml.add("hidden", fit.hidden);
  toml.section("fit.training");
  add_training(toml, fit.training);
}

}  // namespace

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
  add_fit_section(toml, job.fit);
  return toml.text();
}

}  // namespace trueup
