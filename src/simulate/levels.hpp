// The levels at which a card's events are seen: the generator's, the detector's, further detectors'.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>

namespace trueup::sim {

/// The number of a level in possible_levels(). Further detectors follow the two that have a name here.
enum class Level : std::size_t { generator = 0, detector = 1 };

constexpr std::size_t index(Level level) {
  return static_cast<std::size_t>(level);
}

struct LevelInfo {
  Level level = Level::generator;
  std::string name;    ///< as in output.levels: "generator", "detector", or a further detector's name
  std::string prefix;  ///< of its columns and groups: "gen_", "det_", "NAME_"
  // In the card, which must outlive this:
  const DetectorCard* detector =
      nullptr;  ///< null at generator level, for analytic sources, and without a detector
  const SubstructureCard* substructure = nullptr;
};

/// All levels that the card could give, generator first, then the detector, then the others in the card's order.
std::vector<LevelInfo> possible_levels(const SimulationCard& card);

/// Whether the card's output has the level.
bool is_wanted(const SimulationCard& card, const LevelInfo& level);

/// Whether events have leptons, tagged jets and missing transverse momentum: with a detector that sees them.
bool has_objects(const SimulationCard& card);

}  // namespace trueup::sim
