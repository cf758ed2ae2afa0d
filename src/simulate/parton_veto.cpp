// A look at an event's partons in the middle of their shower.
#include "simulate/parton_veto.hpp"

#include <algorithm>
#include <cstddef>
#include <map>

namespace trueup::sim {
namespace {

/// Of Pythia: positions below it are in the common evolution of multiple interactions and showers; those from it on are in
/// showers that come afterwards, the last of them in the decays of resonances.
constexpr int kAfterEvolution = 4;
/// Pythia's status codes: incoming partons of the hard process, and resonances that it makes.
constexpr int kIncoming = -21;
constexpr int kResonance = -22;

/// Entries of the hard process that decay and that no other resonance decays to.
bool is_first_resonance(const Pythia8::Event& process, int i) {
  return process[i].status() == kResonance && process[process[i].mother1()].status() == kIncoming;
}

}  // namespace

PartonVeto::PartonVeto(const PartonVetoCard& card)
    : card_(card), finder_(make_jet_finder({"antikt", card.radius, 1.0})) {}

void PartonVeto::start() {
  hardest_pt_ = 0.0;
  gave_up_ = false;
}

bool PartonVeto::doVetoProcessLevel(Pythia8::Event& process) {
  process_ = process;
  return false;
}

bool PartonVeto::doVetoPT(int position, const Pythia8::Event& event) {
  if (position >= kAfterEvolution || !find_partons(event)) return false;
  finder_->find(partons_, jets_);
  hardest_pt_ = jets_.empty() ? 0.0 : jets_.front().pt;
  gave_up_ = hardest_pt_ < card_.min_pt;
  return gave_up_;
}

bool PartonVeto::find_partons(const Pythia8::Event& event) {
  partons_.clear();
  // The shower treats resonances as stable; their decays are known since the hard process, in the momentum they had there.
  // Copies keep the order of what they are copies of.
  std::map<int, int> resonances;  // first copy in the event -> last
  for (int i = 1; i < event.size(); ++i) {
    const Pythia8::Particle& p = event[i];
    if (!p.isFinal()) continue;
    if (p.isResonance()) {
      resonances[p.iTopCopyId()] = i;
    } else if (p.isVisible()) {
      add(p.id(), p.p());
    }
  }
  std::map<int, int> used;  // of a particle id, the entry of the hard process after the last one taken
  for (const auto& [first, last] : resonances) {
    const Pythia8::Particle& p = event[last];
    int& i = used.try_emplace(p.id(), 1).first->second;
    while (i < process_.size() && !(process_[i].id() == p.id() && is_first_resonance(process_, i))) ++i;
    if (i >= process_.size()) return false;
    Pythia8::RotBstMatrix moved;
    moved.bstback(process_[i].p());
    moved.bst(p.p());
    add_products(i++, moved);
  }
  return true;
}

void PartonVeto::add_products(int i, const Pythia8::RotBstMatrix& moved) {
  if (process_[i].isFinal()) {
    if (process_[i].isVisible()) add(process_[i].id(), moved * process_[i].p());
    return;
  }
  for (const int daughter : process_[i].daughterList()) add_products(daughter, moved);
}

void PartonVeto::add(int pid, const Pythia8::Vec4& momentum) {
  Particle& out = partons_.emplace_back();
  out.pid = pid;
  out.px = momentum.px();
  out.py = momentum.py();
  out.pz = momentum.pz();
  out.e = momentum.e();
}

std::shared_ptr<PartonVeto> make_parton_veto(const PartonVetoCard& card) {
  return card.wanted ? std::make_shared<PartonVeto>(card) : nullptr;
}

}  // namespace trueup::sim
