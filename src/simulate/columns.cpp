// Which columns a card's table has.
#include <trueup/simulate.hpp>

#include "simulate/gaussian.hpp"
#include "simulate/observables.hpp"

namespace trueup {

std::vector<SimulatedColumn> simulated_columns(const SimulationCard& card) {
  std::vector<SimulatedColumn> columns;
  if (card.source == "gaussian") {
    columns = sim::gaussian_columns(card);
  } else {
    for (const sim::Observable& o : sim::chosen_observables(card)) {
      columns.push_back({o.name, o.unit, o.meaning});
    }
  }
  for (const ScannedParameter& p : card.scan)
    columns.push_back({p.name, p.unit, "scanned value of " + p.setting});
  return columns;
}

}  // namespace trueup
