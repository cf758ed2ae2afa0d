// The AUC over a grid of two parameters (SRGN Fig. 7).
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <core/side_by_side.hpp>
#include <trueup/two_sample.hpp>

#include "result/config_sections.hpp"
#include "study/fit_figures.hpp"

namespace trueup {
namespace {

std::vector<double> grid(double low, double high, std::size_t points) {
  std::vector<double> values;
  for (std::size_t i = 0; i < points; ++i)
    values.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(points - 1));
  return values;
}

}  // namespace

SurfaceGrid read_surface_grid(ConfigTable& root, const StudyConfig& config) {
  SurfaceGrid grid;
  if (!root.has("surface")) return grid;
  if (config.parameters.size() != 2) root.fail("surface", "is for studies of two parameters");
  ConfigTable table = root.table("surface");
  grid.points = read_count(table, "points", 11, 2);
  grid.events = read_count(table, "events", 100'000, 100);
  grid.low = table.numbers("low");
  grid.high = table.numbers("high");
  for (std::size_t p = 0; p < 2; ++p) {
    const StudyParameter& parameter = config.parameters[p];
    const bool good = grid.low.size() == 2 && grid.high.size() == 2 && grid.low[p] < grid.high[p] &&
                      grid.low[p] >= parameter.low && grid.high[p] <= parameter.high;
    if (!good) table.fail("low", "and 'high' need one value a parameter, rising and within its range");
  }
  grid.hidden = {32, 32};
  read_network(table.table_or_empty("network"), grid.hidden);
  read_training(table.table_or_empty("training"), grid.training);
  return grid;
}

Figure auc_surface_figure(const FitFigureInput& in, const FitOfLevel& level) {
  const StudyParameter &first = in.config.parameters.at(0), &second = in.config.parameters.at(1);
  const SurfaceGrid& wanted = in.surface;
  const FitVariant& variant = level.variant;
  FigureSurface surface{"AUC",
                        grid(wanted.low[0], wanted.high[0], wanted.points),
                        grid(wanted.low[1], wanted.high[1], wanted.points),
                        {},
                        {0.505, 0.52, 0.54, 0.57, 0.6, 0.65, 0.7, 0.75, 0.8}};
  const Table some_data = in.data.slice(0, std::min(wanted.events, in.data.rows()));
  const Table some_simulation = in.simulation.slice(0, std::min(wanted.events, in.simulation.rows()));
  const FeatureMatrix positive = feature_matrix(some_data, variant.options.observables, "data");
  const FeatureMatrix negative = feature_matrix(some_simulation, variant.options.observables, "simulation");
  TwoSampleOptions options;
  options.hidden = wanted.hidden;
  options.training = wanted.training;
  options.seed = in.seed;
  surface.z.assign(wanted.points, std::vector<double>(wanted.points));
  run_tasks("AUC surface", wanted.points * wanted.points, Turns::side_by_side, in.pool, in.monitor,
            [&](std::size_t task, Monitor& own) {
              const std::size_t i = task % wanted.points, j = task / wanted.points;
              const std::vector<double> theta{surface.x[i], surface.y[j]};
              const std::vector<float> weights = in.reweighter.weights(some_simulation, theta, in.pool);
              surface.z[j][i] = two_sample_auc(positive, {}, negative, weights, options, in.pool, own).auc;
            });
  const std::vector<double> found = level.fit.repetitions.front();
  Figure figure{in.config.figure("auc"), "AUC, " + variant.level, "", first.name, {{second.name, 1.0, {}}}};
  FigurePanel& panel = figure.panels.front();
  panel.surface = std::move(surface);
  panel.series = {{"nominal", "exact", "cross", {first.nominal}, {second.nominal}, {}},
                  {"truth", "truth", "points", {first.truth}, {second.truth}, {}},
                  {"fitted", "reweighted", "cross", {found[0]}, {found[1]}, {}}};
  figure.caption = fmt::format(
      "Contours of the AUC between data and reweighted simulation, each point of the grid a classifier of "
      "its own on "
      "{} events of each. It falls to 0.5 at the truth ({} = {:.4g}, {} = {:.4g}), where the fit comes to "
      "{:.4f} and "
      "{:.4f}; the contours are closer together at generator level.",
      positive.rows(), first.name, first.truth, second.name, second.truth, found[0], found[1]);
  return figure;
}

}  // namespace trueup
