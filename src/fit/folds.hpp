// Cutting events into folds: networks are learnt from all folds but the one that they are asked about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/fit.hpp>

#include "fit/conditional_mean.hpp"

namespace trueup {

/// Folds of equal size, chosen at random by `seed`.
struct Folds {
  std::size_t number = 0;
  std::vector<std::uint32_t> of;  ///< of each event (N)

  Folds() = default;
  Folds(std::size_t events, std::size_t folds, std::uint64_t seed);

  /// The events outside of fold k, in random order, cut in two.
  RegressionRows outside(std::size_t k, std::uint64_t seed) const;
  /// The rows of fold k.
  FeatureMatrix rows_in(std::size_t k, const FeatureMatrix& matrix) const;
};

/// What is asked for, with a seed of the fold's own, and with batches so small that an epoch over `events` has 50 steps; but
/// not where some of `weights` are negative: a batch's sum must stay positive, and the user says how large it has to be.
RegressionOptions regression_options(const FitOptions& options, std::size_t events,
                                     std::span<const float> weights, std::uint64_t seed, std::size_t fold);

}  // namespace trueup
