// Value and gradient of the MMD between two batches, as a refiner's training needs them in every step.
#include <trueup/mmd.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <trueup/random.hpp>

#include "bench/rows.hpp"
#include "nn/kernels/mmd_reference.hpp"
#include "result/stopwatch.hpp"

namespace trueup::bench {
namespace {

constexpr std::size_t kCheckedTarget = 1001, kCheckedOutput = 1200;  // fill neither tiles nor vectors
constexpr double kTolerance = 1e-4;  // of the gradient: float sums of a thousand pairs, of which most cancels
constexpr double kValueTolerance = 1e-6;
constexpr double kSeconds = 1.0;  // that all repetitions take, about
constexpr std::size_t kFewest = 20;

std::vector<float> normal_rows(std::size_t rows, std::size_t columns, double mean, std::uint64_t index) {
  std::vector<float> values;
  RandomStream stream(1, "bench MMD", index);
  for (std::size_t i = 0; i < rows * columns; ++i)
    values.push_back(static_cast<float>(mean + stream.normal()));
  return values;
}

struct Batch {
  std::vector<float> target, output, gradient;
  Mmd loss;

  Batch(std::size_t m, std::size_t n, std::size_t columns, const MmdOptions& options)
      : target(normal_rows(m, columns, 0.0, 0)),
        output(normal_rows(n, columns, 0.2, 1)),
        gradient(output.size()),
        loss(options) {}

  double run(ThreadPool& pool) { return loss.value_and_gradient({target}, {output}, gradient, pool); }
};

/// The gradient's largest difference from the reference in double, relative to its largest value.
double checked_error(const std::string& name, const MmdOptions& options, ThreadPool& pool) {
  Batch batch(kCheckedTarget, kCheckedOutput, options.bandwidths.size(), options);
  const double value = batch.run(pool);
  const std::vector<double> a(batch.target.begin(), batch.target.end()), w(kCheckedTarget, 1.0);
  const std::vector<double> b(batch.output.begin(), batch.output.end()), v(kCheckedOutput, 1.0);
  std::vector<double> expected;
  const double expected_value = reference::mmd<double>(options, {a, w}, {b, v}, &expected);
  require_agreement(name, std::abs(value - expected_value), kValueTolerance);
  double difference = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double d = std::abs(static_cast<double>(batch.gradient[i]) - expected[i]);
    if (!std::isfinite(d)) return std::numeric_limits<double>::quiet_NaN();
    difference = std::max(difference, d);
    largest = std::max(largest, std::abs(expected[i]));
  }
  return difference / largest;
}

/// F multiply-adds for a pair's exponent, F + 1 for the sums of each row that gets a gradient from it, 1 where only the
/// value is wanted. Pairs within a sample count once.
double mmd_gflop(std::size_t rows, std::size_t columns) {
  const auto n = static_cast<double>(rows), f = static_cast<double>(columns);
  const double within = 0.5 * n * (n + 1.0);
  const double target = within * (f + 1.0), output = within * (f + 2.0 * (f + 1.0)),
               cross = n * n * (2.0 * f + 1.0);
  return 2e-9 * (target + output + cross);
}

}  // namespace

Row mmd_gradient(const std::string& name, std::size_t rows, std::size_t columns, ThreadPool& pool) {
  MmdOptions options;
  options.bandwidths =
      median_bandwidths(normal_rows(1000, columns, 0.0, 0), normal_rows(1000, columns, 0.2, 1), columns);
  Row row;
  row.name = name;
  row.gflop = mmd_gflop(rows, columns);
  row.max_error = checked_error(name, options, pool);
  require_agreement(name, row.max_error, kTolerance);
  Batch batch(rows, rows, columns, options);
  batch.run(pool);
  const Stopwatch all;
  while (all.seconds() < kSeconds || row.seconds.size() < kFewest) {
    const Stopwatch watch;
    batch.run(pool);
    row.seconds.push_back(watch.seconds());
  }
  return row;
}

}  // namespace trueup::bench
