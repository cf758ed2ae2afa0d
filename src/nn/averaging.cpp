// Averages of the parameters.
#include "nn/averaging.hpp"

#include <algorithm>
#include <cmath>

#include "nn/kernels/optimiser_kernels.hpp"

namespace trueup {

namespace {

constexpr std::size_t kChunk = 65536;

}  // namespace

ParameterAverage::ParameterAverage(const Network& network, const AveragingOptions& options)
    : options_(options) {
  if (options.kind != AverageKind::none) {
    average_ = network;
    std::ranges::fill(average_->parameters(), 0.0f);
  }
}

void ParameterAverage::add(const Network& network, std::size_t step, std::size_t steps, ThreadPool& pool) {
  const double first = std::floor((1.0 - options_.part) * static_cast<double>(steps));
  const bool before_tail = options_.kind == AverageKind::tail && static_cast<double>(step) < first;
  if (!average_ || before_tail) {
    return;
  }
  const auto k = static_cast<double>(++count_);
  const double rate = options_.kind == AverageKind::tail
                          ? 1.0 / k
                          : (1.0 - options_.decay) / (1.0 - std::pow(options_.decay, k));
  const std::span<const float> from = network.parameters();
  const std::span<float> to = average_->parameters();
  pool.run((from.size() + kChunk - 1) / kChunk, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk;
    kernels::move_towards(std::min(kChunk, from.size() - begin), static_cast<float>(rate),
                          from.data() + begin, to.data() + begin);
  });
}

}  // namespace trueup
