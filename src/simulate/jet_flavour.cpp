// Which quark flavour a jet has.
#include "simulate/jet_flavour.hpp"

#include <algorithm>
#include <cmath>

#include "simulate/kinematics.hpp"

namespace trueup::sim {
namespace {

struct Direction {
  int flavour;
  double eta, phi;
};

/// Gluons rank below every quark.
int rank(int flavour) {
  return flavour == 21 ? 0 : flavour;
}

/// The partons that count, heaviest first.
void directions(const JetResponseCard& card, const Truth& truth, std::vector<Direction>& out) {
  out.clear();
  const double least = card.flavour_min_pt * card.flavour_min_pt;
  const double steepest = std::sinh(card.flavour_max_eta);
  for (const Parton& p : truth.partons) {
    const double square = p.px * p.px + p.py * p.py;
    if (!(square > least) || !(std::abs(p.pz) < steepest * std::sqrt(square))) continue;
    out.push_back({p.flavour, pseudorapidity(std::sqrt(square), p.pz), std::atan2(p.py, p.px)});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Direction& a, const Direction& b) { return rank(a.flavour) > rank(b.flavour); });
}

}  // namespace

void set_flavours(const JetResponseCard& card, const Truth& truth, std::vector<Jet>& jets) {
  thread_local std::vector<Direction> partons;
  directions(card, truth, partons);
  const double reach = card.flavour_radius * card.flavour_radius;
  for (Jet& jet : jets) {
    const auto inside = [&](const Direction& p) {
      return std::abs(p.eta - jet.eta) < card.flavour_radius &&
             delta_r2(p.eta, p.phi, jet.eta, jet.phi) < reach;
    };
    const auto heaviest = std::find_if(partons.begin(), partons.end(), inside);
    jet.flavour = heaviest == partons.end() ? 0 : heaviest->flavour;
  }
}

}  // namespace trueup::sim
