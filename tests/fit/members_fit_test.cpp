// Fits whose weights and classifiers read a jagged group: the rate of a Poisson number of members.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <core/temp_dir.hpp>
#include <reweight/poisson_members.hpp>
#include <trueup/error.hpp>
#include <trueup/fit.hpp>

namespace trueup {
namespace {

using namespace testing_support;

constexpr double kTruth = 4.8;
constexpr std::size_t kEvents = 12'000;

const std::vector<Reweighter>& weights() {
  static const std::vector<Reweighter> one = [] {
    ThreadPool pool(2);
    return std::vector<Reweighter>{train_reweighter(poisson_members(30000, kNominalRate, 1),
                                                    poisson_members(30000, 0.0, 2), options_for_members(),
                                                    pool)};
  }();
  return one;
}

FitOptions small_fit(FitMethod method) {
  FitOptions options;
  options.method = method;
  options.minimiser = Minimiser::gradient;
  options.folds = 2;
  options.repetitions = 1;
  options.hidden = {16};
  options.training.batch_size = 400;
  options.training.max_epochs = 5;
  options.training.adam.learning_rate = 4e-3;
  options.training.schedule = LearningRateSchedule::cosine;
  return options;
}

// What the data alone can tell is sqrt(4.8 / 12000) = 0.020; simulation and training samples add as much each.
constexpr double kTolerance = 4.0 * 0.02 * 2.0;

TEST(MembersFit, ClassifierOnMembers) {
  const Table data = poisson_members(kEvents, kTruth, 3),
              simulation = poisson_members(kEvents, kNominalRate, 4);
  FitOptions options = small_fit(FitMethod::auc);
  options.members = parts();
  ThreadPool one(1), two(2);
  const FitResult fit = fit_parameters(data, simulation, weights(), options, two);
  EXPECT_TRUE(std::fabs(fit.parameters[0].value - kTruth) <= kTolerance) << fit.parameters[0].value;
  EXPECT_EQ(fit_parameters(data, simulation, weights(), options, one).parameters[0].value,
            fit.parameters[0].value);
}

TEST(MembersFit, DctrAndScoreWithWeightsOfMembers) {
  const Table data = poisson_members(kEvents, kTruth, 3),
              simulation = poisson_members(kEvents, kNominalRate, 4);
  ThreadPool pool(2);
  FitOptions dctr = small_fit(FitMethod::dctr);
  dctr.members = parts();
  EXPECT_NEAR(fit_parameters(data, simulation, weights(), dctr, pool).parameters[0].value, kTruth,
              kTolerance);
  FitOptions score = small_fit(FitMethod::score);
  score.observables = {"k"};
  score.score.features = {"k"};
  for (const bool scanned : {true, false}) {
    GeneratorEvents generator;
    if (scanned) {
      generator.scanned = poisson_members(40000, 0.0, 5);
    } else {
      generator.at = [](std::span<const double> theta) { return poisson_members(40000, theta[0], 6); };
    }
    const FitResult fit = fit_parameters(data, simulation, generator, weights(), score, pool);
    const FittedParameter& p = fit.parameters[0];
    const double error = 0.5 * (p.high - p.low);
    EXPECT_TRUE(std::fabs(p.value - kTruth) <= 4.0 * error) << p.value << " ± " << error;
    // The data's own share is the bound; generator-level events and what t misses add to it.
    EXPECT_TRUE(error >= 0.019 && error <= 0.04) << error;
  }
}

TEST(MembersFit, WhatCannotBeIsRefused) {
  const Table data = poisson_members(500, kTruth, 3), simulation = poisson_members(500, kNominalRate, 4);
  ThreadPool pool(1);
  GeneratorEvents generator;
  generator.scanned = poisson_members(500, 0.0, 5);
  const auto refusal = [&](const FitOptions& options) {
    return message_of<Error>([&] { fit_parameters(data, simulation, generator, weights(), options, pool); });
  };
  FitOptions score = small_fit(FitMethod::score);
  score.observables = {"k"};
  EXPECT_NE(refusal(score).find("'features'"), std::string::npos) << refusal(score);
  score.score.features = {"nothing"};
  EXPECT_NE(refusal(score).find("nothing"), std::string::npos) << refusal(score);
  score.score.features = {"k"};
  score.members = parts();
  EXPECT_NE(refusal(score).find("no members"), std::string::npos) << refusal(score);
  FitOptions auc = small_fit(FitMethod::auc);
  EXPECT_NE(refusal(auc).find("at least one observable"), std::string::npos) << refusal(auc);
  auc.members = {"parts", {"z"}, {8}};
  EXPECT_NE(refusal(auc).find("'z'"), std::string::npos) << refusal(auc);
}

}  // namespace
}  // namespace trueup
