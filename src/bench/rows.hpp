// The measurements behind the row names.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/bench.hpp"

namespace trueup::bench {

/// Multiply-adds in registers, on all threads at once: what the vector units can do when no memory is touched.
Row fma_peak(const std::string& name, ThreadPool& pool);

/// Sizes of a training epoch: 2 inputs, one output, binary cross-entropy.
struct MlpShape {
  std::vector<std::size_t> hidden;
  std::size_t batch;
};

/// An epoch of training on 1M rows and of validation on 1M others, as train() runs it: shuffle, batches, Adam.
Row mlp_epoch(const std::string& name, const MlpShape& shape, ThreadPool& pool, Monitor& monitor);

/// Throws Error with exit code 1 unless max_error <= tolerance.
void require_agreement(const std::string& name, double max_error, double tolerance);

}  // namespace trueup::bench
