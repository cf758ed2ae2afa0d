// Reading what a card says about a file of events.
#include "simulate/card_sections.hpp"

namespace trueup {

void read_event_file(ConfigTable& source, const std::string& type, EventFileCard& card) {
  card.path = source.string("path");
  if (card.path.empty()) source.fail("path", "names no file");
  if (type == "hepmc3") card.weight = source.string("weight", "");
}

}  // namespace trueup
