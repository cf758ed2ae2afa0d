// The columns of collision events: what each is, from which level, and how it is read off an event's summary.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/detector.hpp"
#include "simulate/jets.hpp"
#include "simulate/substructure.hpp"
#include "simulate/thrust.hpp"

namespace trueup::sim {

/// All observables of one event at one level.
struct EventSummary {
  double multiplicity = 0.0, charged = 0.0, kaons = 0.0, thrust = 0.0, sum_pt = 0.0, jets = 0.0;
  std::array<Jet, 2> leading{};
  double charged_thrust = 0.0, charged_pt = 0.0;
  ResponseInputs response;
  std::vector<double> substructure;  ///< as substructure_columns() has it
};

enum class Level { generator, detector };

/// One column: its name in the table, and its value in the summary of its level.
struct Observable {
  std::string name;
  std::string unit;
  std::string meaning;
  Level level = Level::generator;
  std::function<double(const EventSummary&)> value;
};

/// Every column that the card can give, before its choice of columns.
std::vector<Observable> available_observables(const SimulationCard& card);
/// Those that the card asks for, in its order; throws ConfigError for an unknown name.
std::vector<Observable> chosen_observables(const SimulationCard& card);

/// Computes summaries, event after event, with scratch space of its own. Not to be shared between threads.
class Summariser {
 public:
  /// Computes of the expensive observables only those that `observables` hold. `substructure` may be null when they hold
  /// none of its columns.
  Summariser(const std::vector<Observable>& observables, std::unique_ptr<Substructure> substructure);

  /// `jets` is left with the event's jets.
  EventSummary generator(std::span<const Particle> particles, JetFinder& finder, std::vector<Jet>& jets);
  EventSummary detector(std::span<const Particle> objects, JetFinder& finder, std::vector<Jet>& jets);
  /// False when no column is of that level.
  bool wants(Level level) const { return wanted_[index(level)].any; }

 private:
  EventSummary common(std::span<const Particle> particles, JetFinder& finder, std::vector<Jet>& jets,
                      Level level);

  struct Wanted {
    bool any = false, thrust = false, substructure = false;
  };
  static std::size_t index(Level level) { return level == Level::generator ? 0 : 1; }

  std::array<Wanted, 2> wanted_;
  bool charged_thrust_ = false;
  ThrustFinder thrust_;
  std::unique_ptr<Substructure> substructure_;
};

}  // namespace trueup::sim
