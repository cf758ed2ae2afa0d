// Observables of a jet's inside: N-subjettiness, energy correlators, soft drop, the nearest neighbour.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// A column of the substructure card, without its level's prefix.
struct SubstructureColumn {
  std::string name;
  std::string unit;
  std::string meaning;
};

/// τ_{n+1} / τ_n of a card that asks for both: places in its list.
struct TauRatio {
  int n = 0;
  std::size_t below = 0, above = 0;  ///< of τ_n and τ_{n+1}
};
std::vector<TauRatio> tau_ratios(const NsubjettinessCard& card);

/// What Substructure computes, in its order; nothing when the card has no such section.
std::vector<SubstructureColumn> substructure_columns(const SubstructureCard& card);

/// Places of the leading jet's direction among them.
inline constexpr std::size_t kLeadingEta = 2, kLeadingPhi = 3;

/// ΔR to the nearest neighbour when there is none: beyond every distance in an acceptance.
inline constexpr double kNoNeighbour = 10.0;

/// Clusters one event after the other. Not to be shared between threads.
class Substructure {
 public:
  virtual ~Substructure() = default;
  /// Clears `values` and fills it, one a column; 0 for a jet that is not there, kNoNeighbour for a distance.
  virtual void compute(std::span<const Particle> particles, std::vector<double>& values) = 0;
};

/// Through FastJet and its contrib; null when the card has no such section. Only in builds with FastJet.
std::unique_ptr<Substructure> make_substructure(const SubstructureCard& card);

}  // namespace trueup::sim
