// The objective of method auc.
#include "fit/auc_objective.hpp"

#include <utility>

#include <trueup/ensemble.hpp>
#include <trueup/random.hpp>

namespace trueup {

namespace {

/// Rows that a Poisson bootstrap keeps, and how often each counts.
struct Resampled {
  std::vector<std::uint32_t> rows;
  std::vector<float> counts;
};

Resampled resample(std::size_t rows, bool bootstrap, std::uint64_t seed, std::string_view purpose) {
  RandomStream stream(seed, purpose);
  Resampled result;
  for (std::size_t r = 0; r < rows; ++r) {
    const int count = bootstrap ? stream.poisson(1.0) : 1;
    if (count > 0) {
      result.rows.push_back(static_cast<std::uint32_t>(r));
      result.counts.push_back(static_cast<float>(count));
    }
  }
  return result;
}

std::vector<float> counted_weights(const Table& table, const Resampled& sample) {
  std::vector<float> weights = sample.counts;
  if (table.has_weights()) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      weights[i] *= table.weights()[sample.rows[i]];
    }
  }
  return weights;
}

/// Only the columns named, for the rows of the sample.
Table pick_columns(const Table& table, const std::vector<std::string>& columns) {
  Table picked;
  for (const std::string& name : columns) {
    const Column& column = table.column(name);
    picked.add_column(column.name, column.values, column.unit);
  }
  return picked;
}

}  // namespace

AucObjective::AucObjective(const Table& data, const Table& simulation, const Reweighter& reweighter,
                           const FitOptions& options, std::size_t repetition, ThreadPool& pool,
                           Monitor& monitor)
    : reweighter_(reweighter), repetition_(repetition), pool_(pool), monitor_(monitor) {
  const std::uint64_t seed = derive_seed(options.seed, "repetition", repetition);
  const bool bootstrap = options.repetitions > 1;
  const Resampled from_data = resample(data.rows(), bootstrap, seed, "bootstrap data");
  const Resampled from_simulation = resample(simulation.rows(), bootstrap, seed, "bootstrap simulation");
  data_ = feature_matrix(pick_columns(data, options.observables).select(from_data.rows), options.observables,
                         "data");
  data_weights_ = counted_weights(data, from_data);
  simulation_ = feature_matrix(pick_columns(simulation, options.observables).select(from_simulation.rows),
                               options.observables, "simulation");
  simulation_generator_ =
      pick_columns(simulation, reweighter.model().column_names()).select(from_simulation.rows);
  simulation_generator_.set_weights(counted_weights(simulation, from_simulation));
  classifier_.hidden = options.hidden;
  classifier_.training = options.training;
  classifier_.train_fraction = options.train_fraction;
  classifier_.seed = seed;
}

AucEvaluation AucObjective::evaluate_at(std::span<const double> theta, Monitor& monitor) const {
  const auto weights = reweighter_.weights(simulation_generator_, theta, pool_);
  TwoSampleResult result =
      two_sample_auc(data_, data_weights_, simulation_, weights, classifier_, pool_, monitor);
  ScanPoint point;
  point.theta.assign(theta.begin(), theta.end());
  point.auc = result.auc;
  point.auc_null_spread = result.null_spread;
  point.effective_sample_size = result.effective_negative;
  point.repetition = repetition_;
  return {std::move(point), std::move(result.record)};
}

std::vector<AucEvaluation> AucObjective::operator()(const std::vector<std::vector<double>>& thetas) const {
  const Network classifier(NetworkSpec{data_.features, classifier_.hidden, 1, Activation::relu});
  const Turns turns = trained_side_by_side(classifier) ? Turns::side_by_side : Turns::one_after_another;
  std::vector<AucEvaluation> found(thetas.size());
  run_tasks("scan", thetas.size(), turns, pool_, monitor_,
            [&](std::size_t i, Monitor& own) { found[i] = evaluate_at(thetas[i], own); });
  return found;
}

}  // namespace trueup
