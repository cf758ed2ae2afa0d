// Classifiers between samples with members of a jagged group.
#include <gtest/gtest.h>

#include <reweight/poisson_members.hpp>
#include <trueup/error.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {
namespace {

using testing_support::parts;
using testing_support::poisson_members;

TwoSampleOptions small_options() {
  TwoSampleOptions options;
  options.hidden = {16};
  options.member_hidden = {12};
  options.training.batch_size = 200;
  options.training.max_epochs = 8;
  options.training.adam.learning_rate = 5e-3;
  return options;
}

TEST(Members, MatrixHoldsTheGroup) {
  const Table table = poisson_members(20, 4.0, 1);
  const FeatureMatrix matrix = feature_matrix(table, {}, "test", parts());
  EXPECT_EQ(matrix.rows(), 20u);
  EXPECT_EQ(matrix.features, 0u);
  const JaggedGroup& group = table.group("parts");
  for (std::size_t r = 0; r < 20; ++r) {
    const auto row = matrix.members.row(r);
    ASSERT_EQ(row.size(), 2 * (group.offsets[r + 1] - group.offsets[r]));
    for (std::size_t i = 0; i < row.size(); ++i) {
      EXPECT_EQ(row[i], group.columns[i % 2].values[group.offsets[r] + i / 2]);
    }
  }
}

TEST(Members, ClassifierSeesThem) {
  const FeatureMatrix a = feature_matrix(poisson_members(6000, 4.0, 1), {}, "a", parts());
  const FeatureMatrix b = feature_matrix(poisson_members(6000, 5.0, 2), {}, "b", parts());
  const FeatureMatrix c = feature_matrix(poisson_members(6000, 4.0, 3), {}, "c", parts());
  ThreadPool pool(2), one(1);
  const TwoSampleResult different = two_sample_auc(a, {}, b, {}, small_options(), pool);
  // P(k_b > k_a) + half of ties for Poisson 5 against Poisson 4 is 0.631.
  EXPECT_NEAR(different.auc, 0.631, 0.005 + 4.0 * different.null_spread);
  const TwoSampleResult alike = two_sample_auc(a, {}, c, {}, small_options(), pool);
  EXPECT_NEAR(alike.auc, 0.5, 4.0 * alike.null_spread);
  EXPECT_EQ(two_sample_auc(a, {}, b, {}, small_options(), one).auc, different.auc);
}

TEST(Members, SamplesMustMatch) {
  const Table table = poisson_members(500, 4.0, 1);
  const FeatureMatrix with = feature_matrix(table, {"k"}, "a", parts());
  const FeatureMatrix without = feature_matrix(table, {"k"}, "b");
  ThreadPool pool(1);
  EXPECT_THROW(two_sample_auc(with, {}, without, {}, small_options(), pool), ConfigError);
  EXPECT_THROW(feature_matrix(table, {}, "a", {"nothing", {"x"}, {8}}), DataError);
}

}  // namespace
}  // namespace trueup
