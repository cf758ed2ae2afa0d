// Jets through FastJet.
#include "simulate/jets.hpp"

#include <fastjet/ClusterSequence.hh>

#include "simulate/fastjet_tools.hpp"

namespace trueup::sim {
namespace {

class FastJetFinder : public JetFinder {
 public:
  explicit FastJetFinder(const JetCard& card)
      : definition_(algorithm_of(card.algorithm), card.radius), min_pt_(card.min_pt) {}

  void find(std::span<const Particle> particles, std::vector<Jet>& jets) override {
    jets.clear();
    inputs_.clear();
    members_.clear();
    first_member_.assign(1, 0);
    for (const Particle& p : particles) inputs_.emplace_back(p.px, p.py, p.pz, p.e);
    if (inputs_.empty()) return;
    const fastjet::ClusterSequence sequence(inputs_, definition_);
    for (const fastjet::PseudoJet& found : fastjet::sorted_by_pt(sequence.inclusive_jets(min_pt_))) {
      jets.push_back(jet_of(sequence, found, particles));
      jets.back().found = jets.size() - 1;
      first_member_.push_back(members_.size());
    }
  }

  std::span<const std::uint32_t> constituents(std::size_t jet) const override {
    return std::span(members_).subspan(first_member_[jet], first_member_[jet + 1] - first_member_[jet]);
  }

 private:
  Jet jet_of(const fastjet::ClusterSequence& sequence, const fastjet::PseudoJet& found,
             std::span<const Particle> particles) {
    Jet jet;
    jet.pt = found.pt();
    jet.eta = pseudorapidity(jet.pt, found.pz());
    jet.phi = found.phi_std();
    jet.mass = found.m2() > 0.0 ? found.m() : 0.0;
    // Down the clustering history: FastJet's constituents() would copy every particle.
    const auto& history = sequence.history();
    stack_.assign(1, found.cluster_hist_index());
    while (!stack_.empty()) {
      const auto& step = history[static_cast<std::size_t>(stack_.back())];
      stack_.pop_back();
      if (step.parent1 < 0) {  // an input: inputs are the first jets, in their order
        const Particle& p = particles[static_cast<std::size_t>(step.jetp_index)];
        ++jet.multiplicity;
        jet.charged += p.charge != 0;
        jet.kaons += p.kaons;
        jet.kaon_particles += is_kaon(p.pid);
        members_.push_back(static_cast<std::uint32_t>(step.jetp_index));
      } else {
        stack_.push_back(step.parent1);
        stack_.push_back(step.parent2);
      }
    }
    return jet;
  }

  fastjet::JetDefinition definition_;
  double min_pt_;
  std::vector<fastjet::PseudoJet> inputs_;
  std::vector<int> stack_;
  std::vector<std::uint32_t> members_;  // of all jets, one after another
  std::vector<std::size_t> first_member_;
};

}  // namespace

std::unique_ptr<JetFinder> make_jet_finder(const JetCard& card) {
  silence_fastjet();
  return std::make_unique<FastJetFinder>(card);
}

}  // namespace trueup::sim
