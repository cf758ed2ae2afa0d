// Choosing a score fit's events and the functions that are compared afterwards.
#include "fit/score_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fit/events.hpp"

namespace trueup {

namespace {

constexpr std::size_t kMostCheckedColumns = 8;
// Observables beyond so many standard deviations count as if they were there: a tail must not decide a mean.
constexpr double kBound = 3.0;

struct Standard {
  double mean = 0.0;
  double width = 1.0;
};

Standard standard_of(const FeatureMatrix& values, std::size_t column, std::span<const float> weights) {
  double sum = 0.0, first = 0.0, second = 0.0;
  for (std::size_t i = 0; i < values.rows(); ++i) {
    const auto w = static_cast<double>(weights[i]), y = static_cast<double>(values.row(i)[column]);
    sum += w;
    first += w * y;
    second += w * y * y;
  }
  const double mean = first / sum, variance = second / sum - mean * mean;
  return {mean, variance > 0.0 ? std::sqrt(variance) : 1.0};
}

/// Each observable, standardised and bounded, and its square.
FeatureMatrix checked_functions(const FeatureMatrix& values, const std::vector<Standard>& standards) {
  FeatureMatrix functions{2 * standards.size(), {}};
  functions.values.reserve(values.rows() * functions.features);
  for (std::size_t i = 0; i < values.rows(); ++i) {
    for (std::size_t c = 0; c < standards.size(); ++c) {
      const double z = (static_cast<double>(values.row(i)[c]) - standards[c].mean) / standards[c].width;
      const double bounded = kBound * std::tanh(z / kBound);
      functions.values.push_back(static_cast<float>(bounded));
      functions.values.push_back(static_cast<float>(bounded * bounded));
    }
  }
  return functions;
}

void add_checked_functions(const std::vector<std::string>& observables, ScoreSamples& samples) {
  std::vector<Standard> standards;
  for (std::size_t c = 0; c < std::min(observables.size(), kMostCheckedColumns); ++c) {
    standards.push_back(standard_of(samples.data, c, samples.data_weights));
    samples.checked_names.push_back("mean of " + observables[c]);
    samples.checked_names.push_back("width of " + observables[c]);
  }
  samples.checked_data = checked_functions(samples.data, standards);
  samples.checked_simulation = checked_functions(samples.simulation, standards);
  if (samples.background.rows() > 0) {
    samples.checked_background = checked_functions(samples.background, standards);
  }
}

}  // namespace

ScoreSamples score_samples(const ScoreInputs& in, MomentForm moment, std::size_t most_events,
                           std::uint64_t seed) {
  const std::vector<std::string>& observables = in.options.observables;
  const EventChoice choice{false, most_events, seed};
  FitEvents events =
      choose_events(in.data, in.simulation, {observables, in.options.members}, in.ratio.model(), choice);
  ScoreSamples samples;
  samples.data = std::move(events.data);
  samples.data_weights = std::move(events.data_weights);
  samples.simulation = std::move(events.simulation);
  samples.simulation_weights = events.generator.weights_or_ones();
  samples.generator = std::move(events.generator);
  samples.generator.clear_weights();
  if (!in.background.empty()) {
    ChosenEvents chosen = choose_background(in.background.events, observables, choice);
    samples.background = std::move(chosen.observables);
    samples.background_weights = std::move(chosen.weights);
    samples.background_share = in.background.share;
    samples.background_share_error = in.background.share_error;
  }
  if (most_events > 0) return samples;
  if (moment == MomentForm::doubly_robust) {
    samples.feature_names = mean_features(in);
    samples.features = feature_matrix(in.simulation, samples.feature_names, "simulation");
  }
  add_checked_functions(observables, samples);
  return samples;
}

}  // namespace trueup
