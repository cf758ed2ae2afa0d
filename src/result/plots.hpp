// plots.json (schema trueup.plots/1): the numbers that the report draws.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>

#include "result/figure.hpp"

namespace trueup {

/// A histogram whose bins add up to 1 over the range shown.
struct PlotSample {
  std::string label;
  std::string role;  ///< "nominal", "target", "reweighted"
  std::vector<double> sums;
  std::vector<double> errors;
};

struct DistributionPlot {
  std::string name;
  std::string unit;
  std::string level;  ///< "generator" or "detector"
  std::string title;
  std::map<std::string, double> theta;
  std::vector<double> edges;
  std::vector<PlotSample> samples;
  double chi2_nominal = 0.0;     ///< per degree of freedom, nominal against target
  double chi2_reweighted = 0.0;  ///< the same for reweighted
};

struct LearningCurve {
  std::string title;
  TrainRecord record;
};

/// The scan in one parameter: the `index`-th of the fit. What is drawn is what the method minimises.
struct ScanPlot {
  FitMethod method = FitMethod::auc;
  Minimiser minimiser = Minimiser::scan;
  bool corrected = false;
  FitResult fit;
  std::size_t index = 0;
  std::optional<double> truth;
};

struct WeightPlot {
  std::string label;
  std::vector<double> edges_log10;
  std::vector<double> counts;
};

struct Plots {
  std::vector<DistributionPlot> distributions;
  std::vector<LearningCurve> learning_curves;
  std::vector<ScanPlot> scans;
  std::vector<ClosurePoint> closure;
  std::vector<WeightPlot> weights;
  std::vector<Figure> figures;
};

std::string to_json(const Plots& plots);

/// One column of a target sample beside the nominal one, before and after reweighting. All have their weights.
struct DistributionInput {
  const Column& target;
  std::span<const float> target_weights;
  std::string target_label;
  const Column& nominal;
  std::span<const float> nominal_weights;
  std::span<const float> reweighted_weights;
};
DistributionPlot distribution_plot(const DistributionInput& input, const std::string& level,
                                   const std::string& title, std::map<std::string, double> theta);

/// log10 of the positive weights; the others are in no bin, and the label says how many.
WeightPlot weight_plot(std::span<const float> weights, const std::string& label);

/// Generator-level distributions at each closure point of a model with one parameter: the scanned events within the
/// window, and nominal events weighted to the mixture of θ there. The four features that needed most correction.
std::vector<DistributionPlot> closure_distributions(const Reweighter& reweighter, const Table& nominal,
                                                    const Table& scanned,
                                                    const std::vector<ClosurePoint>& points, double window,
                                                    ThreadPool& pool);

}  // namespace trueup
