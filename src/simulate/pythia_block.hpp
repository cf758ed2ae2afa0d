// One block of Pythia events, reproducible from (seed, block) alone, turned into plain particles.
#pragma once

#include <cstdint>

#include <Pythia8/Pythia.h>

#include "simulate/generator_counts.hpp"
#include "simulate/parton_veto.hpp"
#include "simulate/truth.hpp"

namespace trueup::sim {

/// Puts Pythia's random engine into a state that only (seed, block) decides.
void seed_block(Pythia8::Pythia& pythia, std::uint64_t seed, std::uint64_t block);

/// Makes events from a Pythia object; events that Pythia fails to make are made anew. Counts both these and those given up.
class PythiaEvents {
 public:
  /// Without `with_truth` events have particles and weight only. `veto`, if any, is among Pythia's hooks.
  PythiaEvents(Pythia8::Pythia& pythia, bool with_truth, PartonVeto* veto = nullptr)
      : pythia_(pythia), with_truth_(with_truth), veto_(veto) {}

  /// The next event; false, and `event` as it was, when the veto gave it up. Throws ConfigError when more than
  /// kMostFailures in a row fail.
  bool next(GeneratorEvent& event);
  const GeneratorCounts& counts() const { return counts_; }

 private:
  static constexpr int kMostFailures = 20;

  Pythia8::Pythia& pythia_;
  bool with_truth_;
  PartonVeto* veto_;
  GeneratorCounts counts_;
};

/// Visible stable particles of an event record.
void visible_particles(const Pythia8::Event& event, Particles& particles);
/// Its neutrinos and partons.
void find_truth(const Pythia8::Event& event, Truth& truth);

}  // namespace trueup::sim
