// Refiners: what each schedule learns, the same bits however it is run, weights, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include <core/temp_dir.hpp>
#include <nn/stopper.hpp>
#include <trueup/agreement.hpp>
#include <trueup/error.hpp>

#include "refine_samples.hpp"

namespace trueup {
namespace {

using refine_tests::paired_samples;
using refine_tests::quick_options;
using refine_tests::Samples;
using testing_support::message_of;
using testing_support::Stopper;
using testing_support::TempDir;

AgreementOptions judging(bool pairs) {
  AgreementOptions options;
  options.columns = {{.name = "x"}};
  options.hidden = {{.name = "gen"}};
  options.bandwidths = {1.0, 1.0};
  options.pairs = pairs;
  return options;
}

bool same_parameters(const RefinerModel& a, const RefinerModel& b) {
  return std::ranges::equal(a.network.parameters(), b.network.parameters());
}

struct Judged {
  Agreement before;
  Agreement after;
};

Judged judge(const RefinerModel& model) {
  ThreadPool pool(2);
  const Samples test = paired_samples(8192, 99);
  return {agreement(test.fast, test.full, judging(true), pool),
          agreement(refine_table(model, test.fast, pool), test.full, judging(true), pool)};
}

TEST(Refiner, TwoStagesBringFastToFull) {
  ThreadPool pool(2);
  const Samples train = paired_samples(10000);
  const RefineOptions options = quick_options(RefineSchedule::two_stage, 10);
  const RefinerModel model = train_refiner(train.fast, train.full, Pairing::rows, options, pool);
  EXPECT_EQ(model.stages.size(), 2u);
  EXPECT_EQ(model.refined[0].unit, "GeV");
  const Judged found = judge(model);
  EXPECT_LT(found.after.omniscient_biased.value, 0.1 * found.before.omniscient_biased.value);
  EXPECT_LT(found.after.mmd_biased.value, 0.1 * found.before.mmd_biased.value);
  EXPECT_LT(found.after.mse->value, 0.5 * found.before.mse->value);
  EXPECT_LT(found.after.chi2_per_ndof(), 0.5 * found.before.chi2_per_ndof());
}

/// Regression to the mean: the best pair by pair, and too narrow.
TEST(Refiner, MseAloneIsNarrow) {
  ThreadPool pool(2);
  const Samples train = paired_samples(10000);
  const auto refined = [&](RefineSchedule schedule) {
    return judge(train_refiner(train.fast, train.full, Pairing::rows, quick_options(schedule, 10), pool))
        .after;
  };
  const Agreement mse = refined(RefineSchedule::mse), both = refined(RefineSchedule::two_stage);
  EXPECT_LT(mse.mse->value, both.mse->value);
  EXPECT_GT(mse.mmd_unbiased.value, both.mmd_unbiased.value);
}

TEST(Refiner, MmdNeedsNoPairsNorEqualSizes) {
  ThreadPool pool(2);
  Samples train = paired_samples(10000);
  RandomStream stream(5, "order");
  train.full = train.full.shuffle(stream).slice(0, 7000);
  const RefinerModel model =
      train_refiner(train.fast, train.full, Pairing::none, quick_options(RefineSchedule::mmd, 12), pool);
  const Judged found = judge(model);
  EXPECT_LT(found.after.mmd_biased.value, 0.15 * found.before.mmd_biased.value);
  // Conditions stand beside the refined column: its correlation with them comes with it.
  EXPECT_LT(found.after.omniscient_biased.value, 0.15 * found.before.omniscient_biased.value);
}

TEST(Refiner, WhatNeedsPairsRefusesRowsThatAreNone) {
  ThreadPool pool(1);
  Samples train = paired_samples(2000);
  RandomStream stream(5, "order");
  const Table shuffled = train.full.shuffle(stream);
  const auto refused = [&](const Table& full, Pairing pairing, const RefineOptions& options) {
    return message_of<Error>([&] { train_refiner(train.fast, full, pairing, options, pool); });
  };
  RefineOptions options = quick_options(RefineSchedule::two_stage);
  EXPECT_NE(refused(shuffled, Pairing::rows, options).find("'gen' is "), std::string::npos);
  EXPECT_NE(refused(shuffled, Pairing::none, options).find("'two-stage' compares each fast event"),
            std::string::npos);
  EXPECT_NE(refused(shuffled.slice(0, 1999), Pairing::rows, options).find("2000 rows, the full one 1999"),
            std::string::npos);
  options.conditions.clear();
  EXPECT_NE(refused(shuffled, Pairing::rows, options).find("no refined column is correlated"),
            std::string::npos);
  options.schedule = RefineSchedule::mse;
  EXPECT_NE(refused(shuffled, Pairing::rows, options).find("schedule 'mmd', which needs no pairs"),
            std::string::npos);
}

TEST(Refiner, SameBitsForAnyNumberOfThreads) {
  const Samples train = paired_samples(3000);
  for (const RefineSchedule schedule :
       {RefineSchedule::two_stage, RefineSchedule::mmd, RefineSchedule::mse}) {
    ThreadPool one(1), three(3);
    const RefineOptions options = quick_options(schedule, 2);
    const RefinerModel a = train_refiner(train.fast, train.full, Pairing::rows, options, one);
    const RefinerModel b = train_refiner(train.fast, train.full, Pairing::rows, options, three);
    EXPECT_TRUE(same_parameters(a, b)) << to_string(schedule);
    RefineOptions other = options;
    other.seed = 2;
    EXPECT_FALSE(same_parameters(a, train_refiner(train.fast, train.full, Pairing::rows, other, one)));
  }
}

TEST(Refiner, AnInterruptedTrainingGoesOnWithTheSameBits) {
  const TempDir folder;
  const Samples train = paired_samples(3000);
  ThreadPool pool(2);
  RefineOptions options = quick_options(RefineSchedule::two_stage, 3);
  const RefinerModel whole = train_refiner(train.fast, train.full, Pairing::rows, options, pool);
  options.first.checkpoint.path = folder.path() / "first";
  options.training.checkpoint.path = folder.path() / "second";
  // Of some 30 batches in two stages: in the first stage, and in the second.
  for (const std::size_t at : {5, 16}) {
    Stopper stopper(at);
    EXPECT_THROW(train_refiner(train.fast, train.full, Pairing::rows, options, pool, stopper), Interrupted)
        << at;
  }
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "second"));
  const RefinerModel resumed = train_refiner(train.fast, train.full, Pairing::rows, options, pool);
  EXPECT_TRUE(same_parameters(whole, resumed));
  EXPECT_EQ(resumed.stages[0].epochs.size(), whole.stages[0].epochs.size());
}

