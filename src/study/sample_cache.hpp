// Generated samples that studies keep between runs, since making them takes longer than anything else.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <trueup/monitor.hpp>
#include <trueup/simulate.hpp>
#include <trueup/table.hpp>

namespace trueup {

/// TRUEUP_SAMPLES, else $XDG_CACHE_HOME/trueup/samples, else ~/.cache/trueup/samples. Nothing when TRUEUP_SAMPLES is "off"
/// or there is no home.
std::optional<std::filesystem::path> sample_folder();

/// simulate(), or the same table from an earlier call. Only Pythia's events are kept: others are made faster than read. A
/// file that cannot be read is made anew, one that cannot be written is done without; the monitor is told of both. Files
/// appear whole or not at all, under the name sample_key(); finished blocks of a sample that is being made wait beside it, so
/// that the next call goes on after an interruption. Nothing is kept when less than `kSampleReserve` bytes would be left on the disk.
Table kept_sample(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor);

inline constexpr std::uintmax_t kSampleReserve = std::uintmax_t{8} << 30;

}  // namespace trueup
