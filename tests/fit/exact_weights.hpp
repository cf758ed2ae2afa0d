// Weights of a unit Gaussian that moves, as near to the exact ones as a network can be made, and spoiled ones.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include <trueup/random.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/trainer.hpp>

namespace trueup::testing_support {

/// A network that learns log w = μ x − μ²/2 + spoil(x) itself, by regression: its error is about 1e-3, that of weights
/// learnt from 100,000 events 1e-2. Columns "x", parameter "mu" in [−1.5, 1.5], nominal 0.
template <class Spoil>
Reweighter gaussian_reweighter(const Spoil& spoil, ThreadPool& pool, std::uint64_t seed = 1) {
  constexpr std::size_t kRows = 60'000;
  TrainingRows rows(kRows, 2), validation(kRows / 10, 2);
  RandomStream stream(seed, "exact weights");
  const auto fill = [&](TrainingRows& to) {
    for (std::size_t r = 0; r < to.rows(); ++r) {
      const double x = stream.uniform(-6.5, 6.5), mu = stream.uniform(-1.6, 1.6);
      to.inputs(r)[0] = static_cast<float>(x);
      to.inputs(r)[1] = static_cast<float>(mu);
      to.target(r) = static_cast<float>(mu * x - 0.5 * mu * mu + spoil(x));
    }
  };
  fill(rows);
  fill(validation);
  NetworkSpec spec;
  spec.inputs = 2;
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
  options.seed = seed;
  train(network, rows, validation, options, pool);
  Model model(std::move(network));
  model.kind = ModelKind::reweighter;
  model.inputs = {{"x", "", 0.0f, 1.0f}};
  model.parameters = {{"mu", "", 0.0, -1.5, 1.5, 0.0f, 1.0f}};
  return Reweighter(std::move(model));
}

inline Reweighter exact_reweighter(ThreadPool& pool) {
  return gaussian_reweighter([](double) { return 0.0; }, pool);
}

/// Off by the factor exp(0.03 sin 2x + 0.02 x).
inline Reweighter spoiled_reweighter(ThreadPool& pool) {
  return gaussian_reweighter([](double x) { return 0.03 * std::sin(2.0 * x) + 0.02 * x; }, pool);
}

}  // namespace trueup::testing_support
