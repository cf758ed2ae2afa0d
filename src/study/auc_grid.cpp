// Classifiers over a grid of θ.
#include "study/auc_grid.hpp"

#include <algorithm>

#include <core/side_by_side.hpp>
#include <trueup/two_sample.hpp>

#include "result/config_sections.hpp"

namespace trueup {

std::vector<double> AucGrid::axis(std::size_t p) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < points; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(points - 1);
    values.push_back(low[p] + (high[p] - low[p]) * part);
  }
  return values;
}

AucGrid read_auc_grid(ConfigTable& root, const StudyConfig& config) {
  AucGrid grid;
  if (!root.has("grid")) return grid;
  const std::size_t dimension = config.parameters.size();
  if (dimension > 2) root.fail("grid", "is for studies of one or two parameters");
  ConfigTable table = root.table("grid");
  grid.points = read_count(table, "points", 11, 2);
  grid.events = read_count(table, "events", 100'000, 100);
  grid.low = table.numbers("low");
  grid.high = table.numbers("high");
  if (grid.low.size() != dimension || grid.high.size() != dimension)
    table.fail("low", "and 'high' need one value for each parameter");
  for (std::size_t p = 0; p < dimension; ++p) {
    const StudyParameter& range = config.parameters[p];
    if (!(grid.low[p] >= range.low && grid.low[p] < grid.high[p] && grid.high[p] <= range.high))
      table.fail("low", "and 'high' must rise and lie within the range of '" + range.name + "'");
  }
  ConfigTable network = table.table_or_empty("network");
  read_network(network, grid.hidden);
  grid.member_hidden = grid.hidden;
  read_training(table.table_or_empty("training"), grid.training);
  return grid;
}

std::vector<AucGridPoint> auc_over_grid(const AucGrid& grid, const Table& data, const Table& simulation,
                                        const FitOptions& seen, const Reweighter& reweighter,
                                        std::uint64_t seed, ThreadPool& pool, Monitor& monitor) {
  const Table some_data = data.slice(0, std::min(grid.events, data.rows()));
  const Table some_simulation = simulation.slice(0, std::min(grid.events, simulation.rows()));
  const FeatureMatrix positive = feature_matrix(some_data, seen.observables, "data", seen.members);
  const FeatureMatrix negative =
      feature_matrix(some_simulation, seen.observables, "simulation", seen.members);
  TwoSampleOptions options;
  options.hidden = grid.hidden;
  options.member_hidden = grid.member_hidden;
  options.training = grid.training;
  options.seed = seed;
  const std::vector<double> first = grid.axis(0);
  const std::vector<double> second = grid.low.size() > 1 ? grid.axis(1) : std::vector<double>{};
  std::vector<AucGridPoint> points(first.size() * std::max<std::size_t>(second.size(), 1));
  run_tasks("AUC over the grid", points.size(), Turns::side_by_side, pool, monitor,
            [&](std::size_t task, Monitor& own) {
              AucGridPoint& point = points[task];
              point.theta = {first[task % first.size()]};
              if (!second.empty()) point.theta.push_back(second[task / first.size()]);
              const std::vector<float> weights = reweighter.weights(some_simulation, point.theta, pool);
              const TwoSampleResult found =
                  two_sample_auc(positive, {}, negative, weights, options, pool, own);
              point.auc = found.auc;
              point.null_spread = found.null_spread;
            });
  return points;
}

}  // namespace trueup
