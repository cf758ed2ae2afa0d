// The entry: hands a card to its source, and says which columns come out.
#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "simulate/analytic.hpp"
#include "simulate/observables.hpp"
#include "simulate/pythia_source.hpp"
#include "simulate/required.hpp"

namespace trueup {

void check_settings(const SimulationCard& card) {
  sim::is_analytic(card) ? sim::check_analytic(card) : sim::check_pythia(card);
}

Table simulate(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  SimulationCard sized = card;
  if (options.events != 0) sized.events = options.events;
  if (sim::is_analytic(card)) return sim::analytic_table(sized, options, monitor);
  return sim::required_rows(sized, sim::pythia_table(sized, options, monitor));
}

}  // namespace trueup
