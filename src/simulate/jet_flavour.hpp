// Which quark flavour a jet has.
#pragma once

#include <vector>

#include <trueup/detector_card.hpp>

#include "simulate/jets.hpp"
#include "simulate/truth.hpp"

namespace trueup::sim {

/// Sets each jet's flavour: the heaviest quark among the partons of the history above the card's pt and within its |eta| and
/// distance; 21 when there are gluons only, 0 when there is none.
void set_flavours(const JetResponseCard& card, const Truth& truth, std::vector<Jet>& jets);

}  // namespace trueup::sim
