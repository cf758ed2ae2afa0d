// Regression: the conditional mean of some quantities given others, by a network with mean-square loss.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>
#include <trueup/two_sample.hpp>

#include "fit/column_scaling.hpp"
#include "fit/normal_scores.hpp"

namespace trueup {

struct RegressionOptions {
  std::vector<std::size_t> hidden;
  TrainOptions training;  ///< its loss is replaced by the squared error
};

/// The rows that train a network, and those that decide when to stop.
struct RegressionRows {
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> validation;
};

/// E[targets | inputs], inputs (N, F), targets (N, T). Inputs become normal scores, targets are standardised, both with the
/// weights; events count by the size of their weight: with signed weights what is learnt is a mean all the same, only
/// another one.
class ConditionalMean {
 public:
  /// Throws DataError when no row trains or validates, or the weights of either are all 0; as train() does otherwise.
  static ConditionalMean learn(const FeatureMatrix& inputs, const FeatureMatrix& targets,
                               std::span<const float> weights, const RegressionRows& rows,
                               const RegressionOptions& options, ThreadPool& pool, Monitor& monitor);

  /// (N, T)
  FeatureMatrix operator()(const FeatureMatrix& inputs, ThreadPool& pool) const;

  const TrainRecord& record() const { return record_; }

 private:
  ConditionalMean(Network network, NormalScores inputs, ColumnScaling targets)
      : network_(std::move(network)), inputs_(std::move(inputs)), targets_(std::move(targets)) {}

  Network network_;
  NormalScores inputs_;
  ColumnScaling targets_;
  TrainRecord record_;
};

}  // namespace trueup
