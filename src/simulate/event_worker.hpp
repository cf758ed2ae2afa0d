// From an event's particles to its row: detectors, jets, observables. The same for every source of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/constituents.hpp"
#include "simulate/detector.hpp"
#include "simulate/event_columns.hpp"
#include "simulate/jets.hpp"
#include "simulate/observables.hpp"
#include "simulate/truth.hpp"

namespace trueup::sim {

/// A level of the card with its detector.
struct EventLevel {
  LevelInfo info;
  std::unique_ptr<Detector> detector;  ///< null at generator level
  std::string purpose;                 ///< of its random streams
  bool same_field = false;             ///< as the first detector: particles leave it at the same points
};

/// The card's possible_levels(). The card must outlive them.
std::vector<EventLevel> make_event_levels(const SimulationCard& card);

/// What all threads share, read-only but for columns and groups, of which each block owns its rows.
struct EventRun {
  const SimulationCard& card;
  const std::vector<Observable>& observables;
  const std::vector<EventLevel>& levels;
  std::uint64_t seed;
  EventColumns& columns;
  ConstituentGroups& constituents;
  std::uint64_t first_event =
      0;  ///< number of row 0's event in its sample: keys the detectors' random numbers
};

/// One thread's tools, kept from event to event.
class EventWorker {
 public:
  explicit EventWorker(const EventRun& run);

  /// Fills the row of an event of `block`. Called for the events of a block in order, which the detectors' random
  /// numbers do not depend on. One that output.require drops for what it is at generator level keeps zeros everywhere,
  /// and no detector responds to it.
  void fill(const GeneratorEvent& event, std::size_t block, std::size_t row);

 private:
  bool wants(Level level) const;
  /// False when a generator-level column that output.require names is 0: the row will be dropped.
  bool generator_fits() const;
  void fill_generator(const GeneratorEvent& event);
  void fill_detector(const EventLevel& level, const GeneratorEvent& event, std::size_t row);
  /// Sets fatjet1_matched of the detectors' summaries.
  void match_leading_jets();
  /// What the jet finder found last, among these particles.
  void add_jets(Level level, const Particles& particles, std::size_t block, std::size_t row);

  const EventRun& run_;
  bool has_objects_;
  std::vector<Observable> required_;  // at generator level
  std::unique_ptr<JetFinder> finder_;
  Summariser summariser_;
  std::vector<EventSummary> summaries_;    // by level
  std::vector<Exit> exits_, other_exits_;  // of the first detector; of one with another field
  Reconstruction event_;
  std::vector<Jet> jets_;
};

}  // namespace trueup::sim
