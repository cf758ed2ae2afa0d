// The optimiser: its moments, and the update of a network by a gradient.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/optimiser.hpp>
#include <trueup/threads.hpp>

#include "nn/aligned.hpp"
#include "nn/kernels/optimiser_kernels.hpp"

namespace trueup {

/// Adam or AdamW with clipping. Small networks are updated by the calling thread, large ones by the pool in segments
/// that depend on the network alone: the same bits for any number of threads. Allocates nothing after construction.
class Optimiser {
 public:
  Optimiser(const Network& network, const AdamOptions& options);

  /// One step along `gradient` (P), which has the layout of the parameter block; `network` is the one it was made for.
  void update(Network& network, std::span<const float> gradient, double learning_rate, ThreadPool& pool);

  std::size_t steps() const noexcept { return steps_; }
  /// Forgets the moments and the step count.
  void reset();

  template <class Archive>
  void archive(Archive& state) {
    state.value(steps_);
    state.block(std::span(first_moment_.data(), first_moment_.size()));
    state.block(std::span(second_moment_.data(), second_moment_.size()));
  }

 private:
  /// Part [begin, end) of the parameter block in which all or no parameters decay.
  struct Segment {
    std::size_t begin;
    std::size_t end;
    bool decays;
  };

  void add_segments(std::size_t begin, std::size_t end, bool decays);
  template <class Work>
  void for_each_segment(ThreadPool& pool, const Work& work) const;
  double gradient_scale(std::span<const float> gradient, ThreadPool& pool);
  AdamWStep constants(double learning_rate, double scale) const;

  AdamOptions options_;
  std::size_t parameters_;
  std::size_t steps_ = 0;
  std::vector<Segment> segments_;
  std::vector<double> squares_;  // of each segment's gradient
  AlignedFloats first_moment_;
  AlignedFloats second_moment_;
};

}  // namespace trueup
