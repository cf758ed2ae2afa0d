// Cards of what is written about the inside of jets: their constituents, and substructure observables.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trueup {

/// Groups "gen_constituents" and "det_constituents": the particles of the leading jet of [jets], hardest first, as a
/// particle-flow network takes them (SRGN Sec. III.B). An event without a jet has none. Columns:
///   pt      divided by the scalar sum of the constituents' pt
///   eta     pseudorapidity − the pt-weighted mean of the constituents
///   phi     azimuth − its pt-weighted mean, in (−π, π] [rad]
///   pid     class of particle, 0 to 1: pid_class()
///   charge  in units of e
///   kaon    1 for K+-, K0L, and a K0S that has not decayed
/// The particles of an event's two jets are not independent; with one jet an event rows are.
struct ConstituentCard {
  std::vector<std::string> columns{"pt", "eta", "phi", "pid"};
};

/// k/14 with k the place of the PDG number in: γ, π+, π−, K+, K−, K0L, n, n̄, p, p̄, e−, e+, μ−, μ+, anything else.
float pid_class(int pid);

/// τ_N = Σ_i pt_i min_a ΔR_ia^β / (Σ_i pt_i R^β) (arXiv:1011.2268, Eqs 2.1 and 2.2), a the N axes.
struct NsubjettinessCard {
  std::vector<int> n;  ///< 1 to 8; empty: none
  double beta = 1.0;
  /// "kt", "wta_kt", "cambridge": the exclusive jets of that algorithm; "onepass_kt", "onepass_wta_kt": the same, then
  /// moved to a local minimum of τ.
  std::string axes = "onepass_kt";
};

/// e_N = Σ over sets of N constituents of Π pt Π ΔR^β / (Σ pt)^N (arXiv:1305.0007, Eq. 1, made dimensionless).
struct CorrelatorCard {
  std::vector<int> n;  ///< 2 to 4; empty: none
  double beta = 1.0;
};

/// Declusters a Cambridge/Aachen jet until min(pt1, pt2)/(pt1 + pt2) > zcut (ΔR/R)^β (arXiv:1402.2657, Eq. 1.1).
struct SoftDropCard {
  bool wanted = false;
  double beta = 0.0;
  double zcut = 0.1;
};

/// Jets of their own, beside those of [jets], and what is computed of the hardest of them.
struct SubstructureCard {
  bool wanted = false;
  std::string algorithm = "antikt";
  double radius = 0.8;
  double min_pt = 200.0;           ///< GeV, of the jets that get columns
  double neighbour_min_pt = 20.0;  ///< GeV, of the jets that count as neighbours
  std::size_t jets = 1;            ///< columns for so many of the hardest jets
  NsubjettinessCard nsubjettiness;
  CorrelatorCard correlators;
  SoftDropCard soft_drop;
};

}  // namespace trueup
