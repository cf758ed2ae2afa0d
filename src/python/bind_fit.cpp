// Fits of parameters.
#include <algorithm>
#include <optional>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <trueup/error.hpp>

#include "python/bindings.hpp"
#include "python/jobs.hpp"
#include "python/memory_inputs.hpp"
#include "result/fit_run.hpp"
#include "result/run_folder.hpp"

namespace trueup::python {
namespace {

using Rows = std::vector<std::vector<double>>;

/// The tables and models of a fit, as Python hands them over.
struct FitArguments {
  const TableSource& data;
  const TableSource& simulation;
  const std::vector<InputModel*>& models;
  nb::object generator;   ///< TableSource, function, or None
  nb::object background;  ///< TableSource or None
};

FitJob read_job(const std::string& configuration) {
  ConfigTable root = ConfigTable::from_arguments(configuration, "trueup.fit");
  return read_fit_job(root);
}

/// What the weights read.
std::vector<std::string> features_of(const std::vector<InputModel*>& models) {
  std::vector<std::string> features;
  for (const InputModel* input : models) {
    for (const std::string& name : input->model.column_names()) {
      if (std::find(features.begin(), features.end(), name) == features.end()) features.push_back(name);
    }
  }
  return features;
}

MemoryInputs inputs_of(const FitJob& job, const FitArguments& arguments, Caller& caller) {
  MemoryInputs source;
  source.add(job.data_table, arguments.data);
  source.add(job.simulation_table, arguments.simulation);
  for (std::size_t k = 0; k < job.models.size(); ++k) source.add(job.models[k], *arguments.models.at(k));
  if (nb::isinstance<TableSource>(arguments.background))
    source.add(job.background.table, nb::cast<const TableSource&>(arguments.background));
  if (nb::isinstance<TableSource>(arguments.generator)) {
    source.add(job.generator_table, nb::cast<const TableSource&>(arguments.generator));
  } else if (!arguments.generator.is_none()) {
    source.add_function(job.generator_table, arguments.generator, features_of(arguments.models), caller);
  }
  return source;
}

/// Covariance of the fitted values: of finite samples and of trainings. Of one parameter of the other methods
/// half of the interval's width squared; of several unknown.
std::optional<Rows> covariance_of(const FitResult& fit) {
  const std::size_t P = fit.parameters.size();
  if (!fit.score) {
    if (P != 1) return std::nullopt;
    const double half = 0.5 * (fit.parameters[0].high - fit.parameters[0].low);
    return Rows{{half * half}};
  }
  Rows rows;
  for (std::size_t p = 0; p < P; ++p) {
    const auto first = fit.score->covariance.begin() + static_cast<std::ptrdiff_t>(p * P);
    rows.emplace_back(first, first + static_cast<std::ptrdiff_t>(P));
  }
  return rows;
}

nb::dict fit(const std::string& configuration, const TableSource& data, const TableSource& simulation,
             const std::vector<InputModel*>& models, nb::object generator, nb::object background,
             const JobSettings& settings, nb::object listener) {
  const Stopwatch watch;
  FitJob job = read_job(configuration);
  Caller caller(std::move(listener));
  const MemoryInputs source =
      inputs_of(job, {data, simulation, models, std::move(generator), std::move(background)}, caller);
  FitOutcome outcome = caller.get<FitOutcome>([&] {
    const FitInputs inputs = load_fit_inputs(job, settings.seed, source);
    std::vector<Reweighter> reweighters;
    for (const InputModel& input : inputs.models) reweighters.emplace_back(input.model);
    ThreadPool pool(settings.threads);
    return fit_and_judge(job, inputs, reweighters, {"fit", settings.seed, false}, pool, caller);
  });
  nb::dict made =
      documents(std::move(outcome.result), outcome.plots, to_toml(job, RunFolder::signature("fit")), watch);
  made["covariance"] = covariance_of(outcome.fit);
  made["repetitions"] = outcome.fit.repetitions;
  return made;
}

}  // namespace

void bind_fit(nb::module_& module) {
  module.def("fit", &fit, nb::arg("configuration"), nb::arg("data"), nb::arg("simulation"), nb::arg("models"),
             nb::arg("generator").none(), nb::arg("background").none(), nb::arg("settings"),
             nb::arg("listener").none());
}

}  // namespace trueup::python
