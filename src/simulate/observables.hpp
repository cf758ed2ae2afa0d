// The columns of collision events: what each is, from which level, and how it is read off an event's summary.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>

#include "simulate/collider_summary.hpp"
#include "simulate/detector.hpp"
#include "simulate/jets.hpp"
#include "simulate/levels.hpp"
#include "simulate/substructure.hpp"
#include "simulate/thrust.hpp"

namespace trueup::sim {

/// All observables of one event at one level.
struct EventSummary {
  double multiplicity = 0.0, charged = 0.0, kaons = 0.0, thrust = 0.0, sum_pt = 0.0, jets = 0.0;
  std::array<Jet, 4> leading{};
  double charged_thrust = 0.0, charged_pt = 0.0;
  ResponseInputs response;
  std::vector<double> substructure;  ///< as substructure_columns() has it
  double fatjet1_matched = 0.0;      ///< 1 when its leading jet is near the generator level's
  ColliderSummary collider;
};

/// One column: its name in the table, and its value in the summary of its level.
struct Observable {
  std::string name;
  std::string unit;
  std::string meaning;
  Level level = Level::generator;
  std::function<double(const EventSummary&)> value;
};

/// A line of a list of observables; the column's name is the level's prefix and this name.
struct ObservableEntry {
  const char* name;
  const char* unit;
  const char* meaning;
  double (*value)(const EventSummary&);
};

/// Every column that the card can give, before its choice of columns.
std::vector<Observable> available_observables(const SimulationCard& card);
/// Those that the card asks for, in its order; throws ConfigError for an unknown name.
std::vector<Observable> chosen_observables(const SimulationCard& card);
/// These, and those that output.require names beside them.
std::vector<Observable> needed_observables(const SimulationCard& card);
/// Of those that output.require names, the generator level's.
std::vector<Observable> required_generator_observables(const SimulationCard& card);

/// Computes what summaries hold of an event's objects, with scratch space of its own. Not to be shared between threads.
class Summariser {
 public:
  /// Computes of the expensive observables only those that `observables` hold. `substructure`, one a level, may be null where
  /// they hold none of its columns.
  Summariser(const std::vector<Observable>& observables,
             std::vector<std::unique_ptr<Substructure>> substructure);

  /// `jets` by falling pt. ResponseInputs and ColliderSummary are left to the caller.
  EventSummary operator()(Level level, std::span<const Particle> objects, std::span<const Jet> jets);
  /// False when no column is of that level.
  bool wants(Level level) const { return index(level) < wanted_.size() && wanted_[index(level)].any; }

 private:
  struct Wanted {
    bool any = false, thrust = false, charged_thrust = false, substructure = false;
  };

  std::vector<Wanted> wanted_;  // by level
  ThrustFinder thrust_;
  std::vector<std::unique_ptr<Substructure>> substructure_;  // by level
};

}  // namespace trueup::sim
