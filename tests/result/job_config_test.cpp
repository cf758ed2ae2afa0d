// Configurations of reweight and fit: the resolved text is the same job, and mistakes are named.
#include <gtest/gtest.h>

#include <core/temp_dir.hpp>
#include <result/fit_config.hpp>
#include <result/reweight_config.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using testing_support::message_of;

const std::string kReweight = R"(
[nominal]
table = "n \"1\".h5"
theta = { alphas = 0.1365, "m u" = 1 }
[scanned]
table = "s.h5"
[reweight]
features = ["x", "y"]
parameters = ["alphas"]
[reweight.training]
schedule = "cosine"
learning_rate = 1e-4
)";

const std::string kFit = R"(
[data]
table = "d.h5"
truth = { mu = 0.3 }
[simulation]
table = "n.h5"
[reweight]
models = ["a.onnx", "b.onnx"]
[fit]
observables = ["det_x"]
minimiser = "bobyqa"
)";

FitJob fit_job(const std::string& text, const std::vector<std::string>& overrides = {}) {
  ConfigTable root = ConfigTable::from_string(text, "fit.toml", overrides);
  return read_fit_job(root);
}

ReweightJob reweight_job(const std::string& text, const std::vector<std::string>& overrides = {}) {
  ConfigTable root = ConfigTable::from_string(text, "w.toml", overrides);
  return read_reweight_job(root);
}

std::string complaint(const std::vector<std::string>& overrides) {
  return message_of<ConfigError>([&] { fit_job(kFit, overrides); });
}

TEST(ReweightConfig, ResolvedTextIsTheSameJob) {
  const ReweightJob job = reweight_job(kReweight, {"reweight.network.hidden=[7]"});
  EXPECT_EQ(job.nominal_table, "n \"1\".h5");
  EXPECT_EQ(job.nominal_theta.at("m u"), 1.0);
  EXPECT_EQ(job.reweight.options.hidden, std::vector<std::size_t>{7});
  EXPECT_EQ(job.reweight.options.training.adam.learning_rate, 1e-4);
  const std::string text = to_toml(job, "first line");
  EXPECT_EQ(to_toml(reweight_job(text), "first line"), text);
  EXPECT_TRUE(text.starts_with("# first line\n"));
}

TEST(FitConfig, ResolvedTextIsTheSameJob) {
  const FitJob job = fit_job(kFit);
  EXPECT_FALSE(job.reweight.has_value());
  EXPECT_EQ(job.fit.minimiser, Minimiser::bobyqa);
  const std::string text = to_toml(job, "x");
  EXPECT_EQ(to_toml(fit_job(text), "x"), text);
}

TEST(FitConfig, MistakesAreNamed) {
  EXPECT_NE(complaint({"fit.repetitons=3"}).find("did you mean 'fit.repetitions'"), std::string::npos);
  EXPECT_NE(complaint({"fit.method=score"}).find("not in version"), std::string::npos);
  EXPECT_NE(complaint({"fit.method=auk"}).find("'auc'"), std::string::npos);
  EXPECT_NE(complaint({"fit.observables=[\"y\", \"y\"]"}).find("names 'y' twice"), std::string::npos);
  EXPECT_NE(complaint({"fit.repetitions=1"}).find("at least 2"), std::string::npos);
  EXPECT_NE(complaint({"fit.minimiser=simplex"}).find("'praxis'"), std::string::npos);
  EXPECT_NE(complaint({"fit.observables=[]"}).find("no column"), std::string::npos);
  EXPECT_NE(complaint({"fit.network.hidden=[0]"}).find("width"), std::string::npos);
  EXPECT_NE(complaint({"reweight.features=[\"x\"]"}).find("remove one"), std::string::npos);
  EXPECT_NE(complaint({"fit.train_fraction=1.5"}).find("between"), std::string::npos);
}

TEST(ReweightConfig, AParameterIsNoFeature) {
  EXPECT_THROW(reweight_job(kReweight, {"reweight.parameters=[\"x\"]"}), ConfigError);
  EXPECT_THROW(reweight_job(kReweight, {"reweight.features=[\"x\",\"x\"]"}), ConfigError);
}

}  // namespace
}  // namespace trueup
