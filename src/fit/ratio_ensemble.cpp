// Learning and evaluating the detector-level ratio.
#include "fit/ratio_ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include <core/side_by_side.hpp>
#include <trueup/random.hpp>

namespace trueup {

RatioRegion::RatioRegion(const std::vector<ModelParameter>& parameters, const ExpansionPoint& expansion,
                         double window)
    : reference(expansion.theta) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const double half = window / std::sqrt(expansion.information(p, p));
    low.push_back(std::max(parameters[p].low, reference[p] - half));
    high.push_back(std::min(parameters[p].high, reference[p] + half));
  }
}

RatioEnsemble::RatioEnsemble(const ScoreSamples& samples, const ExpansionPoint& expansion,
                             const RatioRegion& region, std::size_t members)
    : observables_(samples.simulation.features), parameters_(region.reference.size()), members_(members) {
  std::vector<std::uint32_t> all(samples.simulation.rows());
  std::iota(all.begin(), all.end(), 0u);
  const ColumnScaling scaling = column_scaling(samples.simulation, expansion.weights, all);
  shift_ = scaling.shift;
  scale_ = scaling.scale;
  for (std::size_t p = 0; p < parameters_; ++p) {
    shift_.push_back(static_cast<float>(region.reference[p]));
    scale_.push_back(static_cast<float>(2.0 / (region.high[p] - region.low[p])));
  }
}

FeatureMatrix RatioEnsemble::inputs(const FeatureMatrix& y) const {
  FeatureMatrix inputs{observables_ + parameters_, {}};
  inputs.values.reserve(y.rows() * inputs.features);
  for (std::size_t i = 0; i < y.rows(); ++i) {
    for (std::size_t f = 0; f < observables_; ++f) {
      inputs.values.push_back((y.row(i)[f] - shift_[f]) * scale_[f]);
    }
    inputs.values.insert(inputs.values.end(), parameters_, 0.0f);
  }
  return inputs;
}

namespace {

/// θ of each row, uniform in the box: one column a parameter.
std::vector<std::vector<float>> drawn_theta(const RatioRegion& region, std::size_t rows,
                                            RandomStream& stream) {
  std::vector<std::vector<float>> theta(region.reference.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t p = 0; p < theta.size(); ++p) {
      theta[p].push_back(static_cast<float>(stream.uniform(region.low[p], region.high[p])));
    }
  }
  return theta;
}

std::vector<std::uint32_t> repeated(const std::vector<std::uint32_t>& rows, std::size_t times) {
  std::vector<std::uint32_t> all;
  for (std::size_t t = 0; t < times; ++t) all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

/// w̄ of each row at its own θ; 1 for those of the background, which stand after the simulation's N.
std::vector<float> ratios_of(const ScoreSamples& samples, const MeanRatio& ratio,
                             const std::vector<std::uint32_t>& events,
                             const std::vector<std::vector<float>>& theta, ThreadPool& pool) {
  std::vector<std::uint32_t> signal;
  std::vector<std::vector<float>> own(theta.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i] >= samples.simulation.rows()) continue;
    signal.push_back(events[i]);
    for (std::size_t p = 0; p < theta.size(); ++p) own[p].push_back(theta[p][i]);
  }
  const std::vector<std::span<const float>> columns(own.begin(), own.end());
  const std::vector<float> found = ratio.ratios_by_row(samples.generator.select(signal), columns, pool);
  std::vector<float> ratios(events.size(), 1.0f);
  std::size_t next = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i] < samples.simulation.rows()) ratios[i] = found[next++];
  }
  return ratios;
}

}  // namespace

Network RatioEnsemble::learn_network(const ScoreSamples& samples, const MeanRatio& ratio,
                                     const ExpansionPoint& expansion, const RatioRegion& region,
                                     const RegressionRows& rows, const RegressionOptions& options,
                                     std::size_t draws, TrainRecord& record, ThreadPool& pool,
                                     Monitor& monitor) const {
  RandomStream stream(options.training.seed, "likelihood theta");
  const std::vector<float> background = scaled_background_weights(samples, expansion.weights);
  const std::size_t N = samples.simulation.rows();
  const auto table_of = [&](const std::vector<std::uint32_t>& chosen) {
    const std::vector<std::uint32_t> events = repeated(chosen, draws);
    const auto theta = drawn_theta(region, events.size(), stream);
    const std::vector<float> there = ratios_of(samples, ratio, events, theta, pool);
    TrainingRows table(events.size(), observables_ + parameters_);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const bool signal = events[i] < N;
      const std::size_t e = signal ? events[i] : events[i] - N;
      const auto y = (signal ? samples.simulation : samples.background).row(e);
      for (std::size_t f = 0; f < observables_; ++f) table.inputs(i)[f] = (y[f] - shift_[f]) * scale_[f];
      for (std::size_t p = 0; p < parameters_; ++p) {
        const std::size_t f = observables_ + p;
        table.inputs(i)[f] = (theta[p][i] - shift_[f]) * scale_[f];
      }
      const float own = signal ? samples.simulation_weights[e] : background[e];
      const float here = signal ? expansion.ratios[e] : 1.0f;
      table.target(i) = there[i] / (there[i] + here);
      table.weight(i) = own * (there[i] + here);
    }
    return table;
  };
  NetworkSpec spec;
  spec.inputs = observables_ + parameters_;
  spec.hidden = options.hidden;
  spec.activation = Activation::silu;
  for (std::size_t p = 0; p < parameters_; ++p) spec.anchors.push_back({observables_ + p, 0.0f});
  Network network(spec);
  RandomStream start(options.training.seed, "likelihood start");
  network.initialise(start);
  TrainOptions training = options.training;
  training.loss = RowLoss::bce;
  const TrainingRows training_rows = table_of(rows.training), validation_rows = table_of(rows.validation);
  record = train(network, training_rows, validation_rows, training, pool, monitor);
  return network;
}

