// From an event's particles to its row: jets, detector, observables. The same for every source of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/constituents.hpp"
#include "simulate/detector.hpp"
#include "simulate/event_columns.hpp"
#include "simulate/jets.hpp"
#include "simulate/observables.hpp"

namespace trueup::sim {

/// What all threads share, read-only but for columns and groups, of which each block owns its rows.
struct EventRun {
  const SimulationCard& card;
  const std::vector<Observable>& observables;
  const Detector* detector;
  std::uint64_t seed;
  EventColumns& columns;
  ConstituentGroups& constituents;
};

/// One thread's tools, kept from event to event.
class EventWorker {
 public:
  explicit EventWorker(const EventRun& run);

  /// Fills the row of an event of `block`. Called for the events of a block in order, which the detector's random
  /// numbers do not depend on.
  void fill(const Particles& particles, std::size_t block, std::size_t row, double weight);

 private:
  bool wants(Level level) const;
  /// What the jet finder found last.
  void add_jets(Level level, const Particles& particles, std::size_t block, std::size_t row);

  const EventRun& run_;
  std::unique_ptr<JetFinder> finder_;
  Summariser summariser_;
  Particles objects_;
  std::vector<Exit> exits_;
  std::vector<Jet> jets_;
};

}  // namespace trueup::sim
