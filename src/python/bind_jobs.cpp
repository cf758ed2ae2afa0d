// How jobs run.
#include "python/bindings.hpp"
#include "python/jobs.hpp"

namespace trueup::python {

void bind_jobs(nb::module_& module) {
  nb::class_<JobSettings>(module, "JobSettings")
      .def(
          "__init__",
          [](JobSettings* self, std::uint64_t seed, int threads) {
            new (self) JobSettings{seed, threads};
          },
          nb::arg("seed"), nb::arg("threads"));
}

}  // namespace trueup::python
