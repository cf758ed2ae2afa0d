// The refiners of Fast Perfekt: a training step, one row at a time, and many rows at once.
#include <algorithm>
#include <numeric>

#include <trueup/network.hpp>
#include <trueup/random.hpp>
#include <trueup/row_evaluator.hpp>

#include "bench/network_check.hpp"
#include "bench/rows.hpp"
#include "nn/step.hpp"
#include "result/stopwatch.hpp"

namespace trueup::bench {
namespace {

constexpr std::size_t kBatch = 4096;
constexpr std::size_t kCheckedRows = 130;
constexpr int kRepeats = 12;             // the first is not counted
constexpr double kTolerance = 1e-4;      // float rounding through eleven layers
constexpr double kHalfTolerance = 1e-2;  // weights of 11 bits through eleven layers
constexpr double kBf16Tolerance = 3e-2;  // factors of 8 bits through eleven layers
constexpr double kSecondsOfRows = 0.1;

Network refiner(const RefinerShape& shape) {
  NetworkSpec spec;
  spec.inputs = shape.inputs;
  spec.outputs = shape.outputs;
  spec.hidden = {shape.width};
  spec.activation = Activation::leaky_relu;
  spec.residual_blocks = shape.blocks;
  spec.add_inputs = true;
  Network network(spec);
  RandomStream stream(1, "bench network");
  network.initialise(stream);
  // At its start a refiner is the identity: what follows has to be seen, too.
  for (float& p : network.parameters()) p += static_cast<float>(0.02 * stream.normal());
  return network;
}

TrainingRows pairs(const Network& network, std::size_t count) {
  TrainingRows rows(count, network.inputs(), network.outputs());
  RandomStream stream(1, "bench pairs");
  for (std::size_t r = 0; r < count; ++r) {
    for (float& x : rows.inputs(r)) x = static_cast<float>(stream.normal());
    for (std::size_t t = 0; t < rows.targets(); ++t)
      rows.target(r, t) = rows.inputs(r)[t] + static_cast<float>(0.1 * stream.normal());
  }
  return rows;
}

std::vector<float> input_values(const TrainingRows& rows) {
  std::vector<float> values;
  for (std::size_t r = 0; r < rows.rows(); ++r)
    values.insert(values.end(), rows.inputs(r).begin(), rows.inputs(r).end());
  return values;
}

/// The row evaluator's largest difference from the engine, relative to the largest output.
double row_error(const Network& network, RowPrecision precision, ThreadPool& pool) {
  const std::vector<float> inputs = input_values(pairs(network, kCheckedRows));
  std::vector<float> outputs(kCheckedRows * network.outputs()), one(network.outputs());
  evaluate(network, inputs, outputs, pool);
  RowEvaluator evaluator(network, precision);
  double difference = 0.0, largest = 0.0;
  for (std::size_t r = 0; r < kCheckedRows; ++r) {
    evaluator(std::span(inputs).subspan(r * network.inputs(), network.inputs()), one);
    for (std::size_t o = 0; o < one.size(); ++o) {
      const auto expected = static_cast<double>(outputs[r * one.size() + o]);
      difference = std::max(difference, std::abs(static_cast<double>(one[o]) - expected));
      largest = std::max(largest, std::abs(expected));
    }
  }
  return difference / largest;
}

Row checked_row(const std::string& name, const Network& network, ThreadPool& pool,
                Precision precision = Precision::float32) {
  Row row;
  row.name = name;
  row.max_error = network_error(network, pairs(network, kCheckedRows), RowLoss::mse, pool, precision);
  require_agreement(name, row.max_error, precision == Precision::bf16 ? kBf16Tolerance : kTolerance);
  return row;
}

}  // namespace

Row refiner_step(const std::string& name, const RefinerShape& shape, Precision precision, ThreadPool& pool) {
  Network network = refiner(shape);
  Row row = checked_row(name, network, pool, precision);
  row.gflop = static_cast<double>(kBatch) * gflop_a_row(network, true);
  const TrainingRows rows = pairs(network, kBatch);
  std::vector<std::uint32_t> order(kBatch);
  std::iota(order.begin(), order.end(), 0u);
  TrainingStep step(network, RowLoss::mse, AdamOptions{}, pool, precision);
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Stopwatch watch;
    step(network, rows, order, 1e-5);
    if (repeat > 0) row.seconds.push_back(watch.seconds());
  }
  return row;
}

Row refiner_row(const std::string& name, const RefinerShape& shape, RowPrecision precision) {
  ThreadPool one_thread(1);
  const Network network = refiner(shape);
  Row row = checked_row(name, network, one_thread);
  row.threads = 1;
  row.max_error = std::max(row.max_error, row_error(network, precision, one_thread));
  require_agreement(name, row.max_error, precision == RowPrecision::half ? kHalfTolerance : kTolerance);
  row.gflop = gflop_a_row(network, false);
  const std::vector<float> inputs = input_values(pairs(network, kBatch));
  std::vector<float> output(network.outputs());
  RowEvaluator evaluator(network, precision);
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Stopwatch watch;
    std::size_t calls = 0;
    do {
      for (int c = 0; c < 16; ++c, ++calls)
        evaluator(std::span(inputs).subspan(calls % kBatch * shape.inputs, shape.inputs), output);
    } while (watch.seconds() < kSecondsOfRows);
    if (repeat > 0) row.seconds.push_back(watch.seconds() / static_cast<double>(calls));
  }
  return row;
}

Row refiner_batch(const std::string& name, const RefinerShape& shape, Precision precision) {
  ThreadPool one_thread(1);
  const Network network = refiner(shape);
  Row row = checked_row(name, network, one_thread, precision);
  row.threads = 1;
  row.gflop = gflop_a_row(network, false);
  const std::vector<float> inputs = input_values(pairs(network, kBatch));
  std::vector<float> outputs(kBatch * network.outputs());
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Stopwatch watch;
    evaluate(network, inputs, outputs, precision, one_thread);
    if (repeat > 0) row.seconds.push_back(watch.seconds() / static_cast<double>(kBatch));
  }
  return row;
}

}  // namespace trueup::bench
