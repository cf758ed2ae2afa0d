// What a build without Pythia answers.
#include <trueup/error.hpp>

#include "simulate/pythia_source.hpp"

namespace trueup {

bool has_pythia() noexcept {
  return false;
}

namespace sim {

Table pythia_table(const SimulationCard&, const SimulateOptions&, Monitor&) {
  throw EnvironmentError(
      "this card needs Pythia 8, and this trueup was built without it; run scripts/setup.sh (it builds "
      "Pythia 8 and "
      "fetches FastJet once), configure with -DTRUEUP_WITH_PYTHIA=ON, and build again");
}

}  // namespace sim
}  // namespace trueup
