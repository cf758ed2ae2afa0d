// The work of `trueup refine`: inputs, pairs, training, judging on rows that trained nothing, and the run's files.
#pragma once

#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/pairs.hpp>
#include <trueup/result.hpp>
#include <trueup/threads.hpp>

#include "result/inputs.hpp"
#include "result/refine_config.hpp"
#include "result/reweight_run.hpp"
#include "result/run_folder.hpp"

namespace trueup {

struct RefineInputs {
  InputTable fast;
  InputTable full;
  PairReport pairs;  ///< of pairs by key
};

/// Reads and checks the tables, and matches their rows when the job says by which key.
RefineInputs load_refine_inputs(const RefineJob& job, const InputSource& source = input_files());

/// What a training gives.
struct RefineOutcome {
  RefinerModel model;
  Result result;
  Plots plots;
};

/// Trains and judges; the folder, where there is one, gets the model, and while it is trained its state.
RefineOutcome refine_and_judge(const RefineJob& job, const RefineInputs& inputs, const RunSettings& settings,
                               const RunFolder* run, ThreadPool& pool, Monitor& monitor);

/// Writes model.onnx, plots.json and result.json. With settings.resume, half-trained stages go on from checkpoint/.
Result run_refine(const RefineJob& job, const RefineInputs& inputs, const RunSettings& settings,
                  const RunFolder& run, ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
