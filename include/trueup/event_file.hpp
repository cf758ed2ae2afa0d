// The card's source when events come from a file that another program made.
#pragma once

#include <string>

namespace trueup {

/// Sources "hepmc3" (hadron level, as it is) and "lhe" (partons, which Pythia showers and hadronises).
struct EventFileCard {
  std::string path;    ///< relative to the working directory
  std::string weight;  ///< of "hepmc3": the name of the event weight; empty: the first
};

}  // namespace trueup
