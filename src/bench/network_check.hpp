// The engine's outputs and gradient against the reference in double.
#pragma once

#include <trueup/network.hpp>
#include <trueup/precision.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup::bench {

/// The larger of two relative errors: of the outputs (largest difference over the largest output), and of the gradient
/// of the mean loss (its slope along itself and along the parameters, against finite differences of the reference).
/// NaN when something is not finite.
double network_error(const Network& network, const TrainingRows& rows, const LossOptions& loss,
                     ThreadPool& pool, Precision precision = Precision::float32);

/// Operations of one row through the network in training, in units of 10⁹: forward 2 a weight, backward 2 for the
/// weights' gradient, and 2 for the inputs' gradient of all layers but the first. `members` a row for networks over
/// members. `training` false: forward alone.
double gflop_a_row(const Network& network, bool training, double members = 0.0);

}  // namespace trueup::bench
