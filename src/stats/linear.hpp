// Small dense linear algebra for a handful of parameters, row by row.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace trueup {

/// P × P, row by row.
struct SquareMatrix {
  std::size_t size = 0;
  std::vector<double> values;

  explicit SquareMatrix(std::size_t n = 0) : size(n), values(n * n, 0.0) {}
  double& operator()(std::size_t r, std::size_t c) { return values[r * size + c]; }
  double operator()(std::size_t r, std::size_t c) const { return values[r * size + c]; }
};

std::vector<double> operator*(const SquareMatrix& a, std::span<const double> x);

/// L with A = L Lᵀ, lower triangle; nothing when A is not positive definite.
std::optional<SquareMatrix> cholesky(const SquareMatrix& a);
/// Solutions of L x = b and of Lᵀ x = b.
std::vector<double> solve_lower(const SquareMatrix& l, std::span<const double> b);
std::vector<double> solve_lower_transposed(const SquareMatrix& l, std::span<const double> b);

/// A⁻¹ by Gauss-Jordan with pivoting; nothing when A is singular.
std::optional<SquareMatrix> inverse(SquareMatrix a);

/// A V Aᵀ: with A the inverse of a derivative and V a covariance, the covariance of a root.
SquareMatrix sandwich(const SquareMatrix& a, const SquareMatrix& v);

/// Weighted least squares: rows of the design and what they should give, each already divided by its error. Solved by
/// normal equations; nothing when the rows do not determine every coefficient.
class LeastSquares {
 public:
  explicit LeastSquares(std::size_t coefficients);
  void add(std::span<const double> row, double value, double error);
  std::optional<std::vector<double>> solve() const;

 private:
  SquareMatrix normal_;
  std::vector<double> right_;
};

}  // namespace trueup
