// Sources that read events from files of other programs.
#pragma once

#include <cstddef>

#include <trueup/simulate.hpp>

namespace trueup::sim {

/// Throws what the table would throw about the file's beginning (HepMC), or about all of it (LHE).
void check_hepmc(const SimulationCard& card);
void check_lhe_card(const SimulationCard& card);

/// The whole table; card.events = 0: all events of the file. Throws DataError for a file that is missing, damaged, or has
/// fewer events than asked for. In a build without Pythia they throw EnvironmentError.
Table hepmc_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor);
Table lhe_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor);

/// DataError when the file had fewer events than the card wants, or none.
void require_events(const SimulationCard& card, std::size_t found);

}  // namespace trueup::sim
