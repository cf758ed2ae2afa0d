// What happens to jets between clustering and analysis: energy scale, b tag, removal of those that are isolated leptons or
// photons.
#pragma once

#include <vector>

#include <trueup/detector_card.hpp>
#include <trueup/random.hpp>

#include "simulate/jets.hpp"
#include "simulate/reconstruction.hpp"

namespace trueup::sim {

/// The factor that a jet's momentum is multiplied by.
double jet_scale(const JetResponseCard& card, double pt, double eta);
/// Multiplies pt and mass, and orders by pt again.
void scale_jets(const JetResponseCard& card, std::vector<Jet>& jets);

/// The probability that a jet of this flavour is b tagged.
double tag_probability(const JetResponseCard& card, int flavour, double pt, double eta);
/// Sets `tagged`; with a card of tag "truth", or without a stream, by flavour alone.
void tag_jets(const JetResponseCard& card, RandomStream* stream, std::vector<Jet>& jets);

/// Takes out the jets that hold an isolated electron, muon or photon of the event, whose objects `finder` clustered last.
void remove_overlaps(const Reconstruction& event, const JetFinder& finder, std::vector<Jet>& jets);

}  // namespace trueup::sim
