// Pairs of rows: matching by key, and telling rows that are no pairs.
#include <gtest/gtest.h>

#include <functional>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>
#include <trueup/pairs.hpp>

#include "refine_samples.hpp"

namespace trueup {
namespace {

using refine_tests::paired_samples;
using testing_support::message_of;

TEST(MatchPairs, FindsPartnersInAnyOrder) {
  const auto [fast, full] = paired_samples(1000);
  RandomStream stream(1, "order");
  const Table some_fast = fast.shuffle(stream).slice(0, 900), some_full = full.shuffle(stream).slice(0, 800);
  const MatchedPairs pairs = match_pairs(some_fast, some_full, {"event"});
  EXPECT_EQ(pairs.report.matched, pairs.fast.rows());
  EXPECT_EQ(pairs.report.matched + pairs.report.fast_alone, 900u);
  EXPECT_EQ(pairs.report.matched + pairs.report.full_alone, 800u);
  EXPECT_GE(pairs.report.matched, 700u);
  for (std::size_t r = 0; r < pairs.fast.rows(); ++r) {
    ASSERT_EQ(pairs.fast.values("event")[r], pairs.full.values("event")[r]);
    ASSERT_EQ(pairs.fast.values("gen")[r], pairs.full.values("gen")[r]);
  }
  EXPECT_NO_THROW(require_pairs(pairs.fast, pairs.full, {"gen"}, {"x"}));
}

TEST(MatchPairs, SeveralColumnsMakeAKey) {
  Table a, b;
  a.add_column("run", {1, 1, 2, 2});
  a.add_column("event", {1, 2, 1, 2});
  b.add_column("run", {2, 1, 3});
  b.add_column("event", {1, 2, 1});
  const MatchedPairs pairs = match_pairs(a, b, {"run", "event"});
  ASSERT_EQ(pairs.report.matched, 2u);
  EXPECT_EQ(pairs.fast.values("run")[0], 1.0f);
  EXPECT_EQ(pairs.full.values("run")[1], 2.0f);
  EXPECT_EQ(pairs.report.full_alone, 1u);
  EXPECT_NE(
      message_of<Error>([&] { match_pairs(a, b, {"run"}); }).find("rows 0 and 1 have the same key (run)"),
      std::string::npos);
}

TEST(MatchPairs, NothingInCommonIsAnError) {
  Table a, b;
  a.add_column("event", {1, 2});
  b.add_column("event", {3, 4});
  EXPECT_NE(message_of<Error>([&] { match_pairs(a, b, {"event"}); }).find("both of the same events"),
            std::string::npos);
  EXPECT_THROW(match_pairs(a, b, {"nothing"}), DataError);
}

TEST(RequirePairs, CorrelationTellsWhereNothingIsShared) {
  const auto [fast, full] = paired_samples(500);
  EXPECT_NO_THROW(require_pairs(fast, full, {}, {"x"}));
  RandomStream stream(1, "order");
  EXPECT_NE(message_of<Error>([&, f = &fast, t = full.shuffle(stream)] {
              require_pairs(*f, t, {}, {"x"});
            }).find("no refined"),
            std::string::npos);
}

}  // namespace
}  // namespace trueup
