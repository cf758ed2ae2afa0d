// The work of `trueup reweight`: inputs, training, closure, and the run's files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/result.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/threads.hpp>

#include "result/checks.hpp"
#include "result/inputs.hpp"
#include "result/plots.hpp"
#include "result/reweight_config.hpp"
#include "result/run_folder.hpp"

namespace trueup {

/// What every run is told.
struct RunSettings {
  std::string command;
  std::uint64_t seed = 1;
  bool resume = false;
};

struct ReweightInputs {
  InputTable nominal;
  InputTable scanned;
};

/// Reads and checks the tables, and sets job.reweight.options.nominal.
ReweightInputs load_reweight_inputs(ReweightJob& job, std::uint64_t seed,
                                    const InputSource& source = input_files());

/// Throws DataError when there are too few events for the closure of a section with this seed.
void require_closure_events(const ReweightSection& section, const Table& nominal, const Table& scanned,
                            std::uint64_t seed);

/// Trains section.trainings networks and writes each to the folder as soon as it is ready; what is half trained when the
/// run is interrupted stays in checkpoint/. With `resume`, trainings continue from there, and a network in
/// the folder that was made by this version from the same tables, options and seed is taken instead. Those that failed
/// by the rule of <trueup/weight_trainings.hpp> are trained once more. Without a folder nothing is written.
std::vector<Reweighter> train_reweighters(const ReweightSection& section, const InputTable& nominal,
                                          const InputTable& scanned, const RunSettings& settings,
                                          const RunFolder* run, ThreadPool& pool, Monitor& monitor);

/// How many of the networks took the place of one that had failed (<trueup/weight_trainings.hpp>).
std::size_t trained_again(const std::vector<Reweighter>& reweighters);

/// Closure of the first network, into plots, metrics and checks.
void add_closure(const Reweighter& reweighter, const ReweightSection& section, const Table& nominal,
                 const Table& scanned, const RunSettings& settings, Result& result, Plots& plots,
                 ThreadPool& pool, Monitor& monitor);

void add_learning_curves(const std::vector<Reweighter>& reweighters, Result& result, Plots& plots);

/// What a training gives.
struct ReweightOutcome {
  std::vector<Reweighter> reweighters;
  Result result;
  Plots plots;
};

/// Trains and judges; the folder, where there is one, gets the models.
ReweightOutcome train_and_judge(const ReweightJob& job, const ReweightInputs& inputs,
                                const RunSettings& settings, const RunFolder* run, ThreadPool& pool,
                                Monitor& monitor);

/// All of it. Writes models, plots.json and result.json.
Result run_reweight(const ReweightJob& job, const ReweightInputs& inputs, const RunSettings& settings,
                    const RunFolder& run, ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
