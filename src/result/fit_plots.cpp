// What the report draws about a fit, and the summary of its weights.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <trueup/stats.hpp>

#include "result/fit_run.hpp"
#include "result/likelihood_figures.hpp"

namespace trueup {
namespace {

constexpr std::size_t kObservablesShown = 12;

std::vector<double> fitted_theta(const FitResult& fit) {
  std::vector<double> theta;
  for (const FittedParameter& p : fit.parameters) theta.push_back(p.value);
  return theta;
}

std::map<std::string, double> named_theta(const FitResult& fit) {
  std::map<std::string, double> theta;
  for (const FittedParameter& p : fit.parameters) theta[p.name] = p.value;
  return theta;
}

/// Mean over the networks, as the fit's repetitions use them in turn.
std::vector<float> mean_weights(const std::vector<Reweighter>& reweighters, const Table& simulation,
                                const std::vector<double>& theta, ThreadPool& pool) {
  std::vector<float> mean(simulation.rows(), 0.0f);
  for (const Reweighter& reweighter : reweighters) {
    const std::vector<float> w = reweighter.weights(simulation, theta, pool);
    for (std::size_t i = 0; i < w.size(); ++i) mean[i] += w[i] / static_cast<float>(reweighters.size());
  }
  return mean;
}

/// What is compared with the data: the simulation, and the background in its expected proportion.
struct Simulated {
  Table columns;
  std::vector<float> nominal;
  std::vector<float> reweighted;

  Simulated(const Table& simulation, const std::vector<float>& weights, const FitInputs& inputs,
            const std::vector<std::string>& observables)
      : nominal(simulation.weights_or_ones()), reweighted(weights) {
    for (const std::string& name : observables) {
      std::vector<float> values = simulation.column(name).values;
      if (inputs.background) {
        const auto more = inputs.background->table.values(name);
        values.insert(values.end(), more.begin(), more.end());
      }
      columns.add_column(name, std::move(values), simulation.column(name).unit);
    }
    if (!inputs.background) return;
    const std::vector<float> own = inputs.background->table.weights_or_ones();
    for (std::vector<float>* part : {&nominal, &reweighted}) {
      const double odds = inputs.background_share / (1.0 - inputs.background_share);
      const double scale = odds * std::accumulate(part->begin(), part->end(), 0.0) /
                           std::accumulate(own.begin(), own.end(), 0.0);
      for (const float w : own) part->push_back(w * static_cast<float>(scale));
    }
  }
};

}  // namespace

void add_fit_plots(const FitJob& job, const FitInputs& inputs, const FitResult& fit,
                   const std::vector<Reweighter>& reweighters, Plots& plots, ThreadPool& pool) {
  const Table& data = inputs.data.table;
  const Table& simulation = inputs.simulation.table;
  const std::vector<float> weights = mean_weights(reweighters, simulation, fitted_theta(fit), pool);
  const Simulated simulated(simulation, weights, inputs, job.fit.observables);
  std::vector<DistributionPlot> shown;
  for (const std::string& name : job.fit.observables) {
    if (shown.size() == kObservablesShown) break;
    shown.push_back(
        distribution_plot({data.column(name), data.weights(), "data", simulated.columns.column(name),
                           simulated.nominal, simulated.reweighted},
                          "detector", "Data and simulation at the fitted value", named_theta(fit)));
  }
  plots.distributions.insert(plots.distributions.begin(), shown.begin(), shown.end());
  if (!fit.classifier_record.epochs.empty()) {
    const char* title = job.fit.method == FitMethod::score        ? "detector-level score"
                        : job.fit.method == FitMethod::likelihood ? "detector-level likelihood ratio"
                                                                  : "classifier nearest to the minimum";
    plots.learning_curves.push_back({title, fit.classifier_record});
  }
  for (std::size_t p = 0; p < fit.parameters.size() && !fit.scan.empty(); ++p) {
    const auto truth = inputs.truth.find(fit.parameters[p].name);
    plots.scans.push_back({job.fit.method, job.fit.minimiser, job.fit.corrected, fit, p,
                           truth == inputs.truth.end() ? std::nullopt : std::optional(truth->second)});
  }
  const std::vector<Figure> figures = likelihood_figures(fit, inputs.truth);
  plots.figures.insert(plots.figures.end(), figures.begin(), figures.end());
  plots.weights.push_back(weight_plot(weights, "w at the fitted value"));
}

std::vector<WeightSummary> summarise_weights(const std::vector<Reweighter>& reweighters,
                                             const Table& simulation, const std::vector<double>& theta,
                                             ThreadPool& pool) {
  std::vector<WeightSummary> summaries;
  for (std::size_t k = 0; k < reweighters.size(); ++k) {
    const Table bare = bare_columns(
        simulation, with_group(reweighters[k].model().column_names(), reweighters[k].model().members.group),
        false);
    const std::vector<float> pure = reweighters[k].weights(bare, theta, pool);
    const MeanWithError mean = weighted_mean(pure, simulation.weights());
    const std::vector<float> total = reweighters[k].weights(simulation, theta, pool);
    const double effective = effective_sample_size(total) / static_cast<double>(total.size());
    const double largest = *std::max_element(pure.begin(), pure.end()) / mean.value;
    summaries.push_back({fmt::format("network {}", k + 1), mean.value, mean.error, effective, largest});
  }
  return summaries;
}

}  // namespace trueup
