// From folds of scored events to the statistics of a score fit.
#include "fit/corrected_crossing.hpp"

#include <utility>
#include <vector>

namespace trueup {
namespace {

/// Columns (parameters, N), row by row.
FeatureMatrix side_by_side(const std::vector<std::vector<float>>& columns) {
  const std::size_t P = columns.size(), N = columns.front().size();
  FeatureMatrix rows{P, std::vector<float>(N * P)};
  for (std::size_t j = 0; j < P; ++j) {
    for (std::size_t i = 0; i < N; ++i) rows.values[i * P + j] = columns[j][i];
  }
  return rows;
}

/// Of each data event, the t of the fold that scored it: data trained the classifiers of the others.
FeatureMatrix scored_data(const std::vector<FoldStatistics>& folds, std::size_t parameters,
                          std::size_t events) {
  FeatureMatrix all{parameters, std::vector<float>(events * parameters)};
  for (const FoldStatistics& fold : folds) {
    for (std::size_t j = 0; j < parameters; ++j) {
      for (std::size_t i = 0; i < fold.data_rows.size(); ++i) {
        all.values[fold.data_rows[i] * parameters + j] = fold.data[j][i];
      }
    }
  }
  return all;
}

}  // namespace

ScoreSolution solve_corrected(const ScoreProblem& problem, const CrossingResult& crossing, std::uint64_t seed,
                              ThreadPool& pool, Monitor& monitor) {
  const std::size_t P = crossing.theta.size(), events = problem.samples.simulation_weights.size();
  const FeatureMatrix data = scored_data(crossing.statistics, P, problem.samples.data_weights.size());
  Folds folds;
  folds.number = crossing.statistics.size();
  folds.of.resize(events);
  for (std::size_t k = 0; k < folds.number; ++k) {
    for (const std::uint32_t row : crossing.statistics[k].simulation_rows) {
      folds.of[row] = static_cast<std::uint32_t>(k);
    }
  }
  std::vector<float> weights = problem.ratio.ratios(problem.samples.generator, crossing.theta, pool);
  for (std::size_t i = 0; i < events; ++i) weights[i] *= problem.samples.simulation_weights[i];
  const auto statistic = [&](std::size_t k, const RegressionOptions&, Monitor&) {
    return FoldStatistic{data,
                         side_by_side(crossing.statistics[k].all_simulation),
                         {P, {}},
                         crossing.evaluations.front().record,
                         0};
  };
  const ScoreStatistics statistics = complete_statistics(
      problem.samples, weights, {std::move(folds), Folds{}}, statistic, problem.options, seed, pool, monitor);
  return solve_with(problem, statistics, crossing.information, crossing.theta, pool, monitor);
}

}  // namespace trueup
