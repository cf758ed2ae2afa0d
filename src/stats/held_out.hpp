// Classifiers that tell two weighted samples apart, and their outputs for events that took no part in the training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {

struct HeldOutOptions : TwoSampleOptions {
  /// 1: `train_fraction` of the events train, a part of the rest decides when to stop, what remains is scored. More: each
  /// fold is scored by a classifier that saw nothing of it, so that every event is scored once; of the events outside the
  /// fold, (1 − train_fraction) · stopping_fraction decide when to stop.
  std::size_t folds = 1;
  /// The output layer starts at zero: the untrained classifier is g = 1/2, so that a training that finds nothing stays
  /// there instead of keeping a part of its random start.
  bool start_at_zero = false;
  /// Also asks the classifier about every negative event, those that trained it among them.
  bool score_all_negative = false;
  /// 0 for the first training; others give other starting parameters and another shuffling of the same events.
  std::size_t attempt = 0;
};

/// The classifier of samples like this one.
NetworkSpec classifier_spec(const FeatureMatrix& sample, const TwoSampleOptions& options);

/// Events with a weight each (an empty span: 1).
struct WeightedFeatures {
  const FeatureMatrix& features;
  std::span<const float> weights;
};

/// Logits of events in the rows' order.
struct ScoredRows {
  std::vector<std::uint32_t> rows;
  std::vector<float> logits;
};

struct HeldOutScores {
  ScoredRows positive;
  ScoredRows negative;
  std::vector<float> all_negative;  ///< logits of every negative event, where asked for
  TrainRecord record;
};

/// Trains the classifier of one fold and scores the events it did not see. The negative sample's weights are scaled so
/// that both samples weigh the same; with `negative_base` given (one a negative event) so that the base weights do, and
/// the sum of the weights themselves matters. Splits depend on options.seed alone.
/// Throws as two_sample_auc does.
HeldOutScores held_out_scores(const WeightedFeatures& positive, const WeightedFeatures& negative,
                              std::span<const float> negative_base, const HeldOutOptions& options,
                              std::size_t fold, ThreadPool& pool, Monitor& monitor);

/// The weights of the rows named (an empty span: 1).
std::vector<float> weights_at(std::span<const float> weights, const std::vector<std::uint32_t>& rows);

}  // namespace trueup
