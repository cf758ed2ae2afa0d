// Errors of the library as Python exceptions.
#include <exception>

#include <trueup/error.hpp>

#include "python/bindings.hpp"

namespace trueup::python {
namespace {

/// Sets the exception trueup.errors.<name>.
void set_error(const char* name, const char* text) {
  const nb::object type = nb::module_::import_("trueup.errors").attr(name);
  PyErr_SetString(type.ptr(), text);
}

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const ConfigError& error) {
    set_error("ConfigError", error.what());
  } catch (const DataError& error) {
    set_error("DataError", error.what());
  } catch (const EnvironmentError& error) {
    set_error("EnvironmentError", error.what());
  } catch (const Error& error) {
    set_error("TrueupError", error.what());
  }
}

}  // namespace

void bind_errors(nb::module_&) {
  nb::register_exception_translator(translate);
}

}  // namespace trueup::python
