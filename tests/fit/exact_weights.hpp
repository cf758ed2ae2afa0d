// Weights of a unit Gaussian that moves, as near to the exact ones as a network can be made, and spoiled ones.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/trainer.hpp>

namespace trueup::testing_support {

/// A network that learns log w itself, by regression: its error is about 1e-3, that of weights learnt from 100,000 events
/// 1e-2. Column "x"; `log_weight(x, theta)` with θ uniform in the parameters' ranges.
template <class LogWeight>
Reweighter taught_reweighter(std::vector<ModelParameter> parameters, const LogWeight& log_weight,
                             ThreadPool& pool) {
  constexpr std::size_t kRows = 60'000;
  const std::size_t P = parameters.size();
  TrainingRows rows(kRows, 1 + P), validation(kRows / 10, 1 + P);
  RandomStream stream(1, "exact weights");
  const auto fill = [&](TrainingRows& to) {
    std::vector<double> theta(P);
    for (std::size_t r = 0; r < to.rows(); ++r) {
      const double x = stream.uniform(-6.5, 6.5);
      to.inputs(r)[0] = static_cast<float>(x);
      for (std::size_t p = 0; p < P; ++p) {
        theta[p] = stream.uniform(parameters[p].low, parameters[p].high);
        to.inputs(r)[1 + p] = static_cast<float>(theta[p]);
      }
      to.target(r) = static_cast<float>(log_weight(x, theta));
    }
  };
  fill(rows);
  fill(validation);
  NetworkSpec spec;
  spec.inputs = 1 + P;
  spec.hidden = {48, 48};
  spec.activation = Activation::silu;
  Network network(spec);
  network.initialise(stream);
  TrainOptions options;
  options.loss = RowLoss::mse;
  options.batch_size = 500;
  options.max_epochs = 60;
  options.patience = 60;
  options.adam.learning_rate = 5e-3;
  options.schedule = LearningRateSchedule::cosine;
  train(network, rows, validation, options, pool);
  Model model(std::move(network));
  model.kind = ModelKind::reweighter;
  model.inputs = {{"x", "", 0.0f, 1.0f}};
  model.parameters = std::move(parameters);
  return Reweighter(std::move(model));
}

/// A unit Gaussian of mean mu in [−1.5, 1.5], nominal 0, off by the factor exp(spoil(x)).
template <class Spoil>
Reweighter gaussian_reweighter(const Spoil& spoil, ThreadPool& pool) {
  return taught_reweighter(
      {{"mu", "", 0.0, -1.5, 1.5, 0.0f, 1.0f}},
      [&](double x, const std::vector<double>& theta) {
        return theta[0] * x - 0.5 * theta[0] * theta[0] + spoil(x);
      },
      pool);
}

/// A Gaussian of mean mu in [−1, 1] and width sigma in [0.75, 1.3], nominal 0 and 1.
inline Reweighter mean_and_width_reweighter(ThreadPool& pool) {
  return taught_reweighter(
      {{"mu", "", 0.0, -1.0, 1.0, 0.0f, 1.0f}, {"sigma", "", 1.0, 0.75, 1.3, 0.0f, 1.0f}},
      [](double x, const std::vector<double>& theta) {
        const double z = (x - theta[0]) / theta[1];
        return 0.5 * (x * x - z * z) - std::log(theta[1]);
      },
      pool);
}

inline Reweighter exact_reweighter(ThreadPool& pool) {
  return gaussian_reweighter([](double) { return 0.0; }, pool);
}

/// Off by the factor exp(0.03 sin 2x + 0.02 x).
inline Reweighter spoiled_reweighter(ThreadPool& pool) {
  return gaussian_reweighter([](double x) { return 0.03 * std::sin(2.0 * x) + 0.02 * x; }, pool);
}

}  // namespace trueup::testing_support
