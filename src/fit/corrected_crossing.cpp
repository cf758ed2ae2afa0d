// From folds of scored events to the statistics of a score fit.
#include "fit/corrected_crossing.hpp"

#include <utility>
#include <vector>

namespace trueup {
namespace {

/// Puts columns (parameters, rows) of some events where they belong.
void put(const std::vector<std::vector<float>>& columns, const std::vector<std::uint32_t>& rows,
         FeatureMatrix& to) {
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < rows.size(); ++i) to.values[rows[i] * to.features + j] = columns[j][i];
  }
}

}  // namespace

ScoreSolution solve_corrected(const ScoreProblem& problem, const CrossingResult& crossing, std::uint64_t seed,
                              ThreadPool& pool, Monitor& monitor) {
  const std::size_t P = crossing.theta.size();
  const std::size_t events = problem.samples.simulation.rows();
  FeatureMatrix data{P, std::vector<float>(problem.samples.data.rows() * P)};
  FeatureMatrix simulation{P, std::vector<float>(events * P)};
  Folds folds;
  folds.number = crossing.statistics.size();
  folds.of.resize(events);
  for (std::size_t k = 0; k < folds.number; ++k) {
    const FoldStatistics& fold = crossing.statistics[k];
    put(fold.data, fold.data_rows, data);
    put(fold.simulation, fold.simulation_rows, simulation);
    for (const std::uint32_t row : fold.simulation_rows) folds.of[row] = static_cast<std::uint32_t>(k);
  }
  std::vector<float> weights = problem.ratio.ratios(problem.samples.generator, crossing.theta, pool);
  for (std::size_t i = 0; i < events; ++i) weights[i] *= problem.samples.simulation_weights[i];
  // Data trained the classifiers too: every event has the t of the fold that scored it, whatever the fold of φ.
  const auto statistic = [&](std::size_t, const RegressionOptions&, Monitor&) {
    return FoldStatistic{data, simulation, {P, {}}, crossing.evaluations.front().record, 0};
  };
  const ScoreStatistics statistics = complete_statistics(
      problem.samples, weights, {std::move(folds), Folds{}}, statistic, problem.options, seed, pool, monitor);
  return solve_with(problem, statistics, crossing.information, crossing.theta, pool, monitor);
}

}  // namespace trueup
