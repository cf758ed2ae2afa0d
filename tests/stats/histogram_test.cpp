// Histograms, suggested edges and the comparison of shapes: contents by hand, χ² by toys.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <stats/random_sample.hpp>
#include <trueup/error.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

using test::random_sample;
using test::Sample;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(Histogram, FillsHalfOpenBinsAndKeepsTheRestApart) {
  const Histogram h =
      histogram(Floats{-1, 0, 0.5f, 1, 2, 2.5f, kInfinity}, Floats{1, 2, 3, -4, 5, 6, 7}, {0, 1, 2});
  EXPECT_EQ(h.edges, (Doubles{0, 1, 2}));
  EXPECT_EQ(h.sums, (Doubles{5, 1}));  // the last bin includes its upper edge
  EXPECT_EQ(h.squares, (Doubles{13, 41}));
  EXPECT_EQ(h.underflow, 1.0);
  EXPECT_EQ(h.overflow, 13.0);
}

TEST(Histogram, TakesUnevenEdgesAndNoEvents) {
  EXPECT_EQ(histogram(Floats{0.5f, 5, 50, 500}, {}, {0, 1, 10, 100, 1000}).sums, (Doubles{1, 1, 1, 1}));
  EXPECT_EQ(histogram({}, {}, {0, 1}).sums, Doubles{0});
}

TEST(Histogram, RefusesWrongEdgesAndNaN) {
  EXPECT_THROW(histogram(Floats{1}, {}, {0}), ConfigError);
  EXPECT_THROW(histogram(Floats{1}, {}, {0, 0}), ConfigError);
  EXPECT_THROW(histogram(Floats{1}, {}, {0, 2, 1}), ConfigError);
  EXPECT_THROW(histogram(Floats{1}, {}, {0, kNaN, 1}), ConfigError);
  EXPECT_THROW(histogram(Floats{kNaN}, {}, {0, 1}), DataError);
  EXPECT_THROW(histogram(Floats{1}, Floats{kNaN}, {0, 1}), DataError);
  EXPECT_THROW(histogram(Floats{1}, Floats{1, 1}, {0, 1}), DataError);
}

TEST(SuggestedEdges, CentreIntegersInBins) {
  EXPECT_EQ(suggest_edges(Floats{3, 1, 2, 2}, 10), (Doubles{0.5, 1.5, 2.5, 3.5}));
  EXPECT_EQ(suggest_edges(Floats{0, 9}, 5), (Doubles{-0.5, 1.5, 3.5, 5.5, 7.5, 9.5}));
  EXPECT_EQ(suggest_edges(Floats{0, 10}, 5), (Doubles{-0.5, 2.5, 5.5, 8.5, 11.5}))
      << "each bin the same number";
  EXPECT_EQ(suggest_edges(Floats{-2}, 5), (Doubles{-2.5, -1.5}));
}

TEST(SuggestedEdges, AreEqualWidthsWithoutTheOutliers) {
  Floats values(10001);
  std::iota(values.begin(), values.end(), 0.0f);
  for (float& x : values) x *= 0.001f;  // 0 … 10
  values.push_back(1e6f);
  const Doubles edges = suggest_edges(values, 50);
  ASSERT_EQ(edges.size(), 51U);
  EXPECT_NEAR(edges.front(), 0.01, 1e-6);  // float's rounding of the values
  EXPECT_NEAR(edges.back(), 9.991, 1e-6);
  for (std::size_t i = 1; i < edges.size(); ++i) EXPECT_NEAR(edges[i] - edges[i - 1], 9.981 / 50, 1e-7);
}

TEST(SuggestedEdges, SurroundAConstant) {
  const Doubles edges = suggest_edges(Floats(100, 91.19f), 4);
  ASSERT_EQ(edges.size(), 5U);
  const Histogram h = histogram(Floats(100, 91.19f), {}, edges);
  EXPECT_EQ(h.underflow + h.overflow, 0.0);
}

TEST(SuggestedEdges, HoldAllOfASmallSample) {
  const Floats values{0.1f, 0.7f, 0.35f};
  const Histogram h = histogram(values, {}, suggest_edges(values, 7));
  EXPECT_EQ(h.underflow + h.overflow, 0.0);
}

TEST(SuggestedEdges, RefuseWhatCannotBeShown) {
  EXPECT_THROW(suggest_edges(Floats{1}, 0), ConfigError);
  EXPECT_THROW(suggest_edges({}, 5), DataError);
  EXPECT_THROW(suggest_edges(Floats{1, kNaN}, 5), DataError);
  EXPECT_THROW(suggest_edges(Floats{1, kInfinity}, 5), DataError);
}

Histogram filled(Doubles sums) {
  Histogram h;
  for (std::size_t i = 0; i <= sums.size(); ++i) h.edges.push_back(static_cast<double>(i));
  h.squares = sums;  // unit weights: Σw² = Σw
  h.sums = std::move(sums);
  return h;
}

TEST(CompareShapes, AgreesWithHandCalculation) {
  const ShapeComparison c = compare_shapes(filled({30, 70}), filled({100, 100}));
  EXPECT_DOUBLE_EQ(c.chi2, 0.04 / (30e-4 + 100.0 / 4e4) + 0.04 / (70e-4 + 100.0 / 4e4));
  EXPECT_EQ(c.ndof, 1U);
  EXPECT_EQ(compare_shapes(filled({30, 70}), filled({300, 700})).chi2, 0.0)
      << "normalisation does not matter";
}

TEST(CompareShapes, LeavesOutBinsWithFewEvents) {
  const ShapeComparison c = compare_shapes(filled({100, 100, 9}), filled({100, 100, 50}));
  EXPECT_EQ(c.ndof, 1U);
  const ShapeComparison none = compare_shapes(filled({100, 0}), filled({0, 100}));
  EXPECT_EQ(none.ndof, 0U);
  EXPECT_TRUE(std::isnan(none.per_ndof())) << "0 would mean a perfect agreement";
}

TEST(CompareShapes, HasTheChiSquareOfEqualDistributions) {
  constexpr int kToys = 300;
  double per_ndof = 0.0;
  std::size_t ndof = 0;
  for (int toy = 0; toy < kToys; ++toy) {
    const auto seed = static_cast<std::uint64_t>(2 * toy);
    const Sample a = random_sample(4000, 0.0, 0.0, 0.1, seed),
                 b = random_sample(1000, 0.0, 0.0, 0.0, seed + 1);
    const Doubles edges{-2, -1, -0.5, 0, 0.5, 1, 2};
    const ShapeComparison c =
        compare_shapes(histogram(a.values, a.weights, edges), histogram(b.values, b.weights, edges));
    per_ndof += c.per_ndof() / kToys;
    ndof = c.ndof;
  }
  EXPECT_EQ(ndof, 5U);
  // χ²/ndof has a spread of √(2/5), over 300 toys 0.037: three times that, and 0.02 for sparse bins.
  EXPECT_NEAR(per_ndof, 1.0, 0.13);
}

TEST(CompareShapes, RefusesDifferentEdges) {
  EXPECT_THROW(compare_shapes(filled({1, 2}), filled({1, 2, 3})), ConfigError);
}

TEST(CompareShapes, HasNothingToSayAboutAnEmptyHistogram) {
  EXPECT_EQ(compare_shapes(filled({0, 0}), filled({100, 200})).ndof, 0U);
  EXPECT_EQ(compare_shapes(filled({100, 200}), filled({0, 0})).ndof, 0U);
}

}  // namespace
}  // namespace trueup
