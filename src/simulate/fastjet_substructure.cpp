// Substructure through FastJet and its contrib.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fastjet/ClusterSequence.hh>
#include <fastjet/contrib/EnergyCorrelator.hh>
#include <fastjet/contrib/Nsubjettiness.hh>
#include <fastjet/contrib/SoftDrop.hh>

#include "simulate/fastjet_tools.hpp"
#include "simulate/substructure.hpp"

namespace trueup::sim {
namespace {

namespace contrib = fastjet::contrib;

std::unique_ptr<contrib::AxesDefinition> axes_of(const std::string& name) {
  if (name == "kt") return std::make_unique<contrib::KT_Axes>();
  if (name == "wta_kt") return std::make_unique<contrib::WTA_KT_Axes>();
  if (name == "cambridge") return std::make_unique<contrib::CA_Axes>();
  if (name == "onepass_wta_kt") return std::make_unique<contrib::OnePass_WTA_KT_Axes>();
  return std::make_unique<contrib::OnePass_KT_Axes>();
}

double eta_of(const fastjet::PseudoJet& jet) {
  return pseudorapidity(jet.pt(), jet.pz());
}

double mass_of(const fastjet::PseudoJet& jet) {
  return jet.m2() > 0.0 ? jet.m() : 0.0;
}

class FastJetSubstructure : public Substructure {
 public:
  explicit FastJetSubstructure(const SubstructureCard& card)
      : card_(card),
        definition_(algorithm_of(card.algorithm), card.radius),
        soft_drop_(card.soft_drop.beta, card.soft_drop.zcut, card.radius),
        columns_(substructure_columns(card).size()) {
    const auto axes = axes_of(card.nsubjettiness.axes);
    const contrib::NormalizedMeasure measure(card.nsubjettiness.beta, card.radius);
    for (const int n : card.nsubjettiness.n) tau_.emplace_back(n, *axes, measure);
    for (const int n : card.correlators.n) {
      correlators_.emplace_back(static_cast<unsigned>(n), card.correlators.beta,
                                contrib::EnergyCorrelator::pt_R);
    }
  }

  void compute(std::span<const Particle> particles, std::vector<double>& values) override {
    values.clear();
    inputs_.clear();
    for (std::size_t i = 0; i < particles.size(); ++i) {
      const Particle& p = particles[i];
      inputs_.emplace_back(p.px, p.py, p.pz, p.e);
      inputs_.back().set_user_index(static_cast<int>(i));
    }
    if (inputs_.empty()) return add_missing(values);
    const fastjet::ClusterSequence sequence(inputs_, definition_);
    const double softest = std::min(card_.min_pt, card_.neighbour_min_pt);
    const auto jets = fastjet::sorted_by_pt(sequence.inclusive_jets(softest));
    const auto fat = static_cast<std::size_t>(std::count_if(
        jets.begin(), jets.end(), [&](const fastjet::PseudoJet& j) { return j.pt() >= card_.min_pt; }));
    values.push_back(static_cast<double>(fat));
    for (std::size_t j = 0; j < std::min(card_.jets, fat); ++j) add_jet(jets, j, particles, values);
    add_missing(values);
  }

 private:
  void add_jet(const std::vector<fastjet::PseudoJet>& jets, std::size_t j,
               std::span<const Particle> particles, std::vector<double>& values) const {
    const fastjet::PseudoJet& jet = jets[j];
    const std::vector<fastjet::PseudoJet> parts = jet.constituents();
    double charged = 0.0, sum_pt = 0.0;
    for (const fastjet::PseudoJet& part : parts) {
      charged += particles[static_cast<std::size_t>(part.user_index())].charge != 0;
      sum_pt += part.pt();
    }
    values.insert(values.end(), {jet.pt(), eta_of(jet), jet.phi_std(), mass_of(jet), charged,
                                 static_cast<double>(parts.size()) - charged, neighbour(jets, j)});
    for (std::size_t t = 0; t < tau_.size(); ++t) {
      // With an axis for each particle nothing is left.
      const bool zero = parts.size() <= static_cast<std::size_t>(card_.nsubjettiness.n[t]);
      values.push_back(zero ? 0.0 : tau_[t](jet));
    }
    const std::size_t first = values.size() - tau_.size();
    for (const TauRatio& r : tau_ratios(card_.nsubjettiness)) {
      const double below = values[first + r.below];
      values.push_back(below > 0.0 ? values[first + r.above] / below : 0.0);
    }
    for (std::size_t c = 0; c < correlators_.size(); ++c) {
      values.push_back(correlators_[c](jet) / std::pow(sum_pt, card_.correlators.n[c]));
    }
    if (card_.soft_drop.wanted) add_soft_drop(jet, values);
  }

  double neighbour(const std::vector<fastjet::PseudoJet>& jets, std::size_t j) const {
    double nearest = kNoNeighbour;
    for (std::size_t k = 0; k < jets.size(); ++k) {
      if (k == j || !(jets[k].pt() >= card_.neighbour_min_pt)) continue;
      const double phi = std::remainder(jets[k].phi() - jets[j].phi(), 2.0 * std::numbers::pi);
      nearest = std::min(nearest, std::hypot(eta_of(jets[k]) - eta_of(jets[j]), phi));
    }
    return nearest;
  }

  void add_soft_drop(const fastjet::PseudoJet& jet, std::vector<double>& values) const {
    const fastjet::PseudoJet groomed = soft_drop_(jet);
    if (!(groomed.pt() > 0.0)) {
      values.insert(values.end(), {0.0, 0.0, 0.0, 0.0});
      return;
    }
    const auto& found = groomed.structure_of<contrib::SoftDrop>();
    // Both are −1 for a jet in which no splitting passes: a single particle is left.
    values.insert(values.end(), {groomed.pt(), mass_of(groomed), std::max(0.0, found.delta_R()),
                                 std::max(0.0, found.symmetry())});
  }

  /// What is missing up to the card's number of jets.
  void add_missing(std::vector<double>& values) const {
    const std::size_t per_jet = (columns_ - 1) / card_.jets;
    while (values.size() < columns_) {
      constexpr std::size_t kNeighbourPlace = 6;
      const bool distance = !values.empty() && (values.size() - 1) % per_jet == kNeighbourPlace;
      values.push_back(distance ? kNoNeighbour : 0.0);
    }
  }

  SubstructureCard card_;
  fastjet::JetDefinition definition_;
  contrib::SoftDrop soft_drop_;
  std::vector<contrib::Nsubjettiness> tau_;
  std::vector<contrib::EnergyCorrelator> correlators_;
  std::size_t columns_;
  std::vector<fastjet::PseudoJet> inputs_;
};

}  // namespace

std::unique_ptr<Substructure> make_substructure(const SubstructureCard& card) {
  if (!card.wanted) return nullptr;
  silence_fastjet();
  return std::make_unique<FastJetSubstructure>(card);
}

}  // namespace trueup::sim
