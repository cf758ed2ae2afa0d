// The events of a score fit, in the form that its parts take.
#pragma once

#include <string>
#include <vector>

#include <trueup/two_sample.hpp>

#include "fit/score_inputs.hpp"

namespace trueup {

struct ScoreSamples {
  FeatureMatrix data;  ///< y
  std::vector<float> data_weights;
  FeatureMatrix simulation;                ///< y
  std::vector<std::string> feature_names;  ///< given which φ is learnt
  FeatureMatrix features;  ///< their values in the simulation; without columns for MomentForm::plain
  Table generator;         ///< the same as w reads it, without weights
  std::vector<float> simulation_weights;
  /// Functions of y that the fit does not use, whose means are compared at the fitted value.
  std::vector<std::string> checked_names;
  FeatureMatrix checked_data;
  FeatureMatrix checked_simulation;
  FeatureMatrix checked_background;

  FeatureMatrix background;  ///< y of the background; no rows without
  std::vector<float> background_weights;
  double background_share = 0.0;
  double background_share_error = 0.0;
};

/// At most `most_events` of each table (0: all), chosen at random by `seed`; without checked functions when few are wanted.
ScoreSamples score_samples(const ScoreInputs& in, MomentForm moment, std::size_t most_events,
                           std::uint64_t seed);

}  // namespace trueup
