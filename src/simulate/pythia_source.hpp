// Collisions from Pythia 8: settings from the card, events in blocks, one Pythia object a thread.
#pragma once

#include <filesystem>

#include <trueup/simulate.hpp>

namespace trueup::sim {

/// ConfigError for a setting that Pythia does not know or accept. In a build without Pythia it throws EnvironmentError.
void check_pythia(const SimulationCard& card);

/// The whole table of a card with source "pythia"; finished blocks are kept in the file `kept`, none when it is empty. In a
/// build without Pythia it throws EnvironmentError.
Table pythia_table(const SimulationCard& card, const SimulateOptions& options,
                   const std::filesystem::path& kept, Monitor& monitor);

}  // namespace trueup::sim
