// Names and meanings of the substructure columns.
#include "simulate/substructure.hpp"

namespace trueup::sim {

std::vector<TauRatio> tau_ratios(const NsubjettinessCard& card) {
  std::vector<TauRatio> ratios;
  for (std::size_t low = 0; low < card.n.size(); ++low) {
    for (std::size_t high = 0; high < card.n.size(); ++high) {
      if (card.n[high] == card.n[low] + 1) ratios.push_back({card.n[low], low, high});
    }
  }
  return ratios;
}

std::vector<SubstructureColumn> substructure_columns(const SubstructureCard& card) {
  std::vector<SubstructureColumn> columns;
  if (!card.wanted) return columns;
  columns.push_back({"nfatjets", "", "number of jets of [substructure]"});
  for (std::size_t j = 1; j <= card.jets; ++j) {
    const std::string jet = "fatjet" + std::to_string(j) + "_";
    const auto add = [&](const std::string& name, const char* unit, const std::string& meaning) {
      columns.push_back({jet + name, unit, "jet " + std::to_string(j) + " of [substructure]: " + meaning});
    };
    add("pt", "GeV", "pt");
    add("eta", "", "pseudorapidity");
    add("phi", "rad", "azimuth");
    add("mass", "GeV", "mass");
    add("charged", "", "charged constituents");
    add("neutral", "", "neutral constituents");
    add("neighbour_dr", "", "distance in eta and phi to the nearest other jet; 10 without one");
    for (const int n : card.nsubjettiness.n) add("tau" + std::to_string(n), "", "N-subjettiness");
    for (const TauRatio& r : tau_ratios(card.nsubjettiness)) {
      const std::string top = std::to_string(r.n + 1), bottom = std::to_string(r.n);
      add("tau" + top + bottom, "", "tau" + top + " / tau" + bottom + "; 0 when tau" + bottom + " is 0");
    }
    for (const int n : card.correlators.n) add("ecf" + std::to_string(n), "", "energy correlator");
    if (!card.soft_drop.wanted) continue;
    add("softdrop_pt", "GeV", "pt after soft drop");
    add("softdrop_mass", "GeV", "mass after soft drop");
    add("softdrop_dr", "", "distance in rapidity and phi of the two parts where soft drop stops");
    add("softdrop_z", "", "momentum share of the softer part where soft drop stops");
  }
  return columns;
}

}  // namespace trueup::sim
