// A look at an event's partons in the middle of their shower: events that cannot have the jets a sample asks for go no further.
#pragma once

#include <memory>
#include <vector>

#include <Pythia8/Pythia.h>

#include <trueup/simulate.hpp>

#include "simulate/jets.hpp"

namespace trueup::sim {

/// Pythia's interleaved evolution down to 10 GeV takes 3 % of a t tbar event's time, the softer rest of multiple
/// interactions most of it. Not to be shared between threads.
class PartonVeto : public Pythia8::UserHooks {
 public:
  explicit PartonVeto(const PartonVetoCard& card);

  /// Before each event.
  void start();
  /// Whether the last event was given up.
  bool gave_up() const { return gave_up_; }
  /// GeV, of the last event's partons; 0 when there is no jet, or when the event has been looked at nowhere.
  double hardest_pt() const { return hardest_pt_; }

  bool canVetoProcessLevel() override { return true; }
  bool doVetoProcessLevel(Pythia8::Event& process) override;
  bool canVetoPT() override { return true; }
  double scaleVetoPT() override { return card_.scale; }
  bool doVetoPT(int position, const Pythia8::Event& event) override;

 private:
  /// Fills partons_ with the final state so far; false when a resonance is not found in the hard process.
  bool find_partons(const Pythia8::Event& event);
  /// Adds what entry `i` of the hard process decays to, moved as its ancestor was.
  void add_products(int i, const Pythia8::RotBstMatrix& moved);
  void add(int pid, const Pythia8::Vec4& momentum);

  PartonVetoCard card_;
  std::unique_ptr<JetFinder> finder_;
  Pythia8::Event process_;
  std::vector<Particle> partons_;
  std::vector<Jet> jets_;
  double hardest_pt_ = 0.0;
  bool gave_up_ = false;
};

/// Null when the card wants none.
std::shared_ptr<PartonVeto> make_parton_veto(const PartonVetoCard& card);

}  // namespace trueup::sim
