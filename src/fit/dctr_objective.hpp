// The objective of method dctr: the classifier behind the weights, asked about the data themselves (SRGN Eq. 3).
#pragma once

#include "fit/objective.hpp"
#include "stats/linear.hpp"

namespace trueup {

class DctrObjective : public Objective {
 public:
  /// Tables and reweighter must outlive the objective; both tables have the reweighter's columns.
  DctrObjective(const Table& data, const Table& simulation, const Reweighter& reweighter,
                std::size_t repetition, ThreadPool& pool);

  std::vector<Evaluation> evaluate_all(const std::vector<std::vector<double>>& thetas) const override;
  std::size_t repetition() const override { return repetition_; }

  /// Covariance of θ̂ for a classifier that is given: H⁻¹ V H⁻¹, with V the covariance of the gradient over the events and
  /// H its derivative in θ, by differences of `steps` (one a parameter) around the minimum.
  SquareMatrix covariance(std::span<const double> theta, std::span<const double> steps) const;

 private:
  struct Sums;
  Sums sums_at(std::span<const double> theta) const;
  Evaluation evaluate_at(std::span<const double> theta) const;

  Table data_;
  Table simulation_;
  const Reweighter& reweighter_;
  std::size_t repetition_;
  ThreadPool& pool_;
};

}  // namespace trueup
