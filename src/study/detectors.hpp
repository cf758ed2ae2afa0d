// Samples of events that several detectors of one card have seen.
#pragma once

#include <string>

#include <trueup/simulate.hpp>
#include <trueup/table.hpp>

namespace trueup {

/// The table as if its detector were the further detector `name`: generator-level columns, and those of that detector under
/// the names of the first ("fast_met" as "det_met"); "det" is the first itself. Groups are left out.
Table seen_by(const Table& events, const std::string& name);

/// ConfigError, about the file `source`, when the card has no such further detector.
void require_detector(const SimulationCard& card, const std::string& name, const std::string& source);

}  // namespace trueup
