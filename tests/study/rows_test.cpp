// Rows: means, spreads, what is left out, and checks that can fail.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "study/error_per_event.hpp"
#include "study/rows.hpp"

namespace trueup {
namespace {

Repetition repetition(double value, bool usable = true) {
  Repetition r;
  r.estimates.push_back({"mu, detector level", value, 1.0, usable});
  return r;
}

TEST(StudyRows, MeanSpreadAndPublishedNumber) {
  const auto rows = rows_of({repetition(0.9), repetition(1.1), repetition(5.0, false), repetition(1.3)});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].unusable, 1u);
  const ResultRow row = result_row(rows[0], {{"mu, detector level", {1.0, 0.017}}});
  EXPECT_EQ(row.runs, 3u);
  EXPECT_NEAR(row.value, 1.1, 1e-12);
  EXPECT_NEAR(row.error, 0.2, 1e-12);
  EXPECT_EQ(row.published, 1.0);
  EXPECT_EQ(row.published_error, 0.017);
  EXPECT_FALSE(result_row(rows[0], {}).published.has_value());
  EXPECT_TRUE(std::isnan(result_row(rows_of({repetition(1.0)})[0], {}).error));
}

TEST(StudyRows, ASingleRunHasTheErrorThatItsMethodStates) {
  Repetition one = repetition(1.05);
  one.metrics[stated_error("mu, detector level")] = 0.02;
  EXPECT_EQ(result_row(rows_of({one})[0], {}).error, 0.02);
  EXPECT_NEAR(result_row(rows_of({one, repetition(1.15)})[0], {}).error, 0.1 / std::sqrt(2.0), 1e-12);
  // Off by 2.5 errors, then by 5.
  EXPECT_TRUE(row_checks(rows_of({one})[0], {0.01, 0.02})[1].passed);
  one.metrics[stated_error("mu, detector level")] = 0.01;
  const Check off = row_checks(rows_of({one})[0], {0.01, 0.02})[1];
  EXPECT_FALSE(off.passed);
  EXPECT_NE(off.text.find("0.0100"), std::string::npos) << off.text;
  EXPECT_EQ(row_checks(rows_of({repetition(1.5)})[0], {0.01, 0.02})[1].text.find("nan"), std::string::npos);
}

std::vector<bool> passed(const std::vector<Repetition>& repetitions, const RowLimits& limits) {
  std::vector<bool> list;
  for (const Check& check : row_checks(rows_of(repetitions)[0], limits)) list.push_back(check.passed);
  return list;
}

TEST(StudyRows, Checks) {
  std::vector<Repetition> good;
  for (const double d : {-0.02, -0.01, 0.0, 0.01, 0.02}) good.push_back(repetition(1.0 + d));
  EXPECT_EQ(passed(good, {0.01, 0.02}), (std::vector<bool>{true, true, true}));
  EXPECT_EQ(passed(good, {0.01, 0.01}), (std::vector<bool>{true, true, false}));  // spread 0.0158
  std::vector<Repetition> biased;
  for (const double d : {0.04, 0.05, 0.05, 0.05, 0.06}) biased.push_back(repetition(1.0 + d));
  EXPECT_EQ(passed(biased, {0.01, 0.02}), (std::vector<bool>{true, false, true}));
  EXPECT_EQ(passed({repetition(1.0), repetition(1.0, false)}, {0.01, 0.02}),
            (std::vector<bool>{false, true}));
  // One run, far off: without a spread only the limit counts. No usable run: nothing passes.
  EXPECT_EQ(passed({repetition(1.5)}, {0.01, 0.02}), (std::vector<bool>{true, false}));
  EXPECT_EQ(passed({repetition(std::numeric_limits<double>::quiet_NaN())}, {9.0, 9.0}),
            (std::vector<bool>{false, false}));
}

}  // namespace
}  // namespace trueup
