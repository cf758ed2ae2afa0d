// What a model's moment correction adds to its network's outputs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <model/moment_basis.hpp>

namespace trueup {

/// Evaluates the correction row by row. Rows of equal θ, one after another, cost little. One object serves one thread.
class MomentValues {
 public:
  /// The model must outlive it and have a correction.
  explicit MomentValues(const Model& model);

  /// For one row of standardised network inputs (columns, parameters) with its members' standardised values.
  float value(std::span<const float> inputs, std::span<const float> members);
  /// Adds to gradients (parameters) those of the last value() with respect to θ in its own units.
  void add_gradient(std::span<float> gradients);

 private:
  void set_theta(std::span<const float> theta);
  void set_slopes();
  /// Coefficients times monomials, for each statistic: into factors (statistics).
  void contract(std::span<const double> monomials, std::span<double> factors) const;
  double times_statistics(std::span<const double> factors) const;

  const Model& model_;
  MomentBasis basis_;
  std::vector<float> theta_;
  std::vector<double> monomials_;
  std::vector<double> factors_;  ///< of each statistic at theta_
  std::vector<double>
      slopes_;  ///< their derivatives, (parameters, statistics), in scaled θ; empty until needed
  std::vector<double> statistics_;
  std::vector<float> sums_;
};

}  // namespace trueup
