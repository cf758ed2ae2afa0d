// The events of one repetition, in the form that classifiers take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <trueup/model.hpp>
#include <trueup/table.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {

struct FitEvents {
  FeatureMatrix data;
  std::vector<float> data_weights;
  FeatureMatrix simulation;
  Table generator;  ///< what the reweighter reads of the simulation, with event weights

  /// Event weights of the simulation, before reweighting.
  std::span<const float> simulation_weights() const { return generator.weights(); }
};

/// What the classifier sees.
struct FitObservables {
  const std::vector<std::string>& columns;
  const MemberFeatures& members;
};

struct EventChoice {
  bool bootstrap = false;       ///< resample with Poisson weights of mean 1
  std::size_t most_events = 0;  ///< of each table, chosen at random; 0: all
  std::uint64_t seed = 1;
};

FitEvents choose_events(const Table& data, const Table& simulation, const FitObservables& observables,
                        const Model& reweighter, const EventChoice& choice);

struct ChosenEvents {
  FeatureMatrix observables;
  std::vector<float> weights;
};

/// Of a background's simulation.
ChosenEvents choose_background(const Table& background, const std::vector<std::string>& observables,
                               const EventChoice& choice);

/// The columns named, without weights.
Table pick_columns(const Table& table, const std::vector<std::string>& columns);
/// The columns and the jagged group that a model reads, without weights.
Table model_columns(const Table& table, const Model& model);

}  // namespace trueup
