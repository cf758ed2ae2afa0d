// The compiled module trueup._core. The package around it (python/trueup) has the names that users see.
#include <trueup/result.hpp>

#include "python/bindings.hpp"

NB_MODULE(_core, module) {
  using namespace trueup::python;
#ifdef NDEBUG
  // The traceback of an exception that ends the interpreter keeps tables alive: nothing that a user should read about.
  nb::set_leak_warnings(false);
#endif
  module.doc() = "trueup's library, as the package trueup uses it";
  module.attr("__version__") = nb::str(trueup::version().c_str());
  bind_errors(module);
  bind_tables(module);
  bind_jobs(module);
  bind_reweight(module);
  bind_fit(module);
  bind_refine(module);
  bind_compare(module);
  bind_simulate(module);
}
