// The numbers that the report draws: shapes that add up, and weights that fix a shifted column.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>
#include <result/plots.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

Column gaussian(const std::string& name, double mean, std::uint64_t seed) {
  RandomStream stream(seed, "plots test");
  Column column{name, "GeV", std::vector<float>(20'000)};
  for (float& x : column.values) x = static_cast<float>(mean + stream.normal());
  return column;
}

TEST(Plots, DistributionBeforeAndAfterReweighting) {
  const Column target = gaussian("pt", 0.3, 1), nominal = gaussian("pt", 0.0, 2);
  std::vector<float> weights;
  for (const float x : nominal.values) weights.push_back(std::exp(0.3f * x - 0.045f));
  const DistributionPlot plot =
      distribution_plot({target, {}, "data", nominal, {}, weights}, "detector", "title", {{"mu", 0.3}});
  ASSERT_EQ(plot.samples.size(), 3U);
  for (const PlotSample& sample : plot.samples) {
    EXPECT_NEAR(std::accumulate(sample.sums.begin(), sample.sums.end(), 0.0), 1.0, 1e-9);
    EXPECT_EQ(sample.sums.size() + 1, plot.edges.size());
  }
  EXPECT_GT(plot.chi2_nominal, 5.0);
  EXPECT_LT(plot.chi2_reweighted, 2.0);  // 40 bins: spread of chi2/ndof about 0.22
}

TEST(Plots, WeightsThatAreNotPositiveAreCounted) {
  const std::vector<float> weights{0.1f, 1.0f, 10.0f, 0.0f, -1.0f};
  const WeightPlot plot = weight_plot(weights, "w");
  EXPECT_EQ(std::accumulate(plot.counts.begin(), plot.counts.end(), 0.0), 3.0);
  EXPECT_EQ(plot.label, "w (2 not positive)");
  EXPECT_NEAR(plot.edges_log10.front(), -1.0, 1e-6);
}

TEST(Plots, JsonHasTheSchemaAndNoNaN) {
  Plots plots;
  FitResult fit;
  fit.parameters = {{"mu", "", 0.3, 0.2, std::nan("")}};
  fit.repetitions = {{0.3}};
  fit.scan = {{{0.1}, 0.6, 0.01, 100.0, 0, true}};
  fit.scan.front().objective = 0.02;
  fit.curves = {{0.5, 1.0, 0.3, 0.1, -0.25, 0}};
  plots.scans.push_back({FitMethod::loss, Minimiser::gradient, true, fit, 0, 0.25});
  const auto json = nlohmann::json::parse(to_json(plots));
  EXPECT_EQ(json.at("schema"), "trueup.plots/1");
  for (const char* key : {"distributions", "learning_curves", "scans", "closure", "weights"})
    EXPECT_TRUE(json.contains(key));
  EXPECT_EQ(json["scans"][0]["points"][0]["theta"], 0.1);
  EXPECT_EQ(json["scans"][0]["method"], "loss");
  EXPECT_EQ(json["scans"][0]["minimiser"], "gradient");
  EXPECT_EQ(json["scans"][0]["corrected"], true);
  EXPECT_EQ(json["scans"][0]["points"][0]["objective"], 0.02);
  EXPECT_EQ(json["scans"][0]["truth"], 0.25);
  EXPECT_EQ(json["scans"][0]["curves"][0]["asymmetry"], -0.25);
  EXPECT_TRUE(json["scans"][0]["high"].is_null());
}

}  // namespace
}  // namespace trueup
