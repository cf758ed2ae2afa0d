// The rate of multiply-adds that stay in registers, in the widest vectors of this machine.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/fma_peak.cpp"
#include <hwy/foreach_target.h>  // NOLINT: includes this file again for each target
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace trueup::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Independent chains: two units with a latency of up to five cycles need ten; with the two constants they fit 16 registers.
inline constexpr int kChains = 12;

/// value = value · factor + term, `rounds` times in each lane of each chain; the lanes' mean ends in `result`.
/// Returns the number of operations.
HWY_NOINLINE double fma_chains_kernel(std::size_t rounds, float factor, float term, float& result) {
  const hn::ScalableTag<float> d;
  using Vec = hn::Vec<decltype(d)>;
  const Vec f = hn::Set(d, factor);
  const Vec t = hn::Set(d, term);
  Vec value[kChains];
#pragma GCC unroll 12
  for (int c = 0; c < kChains; ++c) {
    value[c] = hn::Set(d, static_cast<float>(c));
  }
  for (std::size_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) {
      value[c] = hn::MulAdd(value[c], f, t);
    }
  }
  Vec sum = hn::Zero(d);
#pragma GCC unroll 12
  for (int c = 0; c < kChains; ++c) {
    sum = hn::Add(sum, value[c]);
  }
  const auto values = static_cast<double>(hn::Lanes(d)) * kChains;
  result = static_cast<float>(hn::GetLane(hn::SumOfLanes(d, sum)) / values);
  return 2.0 * values * static_cast<double>(rounds);
}

}  // namespace trueup::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>
#include <numeric>
#include <vector>

#include "bench/rows.hpp"
#include "result/stopwatch.hpp"

namespace trueup::bench {

HWY_EXPORT(fma_chains_kernel);

namespace {

constexpr float kFactor = 0.75f,
                kTerm = 0.5f;  // every chain goes to 2 and stays there: nothing over- or underflows
constexpr std::size_t kRounds = 40'000'000;  // some tenths of a second
constexpr int kRepeats = 7;

/// The same chains by plain loops in double.
double reference_mean(std::size_t rounds) {
  double sum = 0.0;
  for (int c = 0; c < HWY_NAMESPACE::kChains; ++c) {
    double value = c;
    for (std::size_t i = 0; i < rounds; ++i)
      value = value * static_cast<double>(kFactor) + static_cast<double>(kTerm);
    sum += value;
  }
  return sum / HWY_NAMESPACE::kChains;
}

}  // namespace

Row fma_peak(const std::string& name, ThreadPool& pool) {
  Row row;
  row.name = name;
  constexpr std::size_t kChecked = 5;  // few rounds: the chains are still far from 2
  float mean = 0.0f;
  HWY_DYNAMIC_DISPATCH(fma_chains_kernel)(kChecked, kFactor, kTerm, mean);
  const double expected = reference_mean(kChecked);
  row.max_error = std::abs(static_cast<double>(mean) - expected) / expected;
  require_agreement(name, row.max_error, 1e-5);  // float rounding of 5 steps and of a sum of up to 192 values

  const auto threads = static_cast<std::size_t>(pool.threads());
  std::vector<double> operations(threads);
  std::vector<float> means(threads);
  for (int repeat = 0; repeat <= kRepeats; ++repeat) {
    const Stopwatch watch;
    pool.run(threads, [&](std::size_t piece, int) {
      operations[piece] = HWY_DYNAMIC_DISPATCH(fma_chains_kernel)(kRounds, kFactor, kTerm, means[piece]);
    });
    if (repeat > 0) row.seconds.push_back(watch.seconds());
  }
  row.gflop = 1e-9 * std::accumulate(operations.begin(), operations.end(), 0.0);
  return row;
}

}  // namespace trueup::bench
#endif  // HWY_ONCE
