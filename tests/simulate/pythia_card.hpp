// e+e- -> Z -> hadrons behind a tracker, as several tests want it.
#pragma once

#include <string>
#include <vector>

#include <trueup/simulate.hpp>

namespace trueup {

inline SimulationCard pythia_card(const std::vector<std::string>& overrides = {}) {
  return parse_simulation_card(R"(
[source]
type = "pythia"
events = 2000
block_events = 100
[pythia]
settings = ["23:onMode = off", "23:onIfAny = 1 2 3 4 5"]
"Beams:idA" = 11
"Beams:idB" = -11
"Beams:eCM" = 91.2
"PDF:lepton" = "off"
"WeakSingleBoson:ffbar2gmZ" = "on"
[detector]
type = "tracker"
[output]
groups = ["gen_jets", "det_jets"]
)",
                               "test.toml", overrides);
}

}  // namespace trueup
