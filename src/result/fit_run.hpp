// The work of `trueup fit`: inputs, weights, the fit, its checks, and the run's files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "result/fit_config.hpp"
#include "result/reweight_run.hpp"

namespace trueup {

struct FitInputs {
  InputTable data;  ///< its table has no metadata: nothing written there can reach the fit
  InputTable simulation;
  std::optional<InputTable> scanned;
  std::optional<InputTable>
      generator;  ///< generator-level events of methods score and likelihood, when not the scanned ones
  EventFunction generate;  ///< or what makes them
  std::optional<InputTable> background;
  double background_share = 0.0;  ///< of the data's weights
  double background_share_error = 0.0;
  std::vector<InputModel> models;
  std::map<std::string, double> truth;  ///< for printing: of the configuration, else of the data's metadata
};

/// Reads and checks tables and models, and sets job.reweight->options.nominal.
FitInputs load_fit_inputs(FitJob& job, std::uint64_t seed, const InputSource& source = input_files());

/// What a fit gives before anything is written.
struct FitOutcome {
  FitResult fit;
  Result result;
  Plots plots;
};

/// The fit with these weights, and its checks; those of the weights' closure, too, when the job trains them.
FitOutcome fit_and_judge(const FitJob& job, const FitInputs& inputs,
                         const std::vector<Reweighter>& reweighters, const RunSettings& settings,
                         ThreadPool& pool, Monitor& monitor);

/// All of it. Writes models, plots.json and result.json.
Result run_fit(const FitJob& job, const FitInputs& inputs, const RunSettings& settings, const RunFolder& run,
               ThreadPool& pool, Monitor& monitor);

/// Detector-level distributions at the fitted value, scans, learning curve and weights, into `plots`.
void add_fit_plots(const FitJob& job, const FitInputs& inputs, const FitResult& fit,
                   const std::vector<Reweighter>& reweighters, Plots& plots, ThreadPool& pool);

/// The weights of each training on the simulation at θ.
std::vector<WeightSummary> summarise_weights(const std::vector<Reweighter>& reweighters,
                                             const Table& simulation, const std::vector<double>& theta,
                                             ThreadPool& pool);

}  // namespace trueup
