// Electrons, muons and photons among an event's objects: which are identified, and how isolated they are.
#include "simulate/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "simulate/kinematics.hpp"

namespace trueup::sim {
namespace {

std::optional<CandidateKind> kind_of(int pid) {
  switch (std::abs(pid)) {
    case 11:
      return CandidateKind::electron;
    case 13:
      return CandidateKind::muon;
    case 22:
      return CandidateKind::photon;
    default:
      return std::nullopt;
  }
}

std::vector<Candidate>& candidates_of(Reconstruction& event, CandidateKind kind) {
  if (kind == CandidateKind::electron) return event.electrons;
  return kind == CandidateKind::muon ? event.muons : event.photons;
}

/// Sum of pt around the candidate, over its own pt. Electrons and muons do not count as neighbours.
double isolation(const ObjectCard& card, const Candidate& candidate, const Particles& objects) {
  const double reach = card.isolation_radius * card.isolation_radius;
  double sum = 0.0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Particle& p = objects[i];
    const int id = std::abs(p.pid);
    const double pt = p.pt();
    if (i == candidate.object || id == 11 || id == 13 || !(pt > card.isolation_min_pt)) continue;
    const double eta = pseudorapidity(pt, p.pz);
    if (std::abs(eta - candidate.eta) > card.isolation_radius) continue;
    if (delta_r2(eta, std::atan2(p.py, p.px), candidate.eta, candidate.phi) < reach) sum += pt;
  }
  return sum / candidate.pt;
}

}  // namespace

const ObjectCard& object_card(const DetectorCard& card, CandidateKind kind) {
  if (kind == CandidateKind::electron) return card.electron;
  return kind == CandidateKind::muon ? card.muon : card.photon;
}

double object_efficiency(const ObjectCard& card, double pt, double eta) {
  const auto region = std::lower_bound(card.eta_edges.begin(), card.eta_edges.end(), std::abs(eta));
  if (!(pt > card.min_pt) || region == card.eta_edges.end()) return 0.0;
  return card.efficiency[static_cast<std::size_t>(region - card.eta_edges.begin())];
}

void find_candidates(const DetectorCard& card, RandomStream* stream, Reconstruction& event) {
  event.electrons.clear();
  event.muons.clear();
  event.photons.clear();
  for (std::size_t i = 0; i < event.objects.size(); ++i) {
    const Particle& p = event.objects[i];
    const auto kind = kind_of(p.pid);
    if (!kind) continue;
    const ObjectCard& numbers = object_card(card, *kind);
    const double pt = p.pt();
    const double efficiency = object_efficiency(numbers, pt, event.surface_eta[i]);
    if (!(efficiency > 0.0) || (stream != nullptr && !(stream->uniform() < efficiency))) continue;
    Candidate candidate{p.pid, p.charge, pt, pseudorapidity(pt, p.pz), std::atan2(p.py, p.px), 0.0, false, i};
    candidate.isolation = isolation(numbers, candidate, event.objects);
    candidate.isolated = candidate.isolation <= numbers.isolation_max;
    candidates_of(event, *kind).push_back(candidate);
  }
  for (auto* list : {&event.electrons, &event.muons, &event.photons}) {
    std::stable_sort(list->begin(), list->end(),
                     [](const Candidate& a, const Candidate& b) { return a.pt > b.pt; });
  }
}

}  // namespace trueup::sim
