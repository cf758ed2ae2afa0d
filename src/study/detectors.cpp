// Samples of events that several detectors of one card have seen.
#include "study/detectors.hpp"

#include <vector>

#include <trueup/error.hpp>

namespace trueup {

Table seen_by(const Table& events, const std::string& name) {
  const std::string prefix = name + "_";
  Table seen;
  for (const Column& c : events.columns()) {
    if (c.name.starts_with("gen_")) seen.add_column(c.name, c.values, c.unit);
    if (c.name.starts_with(prefix)) seen.add_column("det_" + c.name.substr(prefix.size()), c.values, c.unit);
  }
  if (events.has_weights()) seen.set_weights(events.weights_or_ones());
  return seen;
}

void require_detector(const SimulationCard& card, const std::string& name, const std::string& source) {
  std::vector<std::string> names;
  for (const DetectorVariant& v : card.variants) {
    if (v.name == name) return;
    names.push_back(v.name);
  }
  throw ConfigError(source + ": there is no [detectors." + name + "]" + did_you_mean(name, names) +
                    "; the study's 'fast_detector' must be one of the card's further detectors");
}

}  // namespace trueup
