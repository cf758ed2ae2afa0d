// What became of the events that a generator was asked for.
#pragma once

#include <cstdint>

namespace trueup::sim {

/// Of a block's events, or of a sample's.
struct GeneratorCounts {
  std::uint64_t failed = 0;    ///< those that Pythia failed to make, and that were made anew
  std::uint64_t given_up = 0;  ///< by the parton veto
};

}  // namespace trueup::sim
