// MMD around the loss: golden values from PyTorch, the median rule, whole tables, and what is refused.
#include <algorithm>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

#include <trueup/error.hpp>

#include "nn/mmd_samples.hpp"

namespace trueup {
namespace {

using namespace mmd_test;
using nlohmann::json;

Sample sample_of(const json& file) {
  return {file.at("rows").get<std::vector<float>>(), file.at("weights").get<std::vector<float>>()};
}

TEST(MmdGolden, ValuesAndGradientsOfPyTorchAreReproduced) {
  std::ifstream in(std::string(TRUEUP_TEST_DATA) + "/mmd.json");
  const json file = json::parse(in);
  ThreadPool pool(2);
  ASSERT_FALSE(file.at("cases").empty());
  for (const json& golden : file.at("cases")) {
    SCOPED_TRACE(golden.at("name").get<std::string>());
    MmdOptions options;
    options.bandwidths = golden.at("bandwidths").get<std::vector<double>>();
    options.scales = golden.at("scales").get<std::vector<double>>();
    if (golden.at("estimator") == "unbiased") options.estimator = MmdEstimator::unbiased;
    const Sample target = sample_of(golden.at("target")), output = sample_of(golden.at("output"));
    const Answer want{golden.at("value"), golden.at("gradient").get<std::vector<double>>()};
    Mmd loss(options);
    std::vector<float> gradient(output.rows.size());
    const double value = loss.value_and_gradient(target.view(), output.view(), gradient, pool);
    expect_close(options, output, value, gradient, want);
    EXPECT_TRUE(std::abs(reference_answer(options, target, output).value - want.value) <= 1e-12);
  }
}

TEST(MmdGolden, MedianBandwidthsAreNumPys) {
  std::ifstream in(std::string(TRUEUP_TEST_DATA) + "/mmd.json");
  const json golden = json::parse(in).at("median");
  const auto a = golden.at("a").get<std::vector<float>>(), b = golden.at("b").get<std::vector<float>>();
  const auto want = golden.at("bandwidths").get<std::vector<double>>();
  const std::vector<double> got = median_bandwidths(a, b, want.size());
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t l = 0; l < want.size(); ++l) EXPECT_TRUE(std::abs(got[l] / want[l] - 1.0) <= 1e-12) << l;
}

TEST(MedianBandwidths, TakeAFixedSubsampleOfManyRows) {
  const Sample a = normal_sample(5000, 2, 1), b = normal_sample(4000, 2, 2);
  MedianOptions options;
  const std::vector<double> first = median_bandwidths(a.rows, b.rows, 2, options);
  EXPECT_EQ(first, median_bandwidths(a.rows, b.rows, 2, options));
  options.seed = 2;
  EXPECT_NE(first, median_bandwidths(a.rows, b.rows, 2, options));
  // Differences of standard normals are N(0, 2), whose median size is 0.6745 sqrt(2); 1000 rows know it to some percent.
  for (const double bandwidth : first) EXPECT_NEAR(bandwidth, 0.9539, 0.06);
}

TEST(MedianBandwidths, RefuseConstantColumnsAndNaN) {
  const std::vector<float> a{1.0f, 5.0f, 2.0f, 5.0f}, b{3.0f, 5.0f};
  try {
    median_bandwidths(a, b, 2);
    FAIL() << "a constant column has no bandwidth";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("column 1"), std::string::npos) << error.what();
  }
  const std::vector<float> bad{1.0f, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_THROW(median_bandwidths(bad, b, 1), DataError);
  EXPECT_THROW(median_bandwidths({}, b, 1), DataError);
  EXPECT_THROW(median_bandwidths(a, b, 3), ConfigError);
}

TEST(MmdErrors, NameWhatIsWrong) {
  ThreadPool pool(2);
  Mmd loss(options_of(2, 1.0));
  const Sample good = normal_sample(600, 2, 3);
  std::vector<float> gradient(good.rows.size());
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    Sample bad = good;
    bad.rows[2 * 517 + 1] = value;
    try {
      loss.value_and_gradient(good.view(), bad.view(), gradient, pool);
      FAIL() << value << " was taken";
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find("output: row 517, column 1"), std::string::npos)
          << error.what();
    }
    Sample weighted = good;
    weighted.weights.assign(600, 1.0f);
    weighted.weights[3] = value;
    EXPECT_THROW(loss.value(weighted.view(), good.view(), pool), DataError);
  }
  Sample negative = good;
  negative.weights.assign(600, -1.0f);
  EXPECT_THROW(loss.value(good.view(), negative.view(), pool), DataError);
  EXPECT_THROW(loss.value({}, good.view(), pool), DataError);
}

TEST(MmdErrors, RefuseOptionsAndLengthsThatDisagree) {
  ThreadPool pool(1);
  EXPECT_THROW(Mmd(MmdOptions{}), ConfigError);
  EXPECT_THROW(Mmd(MmdOptions{.bandwidths = {1.0, 0.0}}), ConfigError);
  EXPECT_THROW(Mmd(MmdOptions{.bandwidths = {1.0}, .scales = {}}), ConfigError);
  EXPECT_THROW(Mmd(MmdOptions{.bandwidths = {std::nan("")}}), ConfigError);
  Mmd loss(options_of(2, 1.0));
  const Sample good = normal_sample(10, 2, 4);
  const std::vector<float> odd(19), weights(9, 1.0f);
  std::vector<float> gradient(19);
  EXPECT_THROW(loss.value({odd}, good.view(), pool), ConfigError);
  EXPECT_THROW(loss.value({good.rows, weights}, good.view(), pool), ConfigError);
  EXPECT_THROW(loss.value_and_gradient(good.view(), good.view(), gradient, pool), ConfigError);
}

TEST(MmdOfTables, GivesValueAndSpreadOfSubsamples) {
  ThreadPool pool(2);
  Sample a = normal_sample(3000, 2, 5), b = normal_sample(2500, 2, 6, 0.4);
  add_weights(b, 2, 0.05);
  const MmdOptions options = options_of(2, 1.0, MmdEstimator::unbiased);
  const MmdSubsamples subsamples{20, 500, 3};
  const MmdResult result = mmd(a.view(), b.view(), options, pool, subsamples);
  EXPECT_EQ(result.value, Mmd(options).value(a.view(), b.view(), pool));
  ASSERT_EQ(result.subsamples.size(), 20u);
  EXPECT_EQ(result.subsamples, mmd(a.view(), b.view(), options, pool, subsamples).subsamples);
  EXPECT_GT(result.spread, 0.0);
  EXPECT_LT(std::abs(result.mean - result.value), 4.0 * result.spread / std::sqrt(20.0) + 1e-3);
  EXPECT_TRUE(mmd(a.view(), b.view(), options, pool).subsamples.empty());
}

}  // namespace
}  // namespace trueup
