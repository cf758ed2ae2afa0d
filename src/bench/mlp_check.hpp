// The engine's outputs and gradient against the reference in double.
#pragma once

#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup::bench {

/// Largest difference of the outputs, and of the gradient of the mean BCE, from the reference over all rows; each
/// relative to the largest reference value of its kind. NaN when something is not finite.
double bce_error(const Network& network, const TrainingRows& rows, ThreadPool& pool);

}  // namespace trueup::bench
