// The measurements behind the row names.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trueup/precision.hpp>
#include <trueup/row_evaluator.hpp>

#include "bench/bench.hpp"

namespace trueup::bench {

/// Multiply-adds in registers, on all threads at once: what the vector units can do when no memory is touched.
Row fma_peak(const std::string& name, ThreadPool& pool);

/// The kernel of the layers on operands that stay in the first-level cache, on all threads at once: what is left of the
/// peak as soon as a kernel has to load what it multiplies.
Row product_peak(const std::string& name, ThreadPool& pool);

/// Sizes of a training epoch: 2 inputs, one output, binary cross-entropy.
struct MlpShape {
  std::vector<std::size_t> hidden;
  std::size_t batch;
};

/// An epoch of training on 1M rows and of validation on 1M others, as train() runs it: shuffle, batches, Adam.
Row mlp_epoch(const std::string& name, const MlpShape& shape, ThreadPool& pool, Monitor& monitor);

/// An epoch of training on 1M jets of 30 constituents with 4 numbers each, in batches of 1000: Φ 100-100-128, summed, F
/// 100-100-100, binary cross-entropy, Adam.
Row pfn_epoch(const std::string& name, Precision precision, ThreadPool& pool, Monitor& monitor);

/// A residual refiner (Fast Perfekt, Table 3): blocks of two layers.
struct RefinerShape {
  std::size_t inputs;
  std::size_t outputs;
  std::size_t width;
  std::size_t blocks;
};

/// A training step on 4096 rows: mean squared error, Adam.
Row refiner_step(const std::string& name, const RefinerShape& shape, Precision precision, ThreadPool& pool);
/// Seconds for one row, one thread, one row a call.
Row refiner_row(const std::string& name, const RefinerShape& shape, RowPrecision precision);
/// Seconds a row, one thread, 4096 rows a call.
Row refiner_batch(const std::string& name, const RefinerShape& shape, Precision precision);

/// Biased MMD² between two batches of `rows` rows, with its gradient with respect to one of them; nothing is known before.
Row mmd_gradient(const std::string& name, std::size_t rows, std::size_t columns, ThreadPool& pool);

/// Throws Error with exit code 1 unless max_error <= tolerance.
void require_agreement(const std::string& name, double max_error, double tolerance);

}  // namespace trueup::bench
