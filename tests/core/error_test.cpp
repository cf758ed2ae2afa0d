// Nearest names and the wording of lists.
#include <gtest/gtest.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

TEST(NearestName, FindsSlipsOfTheKeyboard) {
  const std::vector<std::string> names = {"learning_rate", "batch_size", "epochs", "seed"};
  EXPECT_EQ(nearest_name("learnig_rate", names), "learning_rate");
  EXPECT_EQ(nearest_name("epcohs", names), "epochs");
  EXPECT_EQ(nearest_name("Seed", names), "seed");
  EXPECT_EQ(nearest_name("batchsize", names), "batch_size");
}

TEST(NearestName, SaysNothingRatherThanNonsense) {
  const std::vector<std::string> names = {"x", "pt", "learning_rate"};
  EXPECT_EQ(nearest_name("zebra", names), "");
  EXPECT_EQ(nearest_name("y", names), "");
  EXPECT_EQ(nearest_name("anything", {}), "");
  EXPECT_EQ(nearest_name("", names), "");
}

TEST(NearestName, PrefersTheNearest) {
  EXPECT_EQ(nearest_name("jet_pt", {"jet_eta", "jets_pt", "jet_pz"}), "jets_pt");
}

TEST(DidYouMean, IsATailForMessages) {
  EXPECT_EQ(did_you_mean("epoch", {"epochs"}), "; did you mean 'epochs'?");
  EXPECT_EQ(did_you_mean("qqqqq", {"epochs"}), "");
}

TEST(QuotedList, CutsLongLists) {
  EXPECT_EQ(quoted_list({}), "");
  EXPECT_EQ(quoted_list({"a", "b"}), "'a', 'b'");
  EXPECT_EQ(quoted_list({"a", "b", "c"}, 2), "'a', 'b', and 1 more");
}

TEST(Error, CarriesItsExitCode) {
  EXPECT_EQ(ConfigError("").exit_code(), 2);
  EXPECT_EQ(DataError("").exit_code(), 3);
  EXPECT_EQ(EnvironmentError("").exit_code(), 4);
  EXPECT_EQ(Interrupted("").exit_code(), 130);
}

}  // namespace
}  // namespace trueup
