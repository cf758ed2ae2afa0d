// Weights that are wrong on purpose.
#pragma once

#include <cstdint>
#include <functional>

#include <trueup/monitor.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>

namespace trueup {

/// A reweighter whose network was taught, by regression on the events of `nominal`, log w(x,θ) + error(x) of another one with
/// a single feature x. What the regression itself misses adds to the error.
Reweighter spoil_weights(const Reweighter& weights, const Table& nominal,
                         const std::function<double(double x)>& error, std::uint64_t seed, ThreadPool& pool,
                         Monitor& monitor);

}  // namespace trueup
