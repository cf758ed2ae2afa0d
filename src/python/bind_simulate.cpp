// Events from a card.
#include <nanobind/stl/string.h>

#include <trueup/simulate.hpp>

#include "python/bindings.hpp"
#include "python/caller.hpp"
#include "python/jobs.hpp"

namespace trueup::python {
namespace {

Table simulated(const SimulationCard& card, std::size_t events, const JobSettings& settings,
                nb::object listener) {
  Caller caller(std::move(listener));
  return caller.get<Table>([&] { return simulate(card, {events, settings.seed, settings.threads}, caller); });
}

}  // namespace

void bind_simulate(nb::module_& module) {
  module.def(
      "simulate_file",
      [](const std::string& path, std::size_t events, const JobSettings& settings, nb::object listener) {
        return simulated(load_simulation_card(path), events, settings, std::move(listener));
      },
      nb::arg("path"), nb::arg("events"), nb::arg("settings"), nb::arg("listener").none());
  module.def(
      "simulate_card",
      [](const std::string& text, std::size_t events, const JobSettings& settings, nb::object listener) {
        return simulated(parse_simulation_card(text, "trueup.simulate"), events, settings,
                         std::move(listener));
      },
      nb::arg("text"), nb::arg("events"), nb::arg("settings"), nb::arg("listener").none());
  module.def("has_pythia", &has_pythia);
}

}  // namespace trueup::python
