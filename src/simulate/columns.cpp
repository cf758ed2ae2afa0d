// Which columns a card's table has.
#include <set>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "simulate/analytic.hpp"
#include "simulate/observables.hpp"

namespace trueup {

std::vector<SimulatedColumn> simulated_columns(const SimulationCard& card) {
  std::vector<SimulatedColumn> columns;
  if (sim::is_analytic(card)) {
    columns = sim::analytic_columns(card);
  } else {
    for (const sim::Observable& o : sim::chosen_observables(card)) {
      columns.push_back({o.name, o.unit, o.meaning});
    }
    sim::needed_observables(card);  // complains about required ones that the card cannot give
  }
  for (const ScannedParameter& p : card.scan)
    columns.push_back({p.name, p.unit, "scanned value of " + p.setting});
  std::set<std::string> names(card.output.groups.begin(), card.output.groups.end());
  for (const SimulatedColumn& c : columns) {
    if (!names.insert(c.name).second) {
      throw ConfigError("the card names the column '" + c.name +
                        "' twice (in output.columns, output.groups, or as a scanned parameter)");
    }
  }
  return columns;
}

}  // namespace trueup
