// result.json: what is written reads back, other documents are refused.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>
#include <trueup/result.hpp>

namespace trueup {
namespace {

using testing_support::message_of;

Result example() {
  Result result;
  result.command = "fit";
  result.seed = 18'446'744'073'709'551'615ULL;  // does not fit a double
  result.threads = 2;
  result.wall_s = 12.5;
  result.inputs = {{"data.h5", "ab12", 100}};
  result.method = "auc";
  result.parameters = {{"alphas", 0.1503, 0.149, 0.1516, "", 0.15},
                       {"mass", 172.5, 172.0, 173.0, "GeV", std::nullopt}};
  result.metrics = {{"auc", 0.501}};
  result.rows = {{"mu, detector level", 1.0, 0.017, 1.0004, 0.0012, 20},
                 {"other", std::nullopt, std::nullopt, 2, 1, 3}};
  result.artifacts = {{"model", "model.onnx"}};
  result.checks = {{"mean weight", 1.01, "1 within 2 %", true, "Fine."}};
  result.notes = {"a note"};
  return result;
}

TEST(ResultJson, ReadsBackWhatItWrote) {
  const std::string text = to_json(example());
  const Result back = result_from_json(text, "result.json");
  EXPECT_EQ(to_json(back), text);
  EXPECT_EQ(back.seed, example().seed);
  ASSERT_EQ(back.parameters.size(), 2U);
  EXPECT_EQ(back.parameters[0].name, "alphas");
  EXPECT_EQ(back.parameters[0].truth, 0.15);
  EXPECT_FALSE(back.parameters[1].truth.has_value());
  EXPECT_FALSE(back.rows[1].published.has_value());
}

TEST(ResultJson, LeavesTruthOutWhenUnknown) {
  Result result = example();
  result.parameters[0].truth.reset();
  EXPECT_EQ(to_json(result).find("truth"), std::string::npos);
}

TEST(ResultJson, NumbersThatAreNotFiniteBecomeNull) {
  Result result = example();
  result.metrics["bad"] = std::numeric_limits<double>::infinity();
  const Result back = result_from_json(to_json(result), "x");
  EXPECT_TRUE(std::isnan(back.metrics.at("bad")));
}

TEST(ResultJson, RefusesOtherDocuments) {
  EXPECT_NE(message_of<DataError>([] { result_from_json("{", "r.json"); }).find("r.json"), std::string::npos);
  EXPECT_NE(message_of<DataError>([] { result_from_json("{\"schema\": \"other/1\"}", "r"); }).find("other/1"),
            std::string::npos);
  EXPECT_THROW(result_from_json("[]", "r"), DataError);
}

TEST(Result, FailsWithOneFailedCheck) {
  Result result = example();
  EXPECT_TRUE(result.passed());
  result.checks.push_back({"x", 0, "", false, ""});
  EXPECT_FALSE(result.passed());
}

}  // namespace
}  // namespace trueup
