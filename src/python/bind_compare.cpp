// How alike two tables are.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python/bindings.hpp"
#include "python/jobs.hpp"
#include "python/memory_inputs.hpp"
#include "result/compare_json.hpp"

namespace trueup::python {
namespace {

/// JSON of the comparison alone.
std::string compare(const TableSource& a, const TableSource& b, const std::vector<std::string>& columns,
                    const std::vector<std::string>& hidden, bool pairs, const JobSettings& settings,
                    nb::object listener) {
  CompareOptions options;
  options.columns = columns;
  options.hidden_columns = hidden;
  options.pairs = pairs;
  options.seed = settings.seed;
  std::vector<std::string> read = columns;
  read.insert(read.end(), hidden.begin(), hidden.end());
  Caller caller(std::move(listener));
  return caller.get<std::string>([&] {
    ThreadPool pool(settings.threads);
    const Comparison found = compare_tables(a.take(read), b.take(read), options, pool, caller);
    return json_of(found).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  });
}

}  // namespace

void bind_compare(nb::module_& module) {
  module.def("compare", &compare, nb::arg("a"), nb::arg("b"), nb::arg("columns"), nb::arg("hidden"),
             nb::arg("pairs"), nb::arg("settings"), nb::arg("listener").none());
}

}  // namespace trueup::python
