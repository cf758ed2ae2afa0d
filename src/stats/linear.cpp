// Small dense linear algebra.
#include "stats/linear.hpp"

#include <cmath>
#include <utility>

namespace trueup {

std::vector<double> operator*(const SquareMatrix& a, std::span<const double> x) {
  std::vector<double> y(a.size, 0.0);
  for (std::size_t r = 0; r < a.size; ++r) {
    for (std::size_t c = 0; c < a.size; ++c) y[r] += a(r, c) * x[c];
  }
  return y;
}

std::optional<SquareMatrix> cholesky(const SquareMatrix& a) {
  SquareMatrix l(a.size);
  for (std::size_t r = 0; r < a.size; ++r) {
    for (std::size_t c = 0; c <= r; ++c) {
      double sum = a(r, c);
      for (std::size_t k = 0; k < c; ++k) sum -= l(r, k) * l(c, k);
      if (r != c) {
        l(r, c) = sum / l(c, c);
        continue;
      }
      // Positive by more than what rounding leaves of a zero.
      if (!(sum > 1e-12 * std::fabs(a(r, r)))) return std::nullopt;
      l(r, r) = std::sqrt(sum);
    }
  }
  return l;
}

std::vector<double> solve_lower(const SquareMatrix& l, std::span<const double> b) {
  std::vector<double> x(b.begin(), b.end());
  for (std::size_t r = 0; r < l.size; ++r) {
    for (std::size_t c = 0; c < r; ++c) x[r] -= l(r, c) * x[c];
    x[r] /= l(r, r);
  }
  return x;
}

std::vector<double> solve_lower_transposed(const SquareMatrix& l, std::span<const double> b) {
  std::vector<double> x(b.begin(), b.end());
  for (std::size_t r = l.size; r-- > 0;) {
    for (std::size_t c = r + 1; c < l.size; ++c) x[r] -= l(c, r) * x[c];
    x[r] /= l(r, r);
  }
  return x;
}

std::optional<SquareMatrix> inverse(SquareMatrix a) {
  const std::size_t n = a.size;
  SquareMatrix result(n);
  for (std::size_t i = 0; i < n; ++i) result(i, i) = 1.0;
  const auto swap_rows = [n](SquareMatrix& m, std::size_t r, std::size_t s) {
    for (std::size_t c = 0; c < n; ++c) std::swap(m(r, c), m(s, c));
  };
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r) pivot = std::fabs(a(r, c)) > std::fabs(a(pivot, c)) ? r : pivot;
    if (!(std::fabs(a(pivot, c)) > 0.0)) return std::nullopt;
    swap_rows(a, c, pivot);
    swap_rows(result, c, pivot);
    const double scale = 1.0 / a(c, c);
    for (std::size_t k = 0; k < n; ++k) a(c, k) *= scale, result(c, k) *= scale;
    for (std::size_t r = 0; r < n; ++r) {
      const double factor = r == c ? 0.0 : a(r, c);
      for (std::size_t k = 0; k < n; ++k) {
        a(r, k) -= factor * a(c, k);
        result(r, k) -= factor * result(c, k);
      }
    }
  }
  return result;
}

SquareMatrix sandwich(const SquareMatrix& a, const SquareMatrix& v) {
  const std::size_t n = a.size;
  SquareMatrix half(n), result(n);
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < n; ++c) {
      for (std::size_t k = 0; k < n; ++k) half(r, c) += a(r, k) * v(k, c);
    }
  }
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < n; ++c) {
      for (std::size_t k = 0; k < n; ++k) result(r, c) += half(r, k) * a(c, k);
    }
  }
  return result;
}

LeastSquares::LeastSquares(std::size_t coefficients) : normal_(coefficients), right_(coefficients, 0.0) {}

void LeastSquares::add(std::span<const double> row, double value, double error) {
  const double weight = 1.0 / (error * error);
  for (std::size_t r = 0; r < normal_.size; ++r) {
    for (std::size_t c = 0; c < normal_.size; ++c) normal_(r, c) += weight * row[r] * row[c];
    right_[r] += weight * row[r] * value;
  }
}

std::optional<std::vector<double>> LeastSquares::solve() const {
  const auto l = cholesky(normal_);
  if (!l) return std::nullopt;
  return solve_lower_transposed(*l, solve_lower(*l, right_));
}

}  // namespace trueup