/// Full rows of weight 0 do not exist for the MMD: with them, the target is another distribution.
TEST(Refiner, WeightsOfTheFullTableCount) {
  ThreadPool pool(2);
  Samples train = paired_samples(8000);
  std::vector<float> weights;
  for (const float g : train.full.values("gen")) weights.push_back(g > 0.0f ? 1.0f : 0.0f);
  train.full.set_weights(weights);
  RefineOptions options = quick_options(RefineSchedule::mmd, 20);
  options.conditions.clear();
  const RefinerModel model = train_refiner(train.fast, train.full, Pairing::none, options, pool);
  const Table refined = refine_table(model, train.fast, pool);
  const auto mean = [](std::span<const float> values) {
    double sum = 0.0;
    for (const float v : values) sum += static_cast<double>(v);
    return sum / static_cast<double>(values.size());
  };
  EXPECT_NEAR(mean(train.fast.values("x")), 0.5, 0.05);
  EXPECT_NEAR(mean(refined.values("x")), std::sqrt(2.0 / M_PI), 0.1);  // of |N(0,1)|
}

TEST(Refiner, NegativeWeightsOnlyWithMmd) {
  ThreadPool pool(1);
  Samples train = paired_samples(2000);
  std::vector<float> weights(2000, 1.0f);
  weights[7] = -0.5f;
  train.fast.set_weights(weights);
  EXPECT_NE(message_of<Error>([&] {
              train_refiner(train.fast, train.full, Pairing::rows, quick_options(RefineSchedule::two_stage),
                            pool);
            }).find("the weight -0.5 in row 7"),
            std::string::npos);
  EXPECT_NO_THROW(
      train_refiner(train.fast, train.full, Pairing::rows, quick_options(RefineSchedule::mmd, 1), pool));
}

