// What sources of files have in common.
#include "simulate/event_files.hpp"

#include <string>

#include <trueup/error.hpp>

namespace trueup::sim {

void require_events(const SimulationCard& card, std::size_t found) {
  if (found == 0) throw DataError("'" + card.file.path + "' has no events");
  if (found < card.events) {
    throw DataError("'" + card.file.path + "' has " + std::to_string(found) + " events, " +
                    std::to_string(card.events) + " were asked for; leave the number out to take all");
  }
}

}  // namespace trueup::sim
