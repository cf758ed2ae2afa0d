// The end that every run shares: plots and result written to the run folder.
#pragma once

#include <trueup/result.hpp>

#include "result/plots.hpp"
#include "result/run_folder.hpp"
#include "result/stopwatch.hpp"

namespace trueup {

/// Writes plots.json, then result.json with its artifacts, wall time and memory; result.json comes last, so that a folder
/// that has it is complete.
void finish_run(const RunFolder& run, const Plots& plots, const Stopwatch& watch, Result& result);

}  // namespace trueup
