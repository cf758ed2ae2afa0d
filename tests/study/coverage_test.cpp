// The coverage study: what its checks let pass, and a small run.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include <trueup/random.hpp>

#include "study/coverage_summary.hpp"
#include "study/study.hpp"
#include "study_files.hpp"

namespace trueup {
namespace {

std::size_t failures(const RowValues& row) {
  std::size_t failed = 0;
  for (const Check& check : coverage_checks(row)) failed += check.passed ? 0 : 1;
  return failed;
}

RowValues coverage_of(std::size_t inside, std::size_t toys) {
  RowValues row{coverage_row("score", 1000, false), std::vector<double>(toys, 0.0), {}, 0};
  for (std::size_t i = 0; i < inside; ++i) row.values[i] = 1.0;
  return row;
}

TEST(Coverage, BandIsBinomial) {
  // 400 toys: 0.6827 ± 0.0466, that is 255 to 291.
  EXPECT_EQ(failures(coverage_of(273, 400)), 0u);
  EXPECT_EQ(failures(coverage_of(256, 400)), 0u);
  EXPECT_EQ(failures(coverage_of(253, 400)), 1u);
  EXPECT_EQ(failures(coverage_of(293, 400)), 1u);
  RowValues without_answer = coverage_of(273, 400);
  without_answer.unusable = 40;  // they hold nothing: 273 of 440
  EXPECT_EQ(failures(without_answer), 1u);
}

TEST(Coverage, PullsMustBeStandardNormal) {
  const auto pulls = [](double shift, double width) {
    RandomStream stream(4, "coverage test");
    RowValues row{pull_row("score", 1000, true), {}, {}, 0};
    for (int i = 0; i < 2000; ++i) row.values.push_back(shift + width * stream.normal());
    return row;
  };
  EXPECT_EQ(failures(pulls(0.0, 1.0)), 0u);
  EXPECT_EQ(failures(pulls(0.3, 1.0)), 1u);
  EXPECT_EQ(failures(pulls(0.0, 1.15)), 1u);
  EXPECT_EQ(failures(pulls(0.0, 0.85)), 1u);
  EXPECT_EQ(failures(pulls(std::nan(""), 1.0)), 2u);
}

TEST(Coverage, WrongInputs) {
  EXPECT_EQ(failures({kNoticedRow, {1, 1, 1, 1, 1}, {}, 0}), 0u);
  EXPECT_EQ(failures({kNoticedRow, {1, 1, 1, 0, 1}, {}, 0}), 1u);
  EXPECT_EQ(failures({spoiled_row("score"), {0.001, 0.002, 0.0, -0.001}, {}, 0}), 0u);
  EXPECT_EQ(failures({spoiled_row("score"), {0.021, 0.022, 0.020, 0.021}, {}, 0}), 1u);
  EXPECT_EQ(failures({kSpoiledPlainRow, {0.021, 0.022, 0.020, 0.021}, {}, 0}), 0u);  // shown, not judged
}

const std::string kCoverage = R"(
title = "a small study"
source = "nowhere"
kind = "coverage"
card = "cards/gaussian.toml"
observables = ["det_x"]
repetitions = 1
toys = 2
sizes = [4000]
wrong_detector = ["gaussian.noise=1.0"]
spoiled_weights = true
[parameters.mu]
setting = "mean"
nominal = 0.0
range = [-1.0, 1.0]
truth = 0.4
[events]
data = 8000
simulation = 10000
scanned = 10000
generator = 40000
[reweight]
features = ["gen_x"]
[reweight.network]
hidden = [16]
[reweight.training]
batch_size = 200
max_epochs = 8
learning_rate = 5e-3
[score.network]
hidden = [16]
[score.training]
batch_size = 100
max_epochs = 3
learning_rate = 5e-3
[scales.quick]
[scales.desk]
[scales.paper]
)";

TEST(Coverage, ARepetitionHasEveryRowAndTheSameBits) {
  const study_tests::StudyFolder folder(kCoverage);
  const auto study = load_study(folder.small(), "quick");
  std::vector<Repetition> found;
  for (const int threads : {1, 2}) {
    ThreadPool pool(threads);
    found.push_back(study->repeat({0, 7, pool, silent_monitor()}));
  }
  std::vector<std::string> names;
  for (const RowValues& row : rows_of(found)) names.push_back(row.name);
  const std::vector<std::string> expected{"coverage, score, N=4000",
                                          "pull, score, N=4000",
                                          "coverage, score, N=4000, all retrained",
                                          "pull, score, N=4000, all retrained",
                                          kNoticedRow,
                                          "wrong detector, largest pull of a moment",
                                          spoiled_row("score"),
                                          kSpoiledPlainRow};
  EXPECT_EQ(names, expected);
  ASSERT_EQ(found[0].estimates.size(), found[1].estimates.size());
  for (std::size_t i = 0; i < found[0].estimates.size(); ++i) {
    EXPECT_EQ(found[0].estimates[i].value, found[1].estimates[i].value) << found[0].estimates[i].row;
    EXPECT_TRUE(found[0].estimates[i].usable) << found[0].estimates[i].row;
  }
  const auto noticed = rows_of(found)[4];
  EXPECT_EQ(noticed.values, std::vector<double>(2, 1.0));                // twice the noise
  EXPECT_EQ(study->summarise(found).figures.front().panels.size(), 2u);  // of all toys, and of the first ones
}

TEST(Coverage, OfMethodLikelihood) {
  const study_tests::StudyFolder folder(kCoverage);
  const auto study = load_study(
      folder.small(), "quick", {"method=likelihood", "toys=1", "wrong_detector=[]", "spoiled_weights=false"});
  ThreadPool pool(2);
  const Repetition found = study->repeat({0, 7, pool, silent_monitor()});
  ASSERT_EQ(found.estimates.size(), 4u);
  EXPECT_EQ(found.estimates[0].row, "coverage, likelihood, N=4000");
  EXPECT_EQ(found.estimates[1].row, "pull, likelihood, N=4000");
  EXPECT_TRUE(std::isfinite(found.estimates[1].value));
}

}  // namespace
}  // namespace trueup
