// Electrons, muons and photons among an event's objects: which are identified, and how isolated they are.
#pragma once

#include <span>
#include <vector>

#include <trueup/random.hpp>

#include <trueup/detector_card.hpp>
#include "simulate/reconstruction.hpp"

namespace trueup::sim {

enum class CandidateKind { electron, muon, photon };

/// The card's numbers for a kind.
const ObjectCard& object_card(const DetectorCard& card, CandidateKind kind);

/// The probability that an object is identified; eta of the point on the calorimeter surface.
double object_efficiency(const ObjectCard& card, double pt, double eta);

/// Clears the event's candidates and finds them among its objects. Without a stream every object within the acceptance is
/// found, where the efficiency is not 0: the definition for generator level. surface_eta has one entry an object.
void find_candidates(const DetectorCard& card, RandomStream* stream, Reconstruction& event);

}  // namespace trueup::sim
