// How well a classifier tells two weighted samples apart: train on one part, stop by a second, score a third.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// N events × F features, row by row.
struct FeatureMatrix {
  std::size_t features = 0;
  std::vector<float> values;

  std::size_t rows() const { return features == 0 ? 0 : values.size() / features; }
  std::span<const float> row(std::size_t r) const { return {values.data() + r * features, features}; }
};

/// The columns named, row by row. Throws DataError: missing column, NaN or infinity (`what` names the table).
FeatureMatrix feature_matrix(const Table& table, const std::vector<std::string>& columns,
                             const std::string& what);

struct TwoSampleOptions {
  std::vector<std::size_t> hidden = {128, 128};
  TrainOptions training;
  double train_fraction = 0.5;
  /// Share of the events that do not train that decide when to stop; the rest, which no decision has seen, is scored.
  double stopping_fraction = 0.4;
  std::uint64_t seed = 1;
};

struct TwoSampleResult {
  double auc = 0.5;
  /// Standard deviation of `auc` if the samples were alike, with effective numbers of events.
  double null_spread = 0.0;
  /// Of the scored events.
  double effective_positive = 0.0;
  double effective_negative = 0.0;
  TrainRecord record;
};

/// Positive (label 1) against negative (label 0) events, each with a weight (an empty span: 1). The negative weights are
/// scaled so that both samples weigh the same. Splits, initial network and shuffling depend on options.seed alone, so
/// results for slowly changing weights change slowly. Inputs are standardised by the positive sample.
/// Throws DataError when a sample is too small to split or its weights sum to 0 or less.
TwoSampleResult two_sample_auc(const FeatureMatrix& positive, std::span<const float> positive_weights,
                               const FeatureMatrix& negative, std::span<const float> negative_weights,
                               const TwoSampleOptions& options, ThreadPool& pool,
                               Monitor& monitor = silent_monitor());

}  // namespace trueup
