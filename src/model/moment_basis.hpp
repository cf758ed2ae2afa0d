// The functions of x and of θ that a moment correction is made of.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <trueup/model.hpp>

namespace trueup {

/// Statistics b: 1, the variables z (columns, then sums over members), and their products. Monomials μ: see MomentCorrection.
class MomentBasis {
 public:
  /// A monomial is an earlier one times a parameter's τ.
  struct Factor {
    std::size_t earlier;
    std::size_t parameter;
  };

  /// For a model of these columns, parameters, members and anchors; order and degree as in MomentCorrection.
  MomentBasis(const Model& model, std::size_t order, std::size_t degree);

  std::size_t columns() const noexcept { return columns_; }
  std::size_t variables() const noexcept { return variables_; }
  std::size_t parameters() const noexcept { return nominal_.size(); }
  std::size_t statistics() const noexcept { return 1 + variables_ + products_.size(); }
  std::size_t monomials() const noexcept { return (with_one_ ? 1 : 0) + powers(); }
  /// statistics() · monomials().
  std::size_t coefficients() const noexcept { return statistics() * monomials(); }

  /// Whether 1 is the first monomial.
  bool with_one() const noexcept { return with_one_; }
  /// Pairs of variables whose products are statistics.
  const std::vector<std::pair<std::size_t, std::size_t>>& products() const noexcept { return products_; }
  /// The monomials of each degree from 2, made of those of the degree before.
  const std::vector<std::vector<Factor>>& levels() const noexcept { return levels_; }
  /// Scaled nominal θ.
  std::span<const float> nominal() const noexcept { return nominal_; }

  /// statistics (statistics()) of one row, whose standardised columns are given and whose scaled sums are `sums`.
  void fill_statistics(std::span<const float> columns, std::span<const float> sums,
                       std::span<double> statistics) const;
  /// monomials (monomials()) at scaled θ.
  void fill_monomials(std::span<const float> theta, std::span<double> monomials) const;
  /// ∂ monomials/∂ scaled θ_p, (parameters, monomials).
  void fill_slopes(std::span<const float> theta, std::span<double> slopes) const;

 private:
  std::size_t powers() const noexcept;

  std::size_t columns_;
  std::size_t variables_;
  bool with_one_;
  std::size_t degree_;
  std::vector<float> nominal_;
  std::vector<std::pair<std::size_t, std::size_t>> products_;
  std::vector<std::vector<Factor>> levels_;
};

/// The number of members of a row and the sums of their standardised columns, (1 + width), not yet scaled.
void fill_member_sums(std::span<const float> members, std::size_t width, std::span<float> sums);
/// The same, scaled.
void fill_scaled_sums(std::span<const float> members, std::size_t width, std::span<const SumScaling> scaling,
                      std::span<float> sums);

}  // namespace trueup