RatioEnsemble RatioEnsemble::learn(const ScoreSamples& samples, const MeanRatio& ratio,
                                   const ExpansionPoint& expansion, const RatioRegion& region,
                                   const StatisticFolds& folds, const FitOptions& options, std::uint64_t seed,
                                   ThreadPool& pool, Monitor& monitor) {
  const std::size_t members = options.likelihood.members, draws = options.likelihood.theta_draws;
  const std::size_t K = folds.simulation.number, N = samples.simulation.rows() * (K - 1) / K;
  RatioEnsemble ensemble(samples, expansion, region, members);
  std::vector<std::optional<Network>> networks(K * members);
  std::vector<TrainRecord> records(networks.size());
  run_tasks("likelihood ratio", networks.size(), Turns::side_by_side, pool, monitor,
            [&](std::size_t j, Monitor& own) {
              const std::size_t k = j / members;
              // Members of a fold have their validation in common, and differ in start, shuffling and θ.
              const RegressionRows rows = folds.outside(k, derive_seed(seed, "likelihood fold", k));
              const RegressionOptions with =
                  regression_options(options, N * draws, samples.simulation_weights,
                                     derive_seed(seed, "likelihood member", j), k);
              networks[j] = ensemble.learn_network(samples, ratio, expansion, region, rows, with, draws,
                                                   records[j], pool, own);
            });
  for (auto& network : networks) ensemble.networks_.push_back(std::move(*network));
  ensemble.record_ = std::move(records.front());
  return ensemble;
}

RatioValues RatioEnsemble::mean_of(std::size_t first, std::size_t last, FeatureMatrix& inputs,
                                   std::span<const double> theta, ThreadPool& pool) const {
  const std::size_t N = inputs.rows(), P = parameters_, width = observables_ + P;
  for (std::size_t p = 0; p < P; ++p) {
    const std::size_t f = observables_ + p;
    const float value = (static_cast<float>(theta[p]) - shift_[f]) * scale_[f];
    for (std::size_t i = 0; i < N; ++i) inputs.values[i * width + f] = value;
  }
  std::vector<float> logits(N), gradients(N * width), sum(N, 0.0f);
  RatioValues values{{}, {P, std::vector<float>(N * P, 0.0f)}};
  const auto share = 1.0f / static_cast<float>(last - first);
  for (std::size_t j = first; j < last; ++j) {
    evaluate_with_gradient(networks_[j], inputs.values, logits, gradients, pool);
    for (std::size_t i = 0; i < N; ++i) {
      const float r = share * std::exp(logits[i]);
      sum[i] += r;
      for (std::size_t p = 0; p < P; ++p) {
        const std::size_t f = observables_ + p;
        values.score.values[i * P + p] += r * gradients[i * width + f] * scale_[f];
      }
    }
  }
  // Ratios that are too small for a float count as the smallest one.
  for (float& r : sum) r = std::max(r, std::numeric_limits<float>::min());
  for (std::size_t j = 0; j < N * P; ++j) values.score.values[j] /= sum[j / P];
  for (float& r : sum) r = std::log(r);
  values.log_ratio = std::move(sum);
  return values;
}

RatioValues RatioEnsemble::of_fold(std::size_t fold, FeatureMatrix& inputs, std::span<const double> theta,
                                   ThreadPool& pool) const {
  return mean_of(fold * members_, (fold + 1) * members_, inputs, theta, pool);
}

RatioValues RatioEnsemble::of_all(FeatureMatrix& inputs, std::span<const double> theta,
                                  ThreadPool& pool) const {
  return mean_of(0, networks_.size(), inputs, theta, pool);
}

}  // namespace trueup
