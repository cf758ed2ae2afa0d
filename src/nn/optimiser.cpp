// The optimiser.
#include "nn/optimiser.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace trueup {

namespace {

// Parameters of a segment: some microseconds of work, so that handing it out costs little beside it.
constexpr std::size_t kSegment = 16384;
// Smaller networks are updated faster than other threads wake up.
constexpr std::size_t kParallelUpdate = 1 << 18;

}  // namespace

Optimiser::Optimiser(const Network& network, const AdamOptions& options)
    : options_(options),
      parameters_(network.parameters().size()),
      first_moment_(parameters_),
      second_moment_(parameters_) {
  std::size_t done = 0;
  for (const std::vector<DenseLayer>* chain : {&network.member_layers(), &network.layers()}) {
    for (const DenseLayer& layer : *chain) {
      if (options.weight_decay == 0.0) break;
      const std::size_t end = layer.weight_offset + layer.inputs * layer.outputs;
      add_segments(done, layer.weight_offset, false);
      add_segments(layer.weight_offset, end, true);
      done = end;
    }
  }
  add_segments(done, parameters_, false);
  squares_.assign(segments_.size(), 0.0);
}

void Optimiser::add_segments(std::size_t begin, std::size_t end, bool decays) {
  for (; begin < end; begin += kSegment) {
    segments_.push_back({begin, std::min(end, begin + kSegment), decays});
  }
}

void Optimiser::reset() {
  first_moment_.clear();
  second_moment_.clear();
  steps_ = 0;
}

template <class Work>
void Optimiser::for_each_segment(ThreadPool& pool, const Work& work) const {
  if (parameters_ < kParallelUpdate) {
    for (std::size_t s = 0; s < segments_.size(); ++s) work(s);
    return;
  }
  pool.run(segments_.size(), [&](std::size_t s, int) { work(s); });
}

/// Below 1 when the gradient's norm is above the limit. NaN stays NaN and ends the training by its loss.
double Optimiser::gradient_scale(std::span<const float> gradient, ThreadPool& pool) {
  if (options_.clip_norm == 0.0) return 1.0;
  for_each_segment(pool, [&](std::size_t s) {
    const Segment& segment = segments_[s];
    squares_[s] = kernels::squared_norm(segment.end - segment.begin, gradient.data() + segment.begin);
  });
  const double norm = std::sqrt(std::accumulate(squares_.begin(), squares_.end(), 0.0));
  return norm > options_.clip_norm ? options_.clip_norm / norm : 1.0;
}

AdamWStep Optimiser::constants(double learning_rate, double scale) const {
  const auto t = static_cast<double>(steps_);
  AdamWStep step;
  step.learning_rate = static_cast<float>(learning_rate / (1.0 - std::pow(options_.beta1, t)));
  step.keep = 1.0f;
  step.gradient_scale = static_cast<float>(scale);
  step.beta1 = static_cast<float>(options_.beta1);
  step.beta2 = static_cast<float>(options_.beta2);
  step.rest1 = static_cast<float>(1.0 - options_.beta1);
  step.rest2 = static_cast<float>(1.0 - options_.beta2);
  step.epsilon = static_cast<float>(options_.epsilon);
  step.second_correction = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(options_.beta2, t)));
  return step;
}

void Optimiser::update(Network& network, std::span<const float> gradient, double learning_rate,
                       ThreadPool& pool) {
  ++steps_;
  const AdamWStep keeping = constants(learning_rate, gradient_scale(gradient, pool));
  AdamWStep decaying = keeping;
  decaying.keep = static_cast<float>(1.0 - learning_rate * options_.weight_decay);
  float* parameters = network.parameters().data();
  for_each_segment(pool, [&](std::size_t s) {
    const auto [begin, end, decays] = segments_[s];
    kernels::adamw_update(end - begin, decays ? decaying : keeping, gradient.data() + begin,
                          parameters + begin, first_moment_.data() + begin, second_moment_.data() + begin);
  });
}

}  // namespace trueup
