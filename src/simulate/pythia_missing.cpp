// What a build without Pythia answers.
#include <trueup/error.hpp>

#include "simulate/pythia_source.hpp"

namespace trueup {

bool has_pythia() noexcept {
  return false;
}

namespace sim {

void check_pythia(const SimulationCard&) {
  throw EnvironmentError(
      "this card needs Pythia 8, and this trueup was built without it; run scripts/setup.sh (it builds "
      "Pythia 8 and fetches FastJet once), configure with -DTRUEUP_WITH_PYTHIA=ON, and build again");
}

Table pythia_table(const SimulationCard& card, const SimulateOptions&, Monitor&) {
  check_pythia(card);
  return {};
}

}  // namespace sim
}  // namespace trueup
