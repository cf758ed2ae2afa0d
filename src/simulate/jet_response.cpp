// What happens to jets between clustering and analysis: energy scale, b tag, removal of those that are isolated leptons or
// photons.
#include "simulate/jet_response.hpp"

#include <algorithm>
#include <cmath>

namespace trueup::sim {
namespace {

double value(const TagCurve& curve, double pt) {
  return curve.a * std::tanh(curve.b * pt) / (1.0 + curve.c * pt);
}

}  // namespace

double jet_scale(const JetResponseCard& card, double pt, double eta) {
  const double rise = card.scale_constant - card.scale_slope * std::abs(eta);
  return std::sqrt(rise * rise / pt + 1.0);
}

void scale_jets(const JetResponseCard& card, std::vector<Jet>& jets) {
  for (Jet& jet : jets) {
    const double factor = jet_scale(card, jet.pt, jet.eta);
    jet.pt *= factor;
    jet.mass *= factor;
  }
  std::stable_sort(jets.begin(), jets.end(), [](const Jet& a, const Jet& b) { return a.pt > b.pt; });
}

double tag_probability(const JetResponseCard& card, int flavour, double pt, double eta) {
  if (std::abs(eta) > card.tag_max_eta) return 0.0;
  if (card.tag == "truth") return flavour == 5 ? 1.0 : 0.0;
  const double p = flavour == 5   ? value(card.tag_bottom, pt)
                   : flavour == 4 ? value(card.tag_charm, pt)
                                  : card.tag_light + card.tag_light_slope * pt;
  return std::clamp(p, 0.0, 1.0);
}

void tag_jets(const JetResponseCard& card, RandomStream* stream, std::vector<Jet>& jets) {
  JetResponseCard rule = card;
  if (stream == nullptr) rule.tag = "truth";
  for (Jet& jet : jets) {
    const double probability = tag_probability(rule, jet.flavour, jet.pt, jet.eta);
    jet.tagged = rule.tag == "truth" ? probability > 0.0 : stream->uniform() < probability;
  }
}

void remove_overlaps(const Reconstruction& event, const JetFinder& finder, std::vector<Jet>& jets) {
  const auto inside = [&](const Jet& jet, const std::vector<Candidate>& candidates) {
    const auto members = finder.constituents(jet.found);
    return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) {
      return c.isolated && std::find(members.begin(), members.end(), c.object) != members.end();
    });
  };
  std::erase_if(jets, [&](const Jet& jet) {
    return inside(jet, event.electrons) || inside(jet, event.muons) || inside(jet, event.photons);
  });
}

}  // namespace trueup::sim
