// How well a classifier tells two weighted samples apart: train on one part, stop by a second, score a third.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <trueup/member_features.hpp>
#include <trueup/monitor.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// Members of N events × `width` numbers a member, event by event.
struct MemberMatrix {
  std::size_t width = 0;
  std::vector<std::uint64_t> offsets = {};  ///< (N + 1)
  std::vector<float> values = {};

  std::size_t rows() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::span<const float> row(std::size_t r) const {
    return {values.data() + offsets[r] * width, (offsets[r + 1] - offsets[r]) * width};
  }
};

/// N events × F features, row by row, with the members of each event where there are any. F may be 0 then.
struct FeatureMatrix {
  std::size_t features = 0;
  std::vector<float> values;
  MemberMatrix members = {};

  std::size_t rows() const { return features == 0 ? members.rows() : values.size() / features; }
  std::span<const float> row(std::size_t r) const { return {values.data() + r * features, features}; }
};

/// The columns and members named, row by row. Throws DataError: missing column, NaN or infinity (`what` names the table).
FeatureMatrix feature_matrix(const Table& table, const std::vector<std::string>& columns,
                             const std::string& what, const MemberFeatures& members = {});

struct TwoSampleOptions {
  std::vector<std::size_t> hidden = {128, 128};
  std::vector<std::size_t> member_hidden = {100, 100, 128};  ///< Φ, for samples with members
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
