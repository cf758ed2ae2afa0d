// Histograms for the report, from tables and weights.
#include "result/plots.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include <trueup/stats.hpp>

#include "result/checks.hpp"
#include "result/inputs.hpp"

namespace trueup {
namespace {

constexpr std::size_t kBins = 40;
constexpr std::size_t kThetaSteps = 8;  // θ values that stand for a closure window
constexpr std::size_t kFeaturesShown = 4;

PlotSample plot_sample(const Histogram& h, const std::string& label, const std::string& role) {
  const double total = std::accumulate(h.sums.begin(), h.sums.end(), 0.0);
  const double scale = total > 0.0 ? 1.0 / total : 0.0;
  PlotSample sample{label, role, {}, {}};
  for (std::size_t i = 0; i < h.sums.size(); ++i) {
    sample.sums.push_back(h.sums[i] * scale);
    sample.errors.push_back(std::sqrt(h.squares[i]) * scale);
  }
  return sample;
}

/// Weights of the nominal events for the mixture of the window's θ: the mean of w(x,θ) over quantiles of θ.
std::vector<float> mixture_weights(const Reweighter& reweighter, const Table& nominal,
                                   std::vector<float> thetas, ThreadPool& pool) {
  std::sort(thetas.begin(), thetas.end());
  std::vector<float> mean(nominal.rows(), 0.0f);
  for (std::size_t k = 0; k < kThetaSteps; ++k) {
    const std::size_t at = (2 * k + 1) * thetas.size() / (2 * kThetaSteps);
    const double theta = thetas[std::min(at, thetas.size() - 1)];
    const ModelParameter& range = reweighter.model().parameters.front();
    const std::vector<double> point{std::clamp(theta, range.low, range.high)};
    const std::vector<float> w = reweighter.weights(nominal, point, pool);
    for (std::size_t i = 0; i < w.size(); ++i) mean[i] += w[i] / static_cast<float>(kThetaSteps);
  }
  return mean;
}

/// The scanned events within the window around the point.
Table window_events(const Table& scanned, const ModelParameter& range, double centre, double window) {
  const std::span<const float> theta = scanned.values(range.name);
  const double reach = 0.5 * window * (range.high - range.low);
  std::vector<std::uint8_t> keep(theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) keep[i] = std::fabs(theta[i] - centre) <= reach;
  return scanned.filter(keep);
}

/// How much there was to correct; samples without a bin in common differ most.
double difference(const DistributionPlot& plot) {
  return std::isnan(plot.chi2_nominal) ? std::numeric_limits<double>::infinity() : plot.chi2_nominal;
}

/// What the closure's plots of one target have in common.
struct TargetWords {
  std::string label;
  std::string level;
  std::string title;
  std::map<std::string, double> theta;
};

/// The features in which there was most to correct.
std::vector<DistributionPlot> worst_features(const Model& model, const Table& nominal, const Table& target,
                                             const std::vector<float>& weights, const TargetWords& words) {
  std::vector<DistributionPlot> plots;
  for (const std::string& name : model.column_names()) {
    plots.push_back(distribution_plot({target.column(name), target.weights(), words.label,
                                       nominal.column(name), nominal.weights(), weights},
                                      words.level, words.title, words.theta));
  }
  std::stable_sort(plots.begin(), plots.end(),
                   [](const auto& a, const auto& b) { return difference(a) > difference(b); });
  plots.resize(std::min(plots.size(), kFeaturesShown));
  return plots;
}

}  // namespace

DistributionPlot distribution_plot(const DistributionInput& in, const std::string& level,
                                   const std::string& title, std::map<std::string, double> theta) {
  DistributionPlot plot{in.target.name, in.target.unit, level, title, std::move(theta), {}, {}, 0.0, 0.0};
  plot.edges = suggest_edges(in.target.values, kBins);
  const Histogram target = histogram(in.target.values, in.target_weights, plot.edges);
  const Histogram nominal = histogram(in.nominal.values, in.nominal_weights, plot.edges);
  const Histogram reweighted = histogram(in.nominal.values, in.reweighted_weights, plot.edges);
  plot.samples = {plot_sample(target, in.target_label, "target"), plot_sample(nominal, "nominal", "nominal"),
                  plot_sample(reweighted, "reweighted", "reweighted")};
  plot.chi2_nominal = compare_shapes(nominal, target).per_ndof();
  plot.chi2_reweighted = compare_shapes(reweighted, target).per_ndof();
  return plot;
}

WeightPlot weight_plot(std::span<const float> weights, const std::string& label) {
  std::vector<float> logs;
  for (const float w : weights) {
    if (w > 0.0f) logs.push_back(std::log10(w));
  }
  WeightPlot plot{label, {}, {}};
  if (logs.size() < weights.size())
    plot.label += fmt::format(" ({} not positive)", weights.size() - logs.size());
  if (logs.empty()) return plot;
  const auto [low, high] = std::minmax_element(logs.begin(), logs.end());
  const double first = *low, width = std::max(1e-3, (*high - first) * 1.0001) / kBins;
  for (std::size_t i = 0; i <= kBins; ++i) plot.edges_log10.push_back(first + static_cast<double>(i) * width);
  plot.counts = histogram(logs, {}, plot.edges_log10).sums;
  return plot;
}

std::vector<DistributionPlot> closure_distributions(const Reweighter& reweighter, const Table& nominal,
                                                    const Table& scanned,
                                                    const std::vector<ClosurePoint>& points, double window,
                                                    ThreadPool& pool) {
  const Model& model = reweighter.model();
  if (model.parameters.empty())
    return worst_features(model, nominal, scanned, reweighter.weights(nominal, {}, pool),
                          {"target", "generator", "Closure", {}});
  std::vector<DistributionPlot> plots;
  if (model.parameters.size() != 1) return plots;
  const ModelParameter& parameter = model.parameters.front();
  for (const ClosurePoint& point : points) {
    const Table target = window_events(scanned, parameter, point.theta.at(0), window);
    if (target.rows() == 0) continue;
    const std::span<const float> thetas = target.values(parameter.name);
    const std::vector<float> weights =
        mixture_weights(reweighter, nominal, {thetas.begin(), thetas.end()}, pool);
    const std::string where = theta_text({parameter.name}, point.theta);
    std::vector<DistributionPlot> here = worst_features(model, nominal, target, weights,
                                                        {"generated near " + where,
                                                         "generator",
                                                         "Closure near " + where,
                                                         {{parameter.name, point.theta[0]}}});
    plots.insert(plots.end(), std::make_move_iterator(here.begin()), std::make_move_iterator(here.end()));
  }
  return plots;
}

}  // namespace trueup
