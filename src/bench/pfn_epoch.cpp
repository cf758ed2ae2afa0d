// A training epoch of a particle-flow network, as the parton-shower fits train it.
#include <trueup/network.hpp>
#include <trueup/random.hpp>

#include <numeric>

#include "bench/network_check.hpp"
#include "bench/rows.hpp"
#include "nn/step.hpp"
#include "result/stopwatch.hpp"

namespace trueup::bench {
namespace {

constexpr std::size_t kJets = 1'000'000;
constexpr std::size_t kConstituents = 30;
constexpr std::size_t kBatch = 1000;
constexpr std::size_t kCheckedJets = 101;
constexpr int kRepeats = 3;              // the first is not counted
constexpr double kTolerance = 1e-4;      // float rounding of long sums
constexpr double kBf16Tolerance = 3e-2;  // factors of 8 bits
constexpr double kLearningRate = 1e-3;

NetworkSpec particle_flow() {
  NetworkSpec spec;
  spec.inputs = 0;
  spec.hidden = {100, 100, 100};
  spec.members = {4, {100, 100, 128}};
  return spec;
}

/// Two classes in equal parts, whose constituents differ a little.
TrainingRows jets(std::size_t count) {
  TrainingRows rows(count, 0);
  std::vector<std::uint64_t> offsets(count + 1);
  std::vector<float> values(count * kConstituents * 4);
  RandomStream stream(1, "bench jets");
  for (std::size_t j = 0; j < count; ++j) {
    rows.target(j) = static_cast<float>(j % 2);
    offsets[j + 1] = (j + 1) * kConstituents;
    for (std::size_t v = 0; v < kConstituents * 4; ++v) {
      values[j * kConstituents * 4 + v] =
          static_cast<float>(stream.uniform(-1.0, 1.0) + 0.05 * static_cast<double>(j % 2));
    }
  }
  rows.set_members(std::move(offsets), std::move(values), 4);
  return rows;
}

}  // namespace

Row pfn_epoch(const std::string& name, Precision precision, ThreadPool& pool, Monitor& monitor) {
  Network network(particle_flow());
  RandomStream stream(1, "bench network");
  network.initialise(stream);
  Row row;
  row.name = name;
  row.gflop = static_cast<double>(kJets) * gflop_a_row(network, true, kConstituents);
  row.max_error = network_error(network, jets(kCheckedJets), RowLoss::bce, pool, precision);
  require_agreement(name, row.max_error, precision == Precision::bf16 ? kBf16Tolerance : kTolerance);

  const TrainingRows rows = jets(kJets);
  std::vector<std::uint32_t> order(kJets);
  std::iota(order.begin(), order.end(), 0u);
  TrainingStep step(network, RowLoss::bce, AdamOptions{}, pool, precision);
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Stopwatch watch;
    const std::size_t jets_here = repeat == 0 ? kJets / 20 : kJets;
    for (std::size_t first = 0; first < jets_here; first += kBatch) {
      step(network, rows, std::span(order).subspan(first, kBatch), kLearningRate);
      check_interrupt(monitor, name);
    }
    if (repeat > 0) row.seconds.push_back(watch.seconds());
  }
  return row;
}

}  // namespace trueup::bench
