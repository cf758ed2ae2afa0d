// Weights: training, use, files.
#include <optional>

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <core/files.hpp>
#include <trueup/reweighter.hpp>

#include "python/bindings.hpp"
#include "python/jobs.hpp"
#include "python/memory_inputs.hpp"
#include "result/reweight_run.hpp"
#include "result/run_folder.hpp"

namespace trueup::python {
namespace {

constexpr const char* kSource = "trueup.Reweighter";

ReweightJob read_job(const std::string& configuration) {
  ConfigTable root = ConfigTable::from_arguments(configuration, kSource);
  return read_reweight_job(root);
}

/// A model that no file holds is known by its parameters and the coefficients of its correction.
InputModel input_of(const Model& model) {
  std::vector<float> numbers(model.network.parameters().begin(), model.network.parameters().end());
  numbers.insert(numbers.end(), model.moments.coefficients.begin(), model.moments.coefficients.end());
  const std::string_view bytes{reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)};
  return {model, {"weights", sha256_of_bytes(bytes), 0}};
}

nb::dict train(const std::string& configuration, const TableSource& nominal, const TableSource& scanned,
               const JobSettings& settings, nb::object listener) {
  const Stopwatch watch;
  ReweightJob job = read_job(configuration);
  MemoryInputs source;
  source.add(job.nominal_table, nominal);
  source.add(job.scanned_table, scanned);
  Caller caller(std::move(listener));
  ReweightOutcome outcome = caller.get<ReweightOutcome>([&] {
    const ReweightInputs inputs = load_reweight_inputs(job, settings.seed, source);
    ThreadPool pool(settings.threads);
    return train_and_judge(job, inputs, {"reweight", settings.seed, false}, nullptr, pool, caller);
  });
  nb::dict made = documents(std::move(outcome.result), outcome.plots,
                            to_toml(job, RunFolder::signature("reweight")), watch);
  nb::list models;
  for (const Reweighter& reweighter : outcome.reweighters) models.append(input_of(reweighter.model()));
  made["models"] = models;
  return made;
}

using ParameterTuple = std::tuple<std::string, std::string, double, double, double>;

/// (name, unit, nominal, low, high) of each.
std::vector<ParameterTuple> parameters(const InputModel& input) {
  std::vector<ParameterTuple> all;
  for (const ModelParameter& p : input.model.parameters)
    all.emplace_back(p.name, p.unit, p.nominal, p.low, p.high);
  return all;
}

/// Columns, and the jagged group of a network over members.
std::vector<std::string> needed_by(const Model& model) {
  std::vector<std::string> names = model.column_names();
  if (!model.members.group.empty()) names.push_back(model.members.group);
  return names;
}

Reweighter::WeightsWithScore evaluate(const InputModel& input, const TableSource& table,
                                      const std::vector<double>& theta, int threads, bool with_scores) {
  const nb::gil_scoped_release released;
  const Table columns = table.take(needed_by(input.model));
  columns.require_finite_weights("'" + table.label() + "'");
  ThreadPool pool(threads);
  const Reweighter reweighter(input.model);
  if (with_scores) return reweighter.weights_with_score(columns, theta, pool);
  return {reweighter.weights(columns, theta, pool), {}};
}

nb::object weights(const InputModel& input, const TableSource& table, const std::vector<double>& theta,
                   int threads) {
  return array_of(evaluate(input, table, theta, threads, false).weights);
}

nb::object scores(const InputModel& input, const TableSource& table, const std::vector<double>& theta,
                  int threads) {
  Reweighter::WeightsWithScore found = evaluate(input, table, theta, threads, true);
  const std::size_t rows = found.weights.size();
  return array_of(std::move(found.scores), {rows, theta.size()});
}

}  // namespace

void bind_reweight(nb::module_& module) {
  nb::class_<InputModel>(module, "WeightModel")
      .def("features", [](const InputModel& input) { return input.model.column_names(); })
      .def("parameters", &parameters)
      .def("metadata", [](const InputModel& input) { return input.model.metadata; })
      .def("weights", &weights, nb::arg("table"), nb::arg("theta"), nb::arg("threads"))
      .def("scores", &scores, nb::arg("table"), nb::arg("theta"), nb::arg("threads"))
      .def(
          "save", [](const InputModel& input, const std::string& path) { save_model(input.model, path); },
          nb::arg("path"))
      .def_static(
          "load", [](const std::string& path) { return load_reweighter_model(path); }, nb::arg("path"));
  module.def(
      "reweight_config",
      [](const std::string& text) { return to_toml(read_job(text), RunFolder::signature("reweight")); },
      nb::arg("configuration"));
  module.def("train_weights", &train, nb::arg("configuration"), nb::arg("nominal"), nb::arg("scanned"),
             nb::arg("settings"), nb::arg("listener").none());
}

}  // namespace trueup::python
