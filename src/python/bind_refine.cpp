// Refiners: training, use, files.
#include <span>

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <core/files.hpp>
#include <trueup/refiner_model.hpp>

#include "python/bindings.hpp"
#include "python/jobs.hpp"
#include "python/memory_inputs.hpp"
#include "result/refine_run.hpp"
#include "result/run_folder.hpp"

namespace trueup::python {
namespace {

RefineJob read_job(const std::string& configuration) {
  ConfigTable root = ConfigTable::from_arguments(configuration, "trueup.Refiner");
  return read_refine_job(root);
}

nb::dict train(const std::string& configuration, const TableSource& fast, const TableSource& full,
               const JobSettings& settings, nb::object listener) {
  const Stopwatch watch;
  const RefineJob job = read_job(configuration);
  MemoryInputs source;
  source.add(job.fast_table, fast);
  source.add(job.full_table, full);
  Caller caller(std::move(listener));
  RefineOutcome outcome = caller.get<RefineOutcome>([&] {
    const RefineInputs inputs = load_refine_inputs(job, source);
    ThreadPool pool(settings.threads);
    return refine_and_judge(job, inputs, {"refine", settings.seed, false}, nullptr, pool, caller);
  });
  nb::dict made = documents(std::move(outcome.result), outcome.plots,
                            to_toml(job, RunFolder::signature("refine")), watch);
  made["model"] = std::move(outcome.model);
  return made;
}

/// Refined columns, in the order of refined_names(), of the columns in the order of column_names().
nb::list refine(const RefinerModel& model, const std::vector<FloatArray>& columns, int threads) {
  std::vector<std::span<const float>> inputs;
  for (const FloatArray& column : columns) inputs.emplace_back(column.data(), column.size());
  const std::size_t rows = inputs.empty() ? 0 : inputs.front().size();
  std::vector<std::vector<float>> refined(model.refined.size(), std::vector<float>(rows));
  {
    const nb::gil_scoped_release released;
    ThreadPool pool(threads);
    const std::vector<std::span<float>> outputs(refined.begin(), refined.end());
    refine_columns(model, inputs, outputs, pool);
  }
  nb::list arrays;
  for (std::vector<float>& column : refined) arrays.append(array_of(std::move(column)));
  return arrays;
}

RefinerModel load(const std::string& path) {
  check_readable(path);
  return load_refiner(path);
}

}  // namespace

void bind_refine(nb::module_& module) {
  nb::class_<RefinerModel>(module, "RefinerModel")
      .def("column_names", &RefinerModel::column_names)
      .def("refined_names", &RefinerModel::refined_names)
      .def("metadata", [](const RefinerModel& model) { return model.metadata; })
      .def("refine", &refine, nb::arg("columns"), nb::arg("threads"))
      .def(
          "save", [](const RefinerModel& model, const std::string& path) { save_refiner(model, path); },
          nb::arg("path"))
      .def_static("load", &load, nb::arg("path"));
  module.def(
      "refine_config",
      [](const std::string& text) { return to_toml(read_job(text), RunFolder::signature("refine")); },
      nb::arg("configuration"));
  module.def("train_refiner", &train, nb::arg("configuration"), nb::arg("fast"), nb::arg("full"),
             nb::arg("settings"), nb::arg("listener").none());
}

}  // namespace trueup::python
