// Several trainings of w as one: the mean of their ratios.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <trueup/reweighter.hpp>

namespace trueup {

/// w̄(x,θ) = mean over trainings of w(x,θ): of ratios, not of their logarithms, so that E[w̄] = 1 where each has it.
/// Event weights of tables are not looked at. The reweighters must outlive it.
class MeanRatio {
 public:
  /// Throws ConfigError when there is no reweighter, or when they differ in columns or parameters.
  explicit MeanRatio(std::span<const Reweighter> reweighters);

  /// Of the first training: columns and parameters, which are those of all.
  const Model& model() const { return reweighters_.front().model(); }
  std::span<const Reweighter> trainings() const { return reweighters_; }

  /// (N). Throws as model_logits does.
  std::vector<float> ratios(const Table& table, std::span<const double> theta, ThreadPool& pool) const;
  /// The same with a θ for each row: one column (N) a parameter.
  std::vector<float> ratios_by_row(const Table& table, std::span<const std::span<const float>> theta,
                                   ThreadPool& pool) const;
  /// Ratios and ∂ log w̄/∂θ (N, parameters).
  Reweighter::WeightsWithScore ratios_with_score(const Table& table, std::span<const double> theta,
                                                 ThreadPool& pool) const;

 private:
  std::span<const Reweighter> reweighters_;
};

}  // namespace trueup
