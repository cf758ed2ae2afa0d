// Shares of an interval from trainings: half widths, and how parameters go together.
#include <gtest/gtest.h>

#include <vector>

#include "fit/estimates.hpp"

namespace trueup {
namespace {

const std::vector<ModelParameter> kParameters{{"a", "", 0.0, -5.0, 5.0, 0.0f, 1.0f},
                                              {"b", "", 0.0, -5.0, 5.0, 0.0f, 1.0f}};

FitResult summarised(const Shares& shares) {
  FitResult result;
  summarise_shares(kParameters, {1.0, 2.0}, shares, result);
  return result;
}

TEST(ScatterCovariance, HasTheCorrelationOfTheTrainings) {
  // b goes against a, one to one but for the last.
  const Shares shares{{0.1, 0.1}, {{1, 4}, {2, 3}, {3, 2}, {4, 1}, {5, 1}}, {}};
  const FitResult result = summarised(shares);
  const SquareMatrix covariance = scatter_covariance(shares, result);
  const double wa = result.parameters[0].weights, wb = result.parameters[1].weights;
  EXPECT_DOUBLE_EQ(covariance(0, 0), wa * wa);
  EXPECT_DOUBLE_EQ(covariance(1, 1), wb * wb);
  EXPECT_DOUBLE_EQ(covariance(0, 1), covariance(1, 0));
  // By hand: Σ da² = 10, Σ db² = 6.8, Σ da db = −8.
  EXPECT_NEAR(covariance(0, 1) / (wa * wb), -8.0 / 8.246211, 1e-6);
}

TEST(ScatterCovariance, FewTrainingsDoNotTellACorrelation) {
  const Shares shares{{0.1, 0.1}, {{1, 4}, {2, 3}, {3, 2}}, {{1, 1}, {2, 2}}};
  const FitResult result = summarised(shares);
  const SquareMatrix covariance = scatter_covariance(shares, result);
  EXPECT_EQ(covariance(0, 1), 0.0);
  const FittedParameter& a = result.parameters[0];
  EXPECT_DOUBLE_EQ(covariance(0, 0), a.weights * a.weights + a.training * a.training);
  EXPECT_GT(a.weights, 0.0);
  EXPECT_GT(a.training, 0.0);
}

}  // namespace
}  // namespace trueup
