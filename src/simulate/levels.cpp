// The levels at which a card's events are seen: the generator's, the detector's, further detectors'.
#include "simulate/levels.hpp"

#include <algorithm>

#include "simulate/analytic.hpp"

namespace trueup::sim {

std::vector<LevelInfo> possible_levels(const SimulationCard& card) {
  std::vector<LevelInfo> levels{{Level::generator, "generator", "gen_", nullptr, &card.substructure}};
  const bool collisions = !is_analytic(card);
  if (collisions && card.detector.type == "none") return levels;
  levels.push_back(
      {Level::detector, "detector", "det_", collisions ? &card.detector : nullptr, &card.substructure});
  for (const DetectorVariant& v : card.variants)
    levels.push_back({Level(levels.size()), v.name, v.name + "_", &v.detector, &v.substructure});
  return levels;
}

bool is_wanted(const SimulationCard& card, const LevelInfo& level) {
  const std::vector<std::string>& wanted = card.output.levels;
  return std::find(wanted.begin(), wanted.end(), level.name) != wanted.end();
}

bool has_objects(const SimulationCard& card) {
  return card.detector.type == "cms";
}

}  // namespace trueup::sim
