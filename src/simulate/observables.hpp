// The columns of collision events: what each is, from which level, and how it is read off an event's summary.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/detector.hpp"
#include "simulate/jets.hpp"
#include "simulate/thrust.hpp"

namespace trueup::sim {

/// All observables of one event at one level.
struct EventSummary {
  double multiplicity = 0.0, charged = 0.0, kaons = 0.0, thrust = 0.0, sum_pt = 0.0, jets = 0.0;
  std::array<Jet, 2> leading{};
  double charged_thrust = 0.0, charged_pt = 0.0;
  ResponseInputs response;
};

enum class Level { generator, detector };

/// One column: its name in the table, and its value in the summary of its level.
struct Observable {
  std::string name;
  std::string unit;
  std::string meaning;
  Level level = Level::generator;
  double (*value)(const EventSummary&) = nullptr;
};

/// Every column that the card can give, before its choice of columns.
std::vector<Observable> available_observables(const SimulationCard& card);
/// Those that the card asks for, in its order; throws ConfigError for an unknown name.
std::vector<Observable> chosen_observables(const SimulationCard& card);

/// Computes summaries, event after event, with scratch space of its own. Not to be shared between threads.
class Summariser {
 public:
  /// Computes of the expensive observables only those that `observables` hold.
  explicit Summariser(const std::vector<Observable>& observables);

  /// `jets` is left with the event's jets.
  EventSummary generator(std::span<const Particle> particles, JetFinder& finder, std::vector<Jet>& jets);
  EventSummary detector(std::span<const Particle> objects, JetFinder& finder, std::vector<Jet>& jets);
  /// False when no column is of that level.
  bool wants(Level level) const { return level == Level::generator ? generator_ : detector_; }

 private:
  EventSummary common(std::span<const Particle> particles, JetFinder& finder, std::vector<Jet>& jets,
                      bool thrust);

  bool generator_ = false, detector_ = false, generator_thrust_ = false, detector_thrust_ = false,
       charged_thrust_ = false;
  ThrustFinder thrust_;
};

}  // namespace trueup::sim
