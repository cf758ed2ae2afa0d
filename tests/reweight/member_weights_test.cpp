// Weights that read a jagged group: the number of members is all there is to learn, and the exact weights are known.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>
#include <trueup/stats.hpp>
#include <trueup/weight_trainings.hpp>

#include "poisson_members.hpp"

namespace trueup {
namespace {

using namespace testing_support;

TEST(MemberWeights, LearnTheExactWeights) {
  ThreadPool pool(2);
  const Table nominal = poisson_members(40000, kNominalRate, 1), scanned = poisson_members(40000, 0.0, 2);
  const Reweighter w = train_reweighter(nominal, scanned, options_for_members(), pool);
  const Table fresh = poisson_members(20000, kNominalRate, 3);
  for (const double rate : {2.5, 4.0, 5.0}) {
    const auto weights = w.weights(fresh, std::vector<double>{rate}, pool);
    double squares = 0.0, variance = 0.0, mean = 0.0, moved = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto k = static_cast<double>(fresh.values("k")[i]);
      const double exact = exact_poisson_weight(k, rate), found = static_cast<double>(weights[i]);
      squares += (found - exact) * (found - exact);
      variance += (exact - 1.0) * (exact - 1.0);
      mean += found / static_cast<double>(weights.size());
      moved += found * k / static_cast<double>(weights.size());
    }
    if (rate == kNominalRate) {
      EXPECT_EQ(squares, 0.0);  // the difference form is exact there
    } else {
      EXPECT_TRUE(squares <= 0.1 * variance) << rate << ": " << squares / variance;
    }
    // Networks of this size, over members or over the number itself, are off by up to 3 % here.
    EXPECT_TRUE(std::fabs(mean - 1.0) <= 0.05) << rate << ": " << mean;
    EXPECT_TRUE(std::fabs(moved / mean - rate) <= 0.12) << rate << ": " << moved / mean;
  }
}

TEST(MemberWeights, SameForEveryThreadCountAndFromAFile) {
  const Table nominal = poisson_members(3000, kNominalRate, 1), scanned = poisson_members(2000, 0.0, 2);
  ReweightOptions options = options_for_members();
  options.features = {"k"};  // columns beside the group
  options.training.max_epochs = 2;
  ThreadPool one(1);
  const Reweighter first = train_reweighter(nominal, scanned, options, one);
  const std::vector<double> theta{5.0};
  const auto weights = first.weights(nominal, theta, one);
  for (const int threads : {2, 3}) {
    ThreadPool pool(threads);
    EXPECT_EQ(train_reweighter(nominal, scanned, options, pool).weights(nominal, theta, pool), weights);
  }
  const TempDir dir;
  save_model(first.model(), dir / "w.onnx");
  EXPECT_EQ(Reweighter(load_model(dir / "w.onnx")).weights(nominal, theta, one), weights);
}

TEST(MemberWeights, ClosureTellsGoodWeightsFromNone) {
  ThreadPool pool(2);
  const Table nominal = poisson_members(20000, kNominalRate, 1), scanned = poisson_members(40000, 0.0, 2);
  const ReweightOptions options = options_for_members();
  const Reweighter w = train_reweighter(nominal, scanned, options, pool);
  ClosureOptions closure;
  closure.points = 2;
  closure.window = 0.2;
  const auto points = check_closure(w, nominal, scanned, options, closure, pool);
  ASSERT_EQ(points.size(), 2u);
  for (const ClosurePoint& p : points) {
    EXPECT_TRUE(p.auc <= 0.5 + 4.0 * p.auc_null_spread) << p.auc << " ± " << p.auc_null_spread;
    EXPECT_TRUE(p.auc_unweighted >= 0.55) << p.auc_unweighted;
  }
  EXPECT_EQ(judge_weight_trainings({w}, nominal, scanned, 1, pool).front().failed, false);
}

TEST(MemberWeights, WhatIsMissingIsTold) {
  ThreadPool pool(1);
  const Table nominal = poisson_members(500, kNominalRate, 1), scanned = poisson_members(500, 0.0, 2);
  const auto says = [&](const MemberFeatures& members, const std::string& word) {
    ReweightOptions options = options_for_members();
    options.members = members;
    const std::string message = message_of<Error>([&] { train_reweighter(nominal, scanned, options, pool); });
    EXPECT_NE(message.find(word), std::string::npos) << message;
  };
  says({"part", {"x"}, {8}}, "did you mean 'parts'");
  says({"parts", {"z"}, {8}}, "no column 'z'");
  says({"parts", {}, {8}}, "at least one");
  says({"parts", {"x"}, {}}, "one hidden layer");
  says({}, "at least one feature");
  Table broken = nominal;
  JaggedGroup group = nominal.group("parts");
  group.name = "other";
  group.columns[0].values[3] = NAN;
  broken.add_group(group);
  ReweightOptions options = options_for_members();
  options.members.group = "other";
  const std::string message =
      message_of<DataError>([&] { train_reweighter(broken, scanned, options, pool); });
  EXPECT_NE(message.find("nan"), std::string::npos) << message;
  EXPECT_NE(message.find("row"), std::string::npos) << message;
}

}  // namespace
}  // namespace trueup
