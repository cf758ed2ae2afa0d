// Options and generator-level events of small fits by methods score and likelihood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <trueup/fit.hpp>

#include "exact_weights.hpp"
#include "gaussian_samples.hpp"

namespace trueup::testing_support {

inline FitOptions learnt_options(FitMethod method, std::uint64_t seed = 1) {
  FitOptions options;
  options.method = method;
  options.minimiser = Minimiser::gradient;
  options.observables = {"y"};
  options.hidden = {24, 24};
  options.folds = 2;
  options.repetitions = 1;
  options.likelihood.members = 1;
  options.training.batch_size = 500;
  options.training.max_epochs = 5;
  options.training.adam.learning_rate = 4e-3;
  options.training.schedule = LearningRateSchedule::cosine;
  options.seed = seed;
  return options;
}

/// Gaussians at any mu, as gaussian_samples.hpp makes them.
inline GeneratorEvents gaussian_generator(std::size_t events, std::uint64_t index) {
  GeneratorEvents generator;
  generator.at = [events, index](std::span<const double> theta) {
    return gaussian(events, theta[0], theta[0], index);
  };
  return generator;
}

/// One reweighter, near to exact; made once.
inline const std::vector<Reweighter>& exact_weights_of_mean() {
  static const std::vector<Reweighter> one = [] {
    ThreadPool pool(2);
    return std::vector<Reweighter>{exact_reweighter(pool)};
  }();
  return one;
}

}  // namespace trueup::testing_support
