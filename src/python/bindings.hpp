// What the Python module trueup._core is made of: one function for each file of bindings.
#pragma once

#include <nanobind/nanobind.h>

namespace trueup::python {

namespace nb = nanobind;

/// Errors of the library become those of trueup.errors, with the same text.
void bind_errors(nb::module_& module);
void bind_tables(nb::module_& module);
/// How jobs run.
void bind_jobs(nb::module_& module);
void bind_reweight(nb::module_& module);
void bind_fit(nb::module_& module);
void bind_refine(nb::module_& module);
void bind_compare(nb::module_& module);
void bind_simulate(nb::module_& module);

}  // namespace trueup::python
