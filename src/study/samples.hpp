// The samples of a study, made from its card: each from its own seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/score_fit.hpp>
#include <trueup/table.hpp>

#include "study/study_config.hpp"

namespace trueup {

class StudySamples {
 public:
  StudySamples(const StudyConfig& config, int threads, Monitor& monitor)
      : config_(config), threads_(threads), monitor_(monitor) {}

  /// Events at one θ with all columns; `changes` are overrides of the card ("gaussian.noise=0.6").
  Table at(const std::vector<double>& theta, std::size_t events, std::uint64_t seed,
           const std::vector<std::string>& changes = {}) const;
  /// Generator-level columns of events at one θ; the same seed gives the same random numbers at every θ.
  Table generator_level(const std::vector<double>& theta, std::size_t events, std::uint64_t seed) const;
  /// What method score needs: events at any θ, as many as config.events.generator, or the scanned ones when that is 0.
  GeneratorEvents generator_events(const Table& scanned, std::uint64_t seed) const;
  /// Generator-level events with θ uniform in the parameters' ranges, as columns of their names. Pythia's have at least 40
  /// values: blocks are smaller than the card's where events are few.
  Table scanned(std::size_t events, std::uint64_t seed) const;
  /// The card at θ, for its exact density.
  SimulationCard card_at(const std::vector<double>& theta) const;

 private:
  const StudyConfig& config_;
  int threads_;
  Monitor& monitor_;
};

/// Throws what making the samples would throw about the card.
void check_samples(const StudyConfig& config);

}  // namespace trueup