/// A momentum off by a factor, a fraction between bounds, a count that is one too high: each in the transform that suits it.
TEST(Refiner, LearnsThroughTransformsBoundsAndIntegers) {
  RandomStream stream(8, "transforms");
  constexpr std::size_t kRows = 8000;
  std::vector<std::vector<float>> fast(3), full(3);
  for (std::size_t r = 0; r < kRows; ++r) {
    const double pt = std::exp(2.0 + 0.8 * stream.normal()), z = stream.normal();
    const auto count = static_cast<float>(5 + stream.below(10));
    const auto logistic = [](double t) { return static_cast<float>(1.0 / (1.0 + std::exp(-t))); };
    full[0].push_back(static_cast<float>(pt)), fast[0].push_back(static_cast<float>(1.3 * pt));
    full[1].push_back(logistic(z)), fast[1].push_back(logistic(z - 0.5));
    full[2].push_back(count), fast[2].push_back(count + 1.0f);
  }
  const auto table = [](const std::vector<std::vector<float>>& columns) {
    Table t;
    t.add_column("pt", columns[0], "GeV"), t.add_column("fraction", columns[1]),
        t.add_column("count", columns[2]);
    return t;
  };
  RefineOptions options = quick_options(RefineSchedule::two_stage, 12);
  options.columns = {{.name = "pt", .transform = ColumnTransform::log, .low = 0.0f},
                     {.name = "fraction", .transform = ColumnTransform::logit, .low = 0.0f, .high = 1.0f},
                     {.name = "count", .low = 0.0f, .integer = true}};
  options.conditions.clear();
  ThreadPool pool(2);
  const Table before = table(fast), target = table(full);
  const RefinerModel model = train_refiner(before, target, Pairing::rows, options, pool);
  const Table after = refine_table(model, before, pool);
  const auto distance = [&](const Table& t, const char* name) {
    double sum = 0.0;
    for (std::size_t r = 0; r < kRows; ++r) {
      const double a = t.values(name)[r], b = target.values(name)[r];
      sum += std::fabs(std::string(name) == "pt" ? std::log(a / b) : a - b);
    }
    return sum / static_cast<double>(kRows);
  };
  for (const char* name : {"pt", "fraction", "count"})
    EXPECT_LT(distance(after, name), 0.3 * distance(before, name)) << name;
  for (const float f : after.values("fraction")) ASSERT_TRUE(f > 0.0f && f < 1.0f);
  for (const float c : after.values("count")) ASSERT_EQ(c, std::nearbyint(c));
}

TEST(Refiner, OptionsThatContradictAreRefused) {
  ThreadPool pool(1);
  const Samples train = paired_samples(100);
  const auto refused = [&](const std::function<void(RefineOptions&)>& change) {
    RefineOptions options = quick_options(RefineSchedule::mmd);
    change(options);
    return message_of<Error>([&] { train_refiner(train.fast, train.full, Pairing::rows, options, pool); });
  };
  EXPECT_NE(refused([](auto& o) { o.columns.clear(); }).find("no column is to be refined"),
            std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.conditions[0].name = "x"; }).find("'x' is named twice"),
            std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.kernel.bandwidths = {1.0}; }).find("1 bandwidths are given for 2"),
            std::string::npos);
  EXPECT_NE(
      refused([](auto& o) { o.columns[0].transform = ColumnTransform::log; }).find("without a lower bound"),
      std::string::npos);
  EXPECT_NE(refused([](auto& o) {
              o.columns[0].transform = ColumnTransform::log, o.columns[0].low = 0.0f;
            }).find("must be above 0"),
            std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.columns[0].name = "y"; }).find("'y'"), std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.train_fraction = 0.999; }).find("too few"), std::string::npos);
}

}  // namespace
}  // namespace trueup
