// One block of Pythia events, reproducible from (seed, block) alone, turned into plain particles.
#pragma once

#include <cstdint>

#include <Pythia8/Pythia.h>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// Puts Pythia's random engine into a state that only (seed, block) decides.
void seed_block(Pythia8::Pythia& pythia, std::uint64_t seed, std::uint64_t block);

/// Makes events from a Pythia object; events that Pythia gives up are made anew, and counted.
class PythiaEvents {
 public:
  explicit PythiaEvents(Pythia8::Pythia& pythia) : pythia_(pythia) {}

  /// The next event's visible stable particles. Throws ConfigError when more than kMostFailures in a row fail.
  void next(Particles& particles);
  double weight() const { return pythia_.info.weight(); }
  std::size_t failures() const { return failures_; }

 private:
  static constexpr int kMostFailures = 20;

  Pythia8::Pythia& pythia_;
  std::size_t failures_ = 0;
};

/// Visible stable particles of an event record.
void visible_particles(const Pythia8::Event& event, Particles& particles);

}  // namespace trueup::sim
