// Averages of the parameters along the way of a training.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <trueup/network.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// Both kinds of average are a ← a + r (p − a) after each step: with r = 1/k the mean of k steps, with
/// r = (1 − d)/(1 − d^k) the exponential average of decay d whose weights sum to 1 from the first step on.
class ParameterAverage {
 public:
  ParameterAverage(const Network& network, const AveragingOptions& options);

  /// The parameters after step `step` (from 0) of `steps`.
  void add(const Network& network, std::size_t step, std::size_t steps, ThreadPool& pool);

  /// The network to judge and to keep: `network` itself as long as nothing was averaged.
  const Network& choose(const Network& network) const { return count_ > 0 ? *average_ : network; }

  template <class Archive>
  void archive(Archive& state) {
    state.value(count_);
    if (average_) state.block(average_->parameters());
  }

 private:
  AveragingOptions options_;
  std::size_t count_ = 0;           // steps averaged
  std::optional<Network> average_;  // with the averaged parameters
};

}  // namespace trueup
