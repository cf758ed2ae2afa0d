// The fits by gradient and by DCTR, and the interval of the fits by repetition.
#pragma once

#include <vector>

#include <trueup/fit.hpp>

#include "stats/linear.hpp"

namespace trueup {

/// Newton steps on a part of the events, then the crossing on all of them, for each repetition.
FitResult fit_by_gradient(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                          const FitOptions& options, ThreadPool& pool, Monitor& monitor);

/// The minimum of DCTR's objective for each reweighter; one classifier then judges the mean.
FitResult fit_dctr(const Table& data, const Table& simulation, const std::vector<Reweighter>& reweighters,
                   const FitOptions& options, ThreadPool& pool, Monitor& monitor);

/// result.parameters from result.repetitions: mean, and the spread of one. A single repetition is taken as it is, without
/// an interval. Of several, throws DataError when fewer than two have their minimum inside the range.
void summarise_repetitions(const std::vector<ModelParameter>& parameters, FitResult& result);

/// result.parameters from an estimate with a known statistical covariance and the scatter of estimates that differ in
/// their w or in their classifiers. Scatter counts in full for w (`by_weights`: estimates share the samples that w was
/// learnt from) and over √n for the classifiers (`by_training`); with fewer than two it is unknown and 0.
struct Shares {
  std::vector<double> statistical;
  std::vector<std::vector<double>> by_weights;
  std::vector<std::vector<double>> by_training;
};
void summarise_shares(const std::vector<ModelParameter>& parameters, const std::vector<double>& theta,
                      const Shares& shares, FitResult& result);

/// Covariance of what the shares `by_weights` and `by_training` add (parameters × parameters): their half widths, with the
/// correlations that the scatter shows when it is of 4 estimates or more; fewer do not tell.
SquareMatrix scatter_covariance(const Shares& shares, const FitResult& result);

/// An estimate without an interval: low and high are NaN.
void take_single(const std::vector<ModelParameter>& parameters, const std::vector<double>& theta,
                 FitResult& result);

/// Throws DataError: no minimum within the ranges.
[[noreturn]] void fail_at_edge(const std::vector<ModelParameter>& parameters, std::size_t rejected,
                               std::size_t repetitions);

}  // namespace trueup
