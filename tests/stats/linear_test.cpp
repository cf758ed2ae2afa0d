// Small linear algebra: factors, inverses, least squares.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "stats/linear.hpp"

namespace trueup {
namespace {

SquareMatrix matrix(std::size_t n, std::vector<double> values) {
  SquareMatrix m(n);
  m.values = std::move(values);
  return m;
}

// Sums of a few products of numbers near 1: rounding is some 1e-16.
constexpr double kRounding = 1e-12;

TEST(Linear, CholeskySolves) {
  const SquareMatrix a = matrix(3, {4, 2, -1, 2, 5, 0.5, -1, 0.5, 3});
  const auto l = cholesky(a);
  ASSERT_TRUE(l.has_value());
  const std::vector<double> b = {1, -2, 0.25};
  const std::vector<double> back = a * solve_lower_transposed(*l, solve_lower(*l, b));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(std::abs(back[i] - b[i]) <= kRounding) << i;
  EXPECT_FALSE(cholesky(matrix(2, {1, 2, 2, 1})).has_value());
  EXPECT_FALSE(cholesky(matrix(2, {1, 1, 1, 1})).has_value());
  EXPECT_FALSE(cholesky(matrix(1, {std::nan("")})).has_value());
}

TEST(Linear, InverseNeedsPivots) {
  const SquareMatrix a = matrix(3, {0, 2, 1, 1, 0, 3, 2, -1, 0});
  const auto b = inverse(a);
  ASSERT_TRUE(b.has_value());
  for (std::size_t c = 0; c < 3; ++c) {
    std::vector<double> column;
    for (std::size_t r = 0; r < 3; ++r) column.push_back((*b)(r, c));
    const std::vector<double> unit = a * column;
    for (std::size_t r = 0; r < 3; ++r) {
      EXPECT_TRUE(std::abs(unit[r] - (r == c ? 1.0 : 0.0)) <= kRounding) << r << c;
    }
  }
  EXPECT_FALSE(inverse(matrix(2, {1, 2, 2, 4})).has_value());
}

TEST(Linear, SandwichIsTheCovarianceOfTheImage) {
  const SquareMatrix s = sandwich(matrix(2, {1, 2, 0, 3}), matrix(2, {2, 0.5, 0.5, 1}));
  // A V Aᵀ by hand: rows of A V are (3, 2.5) and (1.5, 3).
  EXPECT_TRUE(std::abs(s(0, 0) - 8.0) <= kRounding);
  EXPECT_TRUE(std::abs(s(0, 1) - 7.5) <= kRounding);
  EXPECT_TRUE(std::abs(s(1, 0) - 7.5) <= kRounding);
  EXPECT_TRUE(std::abs(s(1, 1) - 9.0) <= kRounding);
}

TEST(Linear, LeastSquaresHeedsErrors) {
  LeastSquares fit(1);
  fit.add(std::vector<double>{1.0}, 1.0, 1.0);
  fit.add(std::vector<double>{1.0}, 4.0, 2.0);
  const auto mean = fit.solve();
  ASSERT_TRUE(mean.has_value());
  EXPECT_TRUE(std::abs(mean->front() - 1.6) <= kRounding);  // (1 + 4/4) / (1 + 1/4)
  EXPECT_FALSE(LeastSquares(2).solve().has_value());
}

}  // namespace
}  // namespace trueup
