// One row through a network with low latency: for event loops that meet one event at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include <trueup/network.hpp>

namespace trueup {

/// How a row evaluator keeps the weights. Large networks are bound by reading them for every row: half precision (11 bits;
/// sums stay in float) halves the time, and moves outputs by some 1e-4 of what the network adds.
enum class RowPrecision { single, half };

/// A copy of a network's parameters, laid out for one row at a time: no threads, no allocation in a call. For many rows
/// evaluate() is several times quicker a row. One object serves one thread at a time; make one for each thread.
class RowEvaluator {
 public:
  /// Throws ConfigError for a network over members, and for half precision when a weight is beyond 65504.
  explicit RowEvaluator(const Network& network, RowPrecision precision = RowPrecision::single);
  ~RowEvaluator();
  RowEvaluator(RowEvaluator&&) noexcept;
  RowEvaluator& operator=(RowEvaluator&&) noexcept;

  std::size_t inputs() const noexcept;
  std::size_t outputs() const noexcept;

  /// inputs (F), outputs (O); in single precision as evaluate() of that row, up to rounding. Throws ConfigError when sizes disagree.
  void operator()(std::span<const float> inputs, std::span<float> outputs);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trueup
