// The work of `trueup study run`: repetitions, rows beside the published numbers, figures, and the run's files.
#pragma once

#include <trueup/monitor.hpp>
#include <trueup/result.hpp>
#include <trueup/threads.hpp>

#include "result/reweight_run.hpp"
#include "result/run_folder.hpp"
#include "study/study.hpp"

namespace trueup {

/// Writes each repetition as soon as it is done, then plots.json and result.json. With settings.resume, repetitions in
/// the folder that this version made from the same configuration (but for the number of repetitions and the limits) and
/// seed are taken instead. `wall_s` is the time of this call.
Result run_study(const Study& study, const RunSettings& settings, const RunFolder& run, ThreadPool& pool,
                 Monitor& monitor);

}  // namespace trueup
