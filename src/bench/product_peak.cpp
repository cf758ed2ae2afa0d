// The rate of our own product kernel where nothing but the vector units and the first-level cache is asked.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <trueup/random.hpp>

#include "bench/rows.hpp"
#include "nn/aligned.hpp"
#include "nn/kernels/kernels.hpp"
#include "nn/kernels/reference.hpp"
#include "result/stopwatch.hpp"

namespace trueup::bench {
namespace {

// Inputs, weights and outputs are 30 kB together: they fit a first-level cache of 32 kB. The depth makes what is done once a block
// of sums, such as storing it, some 3 % of the time.
constexpr std::size_t kDepth = 128, kOutputs = 8, kRows = 48;
constexpr std::size_t kProducts = 100'000;  // some tenths of a second
constexpr int kRepeats = 7;
constexpr double kTolerance = 1e-5;  // float rounding of sums of 128

/// One layer with ReLU on one tile: a thread's own.
struct Operands {
  AlignedFloats weight, bias, x, y;

  Operands() : weight(kOutputs * kDepth), bias(kOutputs), x(kDepth * kRows), y(kOutputs * kRows) {
    RandomStream stream(1, "bench product");
    for (AlignedFloats* block : {&weight, &bias, &x}) {
      std::generate_n(block->data(), block->size(), [&] { return static_cast<float>(stream.normal()); });
    }
  }

  void multiply() {
    ForwardEpilogue relu;
    relu.slope = 0.0f;
    kernels::dense_forward({weight.data(), bias.data(), kDepth, kOutputs}, {kRows, kRows}, x.data(), relu,
                           y.data());
  }
};

std::vector<double> in_double(const AlignedFloats& block) {
  return {block.data(), block.data() + block.size()};
}

double relative_error(const Operands& operands) {
  std::vector<double> expected(kOutputs * kRows);
  reference::dense_forward(in_double(operands.weight).data(), in_double(operands.bias).data(), kDepth,
                           kOutputs, Activation::relu, TileShape{kRows, kRows}, in_double(operands.x).data(),
                           expected.data());
  double difference = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double d = std::abs(static_cast<double>(operands.y.data()[i]) - expected[i]);
    if (!std::isfinite(d)) return d;
    difference = std::max(difference, d);
  }
  return difference / *std::max_element(expected.begin(), expected.end());
}

}  // namespace

Row product_peak(const std::string& name, ThreadPool& pool) {
  const auto threads = static_cast<std::size_t>(pool.threads());
  std::vector<Operands> operands(threads);
  Row row;
  row.name = name;
  operands.front().multiply();
  row.max_error = relative_error(operands.front());
  require_agreement(name, row.max_error, kTolerance);
  for (int repeat = 0; repeat <= kRepeats; ++repeat) {
    const Stopwatch watch;
    pool.run(threads, [&](std::size_t piece, int) {
      for (std::size_t i = 0; i < kProducts; ++i) operands[piece].multiply();
    });
    if (repeat > 0) row.seconds.push_back(watch.seconds());
  }
  row.gflop = 2e-9 * static_cast<double>(kDepth * kOutputs * kRows * kProducts * threads);
  return row;
}

}  // namespace trueup::bench
