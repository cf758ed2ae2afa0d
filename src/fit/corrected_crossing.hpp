// The crossing without the weights' own error: its classifiers' statistics in the equations of method score.
#pragma once

#include <cstdint>

#include "fit/crossing.hpp"
#include "fit/score_expansion.hpp"

namespace trueup {

/// The root for the statistics t of `crossing`, which scored every event: φ(x) = E[t | x] is learnt, and the mean of t over
/// the simulation is E0[w (t − φ)] + Eθ[φ], so that an error of w counts only times the error of φ. Solves from the
/// crossing's root. Throws DataError as solve_with.
ScoreSolution solve_corrected(const ScoreProblem& problem, const CrossingResult& crossing, std::uint64_t seed,
                              ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
