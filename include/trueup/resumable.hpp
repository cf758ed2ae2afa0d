// Generation that goes on after an interruption: what decides a sample, and finished blocks of it in a file.
#pragma once

#include <filesystem>
#include <string>

#include <trueup/simulate.hpp>

namespace trueup {

/// The hash of all that decides the events of a sample: card, number, first event, seed, and simulation_version().
std::string sample_key(const SimulationCard& card, const SimulateOptions& options);
/// The metadata of a table that is kept for later calls have its sample_key() under this name.
inline constexpr const char* kSampleKey = "sample.key";

/// simulate(), which with source "pythia" keeps finished blocks in the file `blocks`, and does not make those again that it
/// has already, of the same sample_key(). Interrupted, killed, and called again, with any number of threads, it gives
/// the same bits. Whoever has the table removes the file. EnvironmentError when the file cannot be begun; when the disk
/// is full later, the monitor is told and the work goes on.
Table simulate_resumable(const SimulationCard& card, const SimulateOptions& options,
                         const std::filesystem::path& blocks, Monitor& monitor);

}  // namespace trueup
