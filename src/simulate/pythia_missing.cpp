// What a build without Pythia answers.
#include <trueup/error.hpp>

#include "simulate/event_files.hpp"
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

Table pythia_table(const SimulationCard& card, const SimulateOptions&, const std::filesystem::path&,
                   Monitor&) {
  check_pythia(card);
  return {};
}

void check_hepmc(const SimulationCard& card) {
  check_pythia(card);
}

void check_lhe_card(const SimulationCard& card) {
  check_pythia(card);
}

Table hepmc_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  return pythia_table(card, options, {}, monitor);
}

Table lhe_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  return pythia_table(card, options, {}, monitor);
}

}  // namespace sim
}  // namespace trueup
