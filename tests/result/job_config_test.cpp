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

TEST(FitConfig, ColumnsComeFromWhereTheSectionsSay) {
  const FitJob job = fit_job(
      kFit, {"simulation.columns.det_met=\"MissingET.MET[0]\"", "simulation.columns.det_pt=\"Jet.PT[0]\"",
             "simulation.missing.det_pt=-1", "data.missing.\"Jet.PT[1]\"=0"});
  EXPECT_EQ(job.simulation_columns.at("det_met").from, "MissingET.MET[0]");
  EXPECT_FALSE(job.simulation_columns.at("det_met").missing);
  EXPECT_EQ(job.simulation_columns.at("det_pt").missing, -1.0F);
  EXPECT_EQ(job.data_columns.at("Jet.PT[1]").from, "Jet.PT[1]");
  const std::string text = to_toml(job, "");
  const FitJob again = fit_job(text);
  EXPECT_EQ(to_toml(again, ""), text);
  EXPECT_EQ(again.simulation_columns.at("det_pt").from, "Jet.PT[0]");
  EXPECT_EQ(again.data_columns.at("Jet.PT[1]").missing, 0.0F);
  EXPECT_NE(complaint({"simulation.columns.det_met=1"}).find("simulation.columns.det_met"),
            std::string::npos);
  EXPECT_NE(complaint({"simulation.missing.det_met=\"x\""}).find("simulation.missing.det_met"),
            std::string::npos);
}

TEST(FitConfig, GeneratorEventsMayHaveASectionWithNamesOfTheirOwn) {
  const std::vector<std::string> score{"fit.method=\"score\"", "generator.table=\"g.root\"",
                                       "generator.columns.gen_met=\"GenMissingET.MET\""};
  std::string text = kFit;
  text.replace(text.find("minimiser = \"bobyqa\""), 20, "");
  const FitJob job = fit_job(text, score);
  EXPECT_EQ(job.generator_table, "g.root");
  EXPECT_EQ(job.generator_columns.at("gen_met").from, "GenMissingET.MET");
  const FitJob again = fit_job(to_toml(job, ""));
  EXPECT_EQ(to_toml(again, ""), to_toml(job, ""));
  EXPECT_EQ(again.generator_columns.at("gen_met").from, "GenMissingET.MET");
  const auto refused = [&](const std::string& added) {
    std::vector<std::string> overrides = score;
    overrides.push_back(added);
    return message_of<ConfigError>([&] { fit_job(text, overrides); });
  };
  EXPECT_NE(refused("fit.generator=\"other.h5\"").find("fit.generator"), std::string::npos);
  EXPECT_NE(refused("fit.moment=\"plain\"").find("generator"), std::string::npos);
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

const std::string kOneTarget = R"(
[nominal]
table = "fast.h5"
[target]
table = "full.h5"
[reweight]
features = ["x", "y"]
)";

TEST(ReweightConfig, MomentsHaveOrderAndDegree) {
  const ReweightJob job = reweight_job(kReweight, {"reweight.moments.order=1", "reweight.moments.degree=4"});
  EXPECT_EQ(job.reweight.options.moments, 1u);
  EXPECT_EQ(job.reweight.options.moments_degree, 4u);
  const std::string text = to_toml(job, "first line");
  EXPECT_EQ(to_toml(reweight_job(text), "first line"), text);
  const auto complaint_about = [](const std::vector<std::string>& overrides) {
    return message_of<ConfigError>([&] { reweight_job(kReweight, overrides); });
  };
  EXPECT_NE(complaint_about({"reweight.moments.order=3"}).find("0 to 2"), std::string::npos);
  EXPECT_NE(complaint_about({"reweight.moments.degree=0"}).find("at least 1"), std::string::npos);
  EXPECT_NE(complaint_about({"reweight.moments.degree=5"}).find("1 to 4"), std::string::npos);
}

TEST(ReweightConfig, OneTargetNeedsNoParameters) {
  const ReweightJob job = reweight_job(kOneTarget);
  EXPECT_EQ(job.scanned_table, "full.h5");
  EXPECT_TRUE(job.reweight.options.parameters.empty());
  const std::string text = to_toml(job, "first line");
  EXPECT_EQ(to_toml(reweight_job(text), "first line"), text);
  const auto complaint_about = [](const std::vector<std::string>& overrides) {
    return message_of<ConfigError>([&] { reweight_job(kOneTarget, overrides); });
  };
  EXPECT_NE(complaint_about({"scanned.table=\"s.h5\""}).find("'target'"), std::string::npos);
  EXPECT_NE(complaint_about({"reweight.parameters=[\"mu\"]"}).find("reweight.parameters"), std::string::npos);
  EXPECT_NE(complaint_about({"nominal.theta={mu=0}"}).find("nominal.theta"), std::string::npos);
}

TEST(FitConfig, ResolvedTextIsTheSameJob) {
  const FitJob job = fit_job(kFit);
  EXPECT_FALSE(job.reweight.has_value());
  EXPECT_EQ(job.fit.minimiser, Minimiser::bobyqa);
  const std::string text = to_toml(job, "x");
  EXPECT_EQ(to_toml(fit_job(text), "x"), text);
}

TEST(FitConfig, DefaultsFollowTheMethodAndTheMinimiser) {
  const FitOptions scan = fit_job(kFit).fit;
  EXPECT_EQ(scan.method, FitMethod::auc);
  EXPECT_EQ(scan.folds, 1u);
  EXPECT_EQ(scan.repetitions, 5u);
  const FitOptions gradient = fit_job(kFit, {"fit.method=loss", "fit.minimiser=gradient"}).fit;
  EXPECT_EQ(gradient.method, FitMethod::loss);
  EXPECT_EQ(gradient.minimiser, Minimiser::gradient);
  EXPECT_EQ(gradient.folds, 2u);
  EXPECT_EQ(gradient.repetitions, 2u);
  EXPECT_EQ(gradient.weights, LossWeights::normalised);
}

TEST(FitConfig, ResolvedTextOfEveryMethodIsTheSameJob) {
  const std::string dctr =
      "[data]\ntable = \"d.h5\"\n[simulation]\ntable = \"n.h5\"\n"
      "[reweight]\nmodels = [\"a.onnx\"]\n[fit]\nmethod = \"dctr\"\n";
  EXPECT_TRUE(fit_job(dctr).fit.observables.empty());
  const std::vector<std::pair<std::string, std::vector<std::string>>> jobs{
      {dctr, {}},
      {dctr, {"fit.observables=[\"x\"]"}},
      {kFit, {"fit.method=loss", "fit.weights=raw"}},
      {kFit, {"fit.method=loss", "fit.minimiser=gradient", "fit.repetitions=1", "fit.folds=4"}},
      {kFit, {"fit.minimiser=gradient"}},
      {dctr, {"fit.method=score", "fit.observables=[\"y\"]", "fit.generator=g.h5"}},
      {dctr, {"fit.method=score", "fit.observables=[\"y\"]", "fit.moment=plain", "fit.folds=3"}}};
  for (const auto& [text, overrides] : jobs) {
    const FitJob job = fit_job(text, overrides);
    const std::string resolved = to_toml(job, "x");
    const FitJob again = fit_job(resolved);
    EXPECT_EQ(to_toml(again, "x"), resolved);
    EXPECT_EQ(again.fit.method, job.fit.method);
    EXPECT_EQ(again.fit.weights, job.fit.weights);
    EXPECT_EQ(again.fit.folds, job.fit.folds);
    EXPECT_EQ(again.fit.score.moment, job.fit.score.moment);
    EXPECT_EQ(again.generator_table, job.generator_table);
  }
}

TEST(FitConfig, ScoreHasItsOwnKeys) {
  const std::string score =
      "[data]\ntable = \"d.h5\"\n[simulation]\ntable = \"n.h5\"\n[scanned]\ntable = \"s.h5\"\n"
      "[reweight]\nfeatures = [\"x\"]\nparameters = [\"mu\"]\n"
      "[fit]\nmethod = \"score\"\nobservables = [\"y\"]\n";
  const FitJob job = fit_job(score);
  EXPECT_EQ(job.generator_table, "s.h5");  // what w is trained on, when nothing else is given
  EXPECT_EQ(job.fit.folds, 2u);
  EXPECT_EQ(job.fit.repetitions, 2u);
  EXPECT_EQ(fit_job(score, {"fit.generator=g.h5"}).generator_table, "g.h5");
  EXPECT_EQ(fit_job(score, {"fit.moment=plain"}).generator_table, "");
  EXPECT_THROW(fit_job(score, {"fit.moment=plain", "fit.generator=g.h5"}), ConfigError);
  EXPECT_THROW(fit_job(score, {"fit.folds=1"}), ConfigError);
  EXPECT_THROW(fit_job(score, {"fit.minimiser=scan"}), ConfigError);
  EXPECT_THROW(fit_job(score, {"fit.coarse_points=9"}), ConfigError);
  EXPECT_NE(complaint({"fit.generator=g.h5"}).find("no effect with"), std::string::npos);
  EXPECT_NE(complaint({"fit.method=score", "fit.minimiser=bobyqa"}).find("nothing is minimised"),
            std::string::npos);
}

const char* const kLearnt =
    "[data]\ntable = \"d.h5\"\n[simulation]\ntable = \"n.h5\"\n[scanned]\ntable = \"s.h5\"\n"
    "[reweight]\nfeatures = [\"x\"]\nparameters = [\"mu\"]\n"
    "[fit]\nmethod = \"likelihood\"\nobservables = [\"y\"]\n";

std::string refusal(const std::vector<std::string>& overrides, const std::string& more = "") {
  try {
    fit_job(kLearnt + more, overrides);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(FitConfig, LikelihoodHasTheKeysOfScoreAndItsOwn) {
  const FitJob job =
      fit_job(kLearnt, {"fit.members=3", "fit.window=0.5", "fit.theta_draws=4", "fit.normalised=false"});
  EXPECT_EQ(job.fit.method, FitMethod::likelihood);
  EXPECT_EQ(job.generator_table, "s.h5");
  EXPECT_EQ(job.fit.repetitions, 2u);
  EXPECT_EQ(job.fit.likelihood.members, 3u);
  const std::string resolved = to_toml(job, "x");
  const FitJob again = fit_job(resolved);
  EXPECT_EQ(to_toml(again, "x"), resolved);
  EXPECT_EQ(again.fit.likelihood.theta_draws, 4u);
  EXPECT_EQ(again.fit.likelihood.window, 0.5);
  EXPECT_FALSE(again.fit.likelihood.normalised);
  EXPECT_NE(refusal({"fit.members=0"}).find("at least 1"), std::string::npos);
  EXPECT_NE(refusal({"fit.window=0"}).find("between"), std::string::npos);
  EXPECT_NE(refusal({"fit.minimiser=scan"}).find("no effect"), std::string::npos);
  EXPECT_NE(refusal({"fit.method=score", "fit.members=2"}).find("no effect"), std::string::npos);
}

TEST(FitConfig, CorrectedFitsHaveGeneratorEventsAndFeatures) {
  const std::vector<std::string> corrected{"fit.method=auc", "fit.minimiser=gradient", "fit.corrected=true"};
  const FitJob job = fit_job(kLearnt, corrected);
  EXPECT_TRUE(job.fit.corrected);
  EXPECT_EQ(job.generator_table, "s.h5");
  EXPECT_TRUE(job.agreement.empty());
  std::vector<std::string> with = corrected;
  with.insert(with.end(), {"fit.features=[\"x\"]", "fit.generator=g.h5"});
  const FitJob given = fit_job(kLearnt, with);
  EXPECT_EQ(given.generator_table, "g.h5");
  EXPECT_EQ(given.fit.score.features, std::vector<std::string>{"x"});
  const std::string resolved = to_toml(given, "x");
  EXPECT_EQ(to_toml(fit_job(resolved), "x"), resolved);
  EXPECT_NE(refusal({"fit.corrected=true"}).find("no effect"), std::string::npos);
  EXPECT_NE(refusal({"fit.method=auc", "fit.minimiser=scan", "fit.corrected=true"}).find("no effect"),
            std::string::npos);
  EXPECT_NE(refusal({"fit.method=auc", "fit.minimiser=gradient", "fit.features=[\"x\"]"}).find("no effect"),
            std::string::npos);
}

TEST(FitConfig, OtherMethodsForAgreement) {
  const std::string agreement = "[agreement]\nmethods = [\"score\", \"auc\"]\n[agreement.auc]\nfolds = 3\n";
  const FitJob job = fit_job(kLearnt + agreement);
  ASSERT_EQ(job.agreement.size(), 2u);
  EXPECT_EQ(job.agreement[0].method, FitMethod::score);
  EXPECT_EQ(job.agreement[1].minimiser, Minimiser::gradient);
  EXPECT_EQ(job.agreement[1].folds, 3u);
  EXPECT_EQ(job.agreement[1].observables, job.fit.observables);
  const std::string resolved = to_toml(job, "x");
  EXPECT_EQ(to_toml(fit_job(resolved), "x"), resolved);
  EXPECT_NE(refusal({}, "[agreement]\nmethods = [\"likelihood\"]\n").find("the fit's own"),
            std::string::npos);
  EXPECT_NE(refusal({}, "[agreement]\nmethods = [\"dctr\"]\n").find("other columns"), std::string::npos);
  EXPECT_NE(refusal({}, "[agreement]\nmethods = [\"scor\"]\n").find("did you mean 'score'"),
            std::string::npos);
  EXPECT_NE(refusal({}, agreement + "observables = [\"y\"]\n").find("no effect"), std::string::npos);
  // Fits without generator-level events of their own use those that weights are trained on.
  EXPECT_EQ(fit_job(kLearnt + agreement, {"fit.method=loss"}).generator_table, "s.h5");
}

TEST(FitConfig, LearntStatisticsAreComparedUnlessToldOtherwise) {
  const FitJob job = fit_job(kLearnt, {"fit.method=score"});
  ASSERT_EQ(job.agreement.size(), 1u);
  EXPECT_EQ(job.agreement[0].method, FitMethod::likelihood);
  EXPECT_EQ(job.agreement[0].observables, job.fit.observables);
  EXPECT_EQ(job.agreement_events, 50'000u);
  EXPECT_EQ(fit_job(kLearnt).agreement.at(0).method, FitMethod::score);
  EXPECT_TRUE(fit_job(kLearnt, {"fit.method=auc"}).agreement.empty());
  // The plain moment needs no generator-level events, and the other method would.
  EXPECT_TRUE(fit_job(kLearnt, {"fit.method=score", "fit.moment=plain"}).agreement.empty());
  for (const std::string own : {"agreement.methods=[]", "agreement.methods=[\"auc\"]"}) {
    const FitJob asked = fit_job(kLearnt, {own});
    EXPECT_EQ(asked.agreement_events, 0u);
    EXPECT_EQ(to_toml(fit_job(to_toml(asked, "x")), "x"), to_toml(asked, "x"));
  }
  EXPECT_TRUE(fit_job(kLearnt, {"agreement.methods=[]"}).agreement.empty());
  EXPECT_EQ(fit_job(kLearnt, {"agreement.methods=[\"auc\"]", "agreement.events=1000"}).agreement_events,
            1000u);
  EXPECT_NE(refusal({"agreement.methods=[\"auc\", \"auc\"]"}).find("twice"), std::string::npos);
}

TEST(FitConfig, BackgroundHasAShareOrAYield) {
  const std::string share = "[background]\ntable = \"b.h5\"\nshare = 0.2\nshare_error = 0.01\n";
  const FitJob job = fit_job(kLearnt + share);
  EXPECT_EQ(job.background.table, "b.h5");
  EXPECT_EQ(job.background.expected, 0.2);
  EXPECT_FALSE(job.background.is_yield);
  const std::string resolved = to_toml(job, "x");
  EXPECT_EQ(to_toml(fit_job(resolved), "x"), resolved);
  const FitJob yield = fit_job(kLearnt + std::string("[background]\ntable = \"b.h5\"\nyield = 300\n"));
  EXPECT_TRUE(yield.background.is_yield);
  EXPECT_EQ(to_toml(fit_job(to_toml(yield, "x")), "x"), to_toml(yield, "x"));
  EXPECT_NE(refusal({"background.yield=3"}, share).find("one of them"), std::string::npos);
  EXPECT_NE(refusal({}, "[background]\ntable = \"b.h5\"\n").find("one of them"), std::string::npos);
  EXPECT_NE(refusal({"background.share=1.5"}, share).find("between"), std::string::npos);
  EXPECT_NE(refusal({"fit.method=auc"}, share).find("does not depend"), std::string::npos);
  EXPECT_NE(refusal({}, share + "[agreement]\nmethods = [\"auc\"]\n").find("does not depend"),
            std::string::npos);
}

TEST(FitConfig, MistakesAreNamed) {
  EXPECT_NE(complaint({"fit.repetitons=3"}).find("did you mean 'fit.repetitions'"), std::string::npos);
  EXPECT_NE(complaint({"fit.method=auk"}).find("'auc'"), std::string::npos);
  EXPECT_NE(complaint({"fit.method=los"}).find("did you mean 'loss'"), std::string::npos);
  EXPECT_NE(complaint({"fit.weights=raw"}).find("no effect with method = \"auc\""), std::string::npos);
  EXPECT_NE(complaint({"fit.method=loss", "fit.weights=half"}).find("'normalised'"), std::string::npos);
  EXPECT_NE(complaint({"fit.method=loss", "fit.weights=raw", "fit.minimiser=gradient"}).find("'raw' has no"),
            std::string::npos);
  EXPECT_NE(complaint({"fit.method=dctr"}).find("nothing is trained"), std::string::npos);
  EXPECT_NE(complaint({"fit.folds=0"}).find("at least 1"), std::string::npos);
  EXPECT_NE(complaint({"fit.minimiser=gradient", "fit.repetitions=0"}).find("at least 1"), std::string::npos);
  EXPECT_NE(complaint({"fit.observables=[\"y\", \"y\"]"}).find("names 'y' twice"), std::string::npos);
  EXPECT_NE(complaint({"fit.repetitions=1"}).find("at least 2"), std::string::npos);
  EXPECT_NE(complaint({"fit.minimiser=simplex"}).find("'praxis'"), std::string::npos);
  EXPECT_NE(complaint({"fit.observables=[]"}).find("no column"), std::string::npos);
  EXPECT_NE(complaint({"fit.network.hidden=[0]"}).find("width"), std::string::npos);
  EXPECT_NE(complaint({"reweight.features=[\"x\"]"}).find("remove one"), std::string::npos);
  EXPECT_NE(complaint({"fit.train_fraction=1.5"}).find("between"), std::string::npos);
}

TEST(TrainingConfig, KeysReachTheirOptionsAndComeBack) {
  const std::vector<std::string> all{
      "reweight.training.optimiser=adamw",       "reweight.training.weight_decay=0.2",
      "reweight.training.clip_norm=3",           "reweight.training.schedule=plateau",
      "reweight.training.warmup=0.05",           "reweight.training.plateau_factor=0.5",
      "reweight.training.plateau_patience=2",    "reweight.training.averaging=exponential",
      "reweight.training.averaging_decay=0.995", "reweight.training.min_improvement=1e-4",
      "reweight.training.precision=bf16"};
  const ReweightJob job = reweight_job(kReweight, all);
  const TrainOptions& training = job.reweight.options.training;
  EXPECT_EQ(training.adam.weight_decay, 0.2);
  EXPECT_EQ(training.adam.clip_norm, 3.0);
  EXPECT_EQ(training.schedule.kind, LearningRateSchedule::plateau);
  EXPECT_EQ(training.schedule.warmup, 0.05);
  EXPECT_EQ(training.schedule.plateau_factor, 0.5);
  EXPECT_EQ(training.schedule.plateau_patience, 2u);
  EXPECT_EQ(training.averaging.kind, AverageKind::exponential);
  EXPECT_EQ(training.averaging.decay, 0.995);
  EXPECT_EQ(training.precision, Precision::bf16);
  const std::string text = to_toml(job, "x");
  EXPECT_EQ(to_toml(reweight_job(text), "x"), text);
}

TEST(TrainingConfig, DefaultsAreThoseOfTheKind) {
  const auto training = [](const std::vector<std::string>& overrides) {
    return fit_job(kFit, overrides).fit.training;
  };
  EXPECT_EQ(training({}).adam.weight_decay, 0.0);
  EXPECT_EQ(training({}).precision, Precision::float32);
  EXPECT_EQ(training({"fit.training.optimiser=adamw"}).adam.weight_decay, 0.01);
  EXPECT_EQ(training({"fit.training.schedule=one_cycle"}).schedule.warmup, 0.3);
  EXPECT_EQ(training({"fit.training.schedule=cosine"}).schedule.warmup, 0.0);
  EXPECT_EQ(training({"fit.training.averaging=tail"}).averaging.part, 0.25);
  for (const char* kind : {"schedule=one_cycle", "optimiser=adamw", "averaging=tail", "averaging=none"}) {
    const std::string text = to_toml(fit_job(kFit, {std::string("fit.training.") + kind}), "x");
    EXPECT_EQ(to_toml(fit_job(text), "x"), text) << kind;
  }
}

TEST(TrainingConfig, MistakesAreNamed) {
  const auto says = [](const std::string& key, const std::string& text) {
    const std::string message = complaint({"fit.training." + key});
    EXPECT_NE(message.find(text), std::string::npos) << key << ": " << message;
  };
  says("schedule=one_cicle", "did you mean 'one_cycle'");
  says("schedul=cosine", "did you mean 'fit.training.schedule'");
  says("optimiser=adamW", "did you mean 'adamw'");
  says("precision=bf17", "did you mean 'bf16'");
  says("weight_decay=0.1", "optimiser = \"adamw\"");
  says("plateau_factor=0.5", "schedule = \"plateau\"");
  says("averaging_decay=0.5", "averaging = \"exponential\"");
  says("averaging_part=0.5", "averaging = \"tail\"");
  says("clip_norm=-1", "0 or more");
  says("warmup=1", "less than 1");
  says("learning_rate=0", "between");
}

TEST(ReweightConfig, AParameterIsNoFeature) {
  EXPECT_THROW(reweight_job(kReweight, {"reweight.parameters=[\"x\"]"}), ConfigError);
  EXPECT_THROW(reweight_job(kReweight, {"reweight.features=[\"x\",\"x\"]"}), ConfigError);
}

const std::string kParticles = R"(
[reweight.particles]
group = "gen_constituents"
columns = ["pt", "pid"]
hidden = [8, 4]
)";

TEST(ReweightConfig, ParticlesStandInThePlaceOfFeaturesOrBesideThem) {
  std::string text = kReweight + kParticles;
  EXPECT_EQ(reweight_job(text).reweight.options.features.size(), 2u);
  text.erase(text.find("features"), text.find('\n', text.find("features")) - text.find("features"));
  const ReweightJob job = reweight_job(text);
  EXPECT_TRUE(job.reweight.options.features.empty());
  EXPECT_EQ(job.reweight.options.members.group, "gen_constituents");
  EXPECT_EQ(job.reweight.options.members.columns, (std::vector<std::string>{"pt", "pid"}));
  EXPECT_EQ(job.reweight.options.members.hidden, (std::vector<std::size_t>{8, 4}));
  const std::string resolved = to_toml(job, "test");
  EXPECT_EQ(to_toml(reweight_job(resolved), "test"), resolved);
  const auto says = [&](const std::vector<std::string>& overrides, const std::string& word) {
    const std::string message = message_of<ConfigError>([&] { reweight_job(text, overrides); });
    EXPECT_NE(message.find(word), std::string::npos) << message;
  };
  says({"reweight.particles.group=\"\""}, "no group");
  says({"reweight.particles.columns=[]"}, "no column");
  says({"reweight.particles.hidden=[]"}, "at least one layer");
  says({"reweight.particles.colums=[\"pt\"]"}, "columns");
}

TEST(FitConfig, ParticlesAreForClassifiersAndFeaturesForScore) {
  const std::string particles = "[fit.particles]\ngroup = \"g\"\ncolumns = [\"pt\"]\n";
  const FitJob job = fit_job(kFit + particles);
  EXPECT_EQ(job.fit.members.group, "g");
  const std::string resolved = to_toml(job, "test");
  EXPECT_EQ(to_toml(fit_job(resolved), "test"), resolved);
  const std::vector<std::string> score{"fit.method=\"score\"", "fit.generator=\"s.h5\""};
  std::string text = kFit;
  text.erase(text.find("minimiser"), text.find('\n', text.find("minimiser")) - text.find("minimiser"));
  EXPECT_NE(message_of<ConfigError>([&] { fit_job(text + particles, score); }).find("no effect"),
            std::string::npos);
  std::vector<std::string> with_features = score;
  with_features.push_back("fit.features=[\"gen_x\"]");
  const FitJob learnt = fit_job(text, with_features);
  EXPECT_EQ(learnt.fit.score.features, std::vector<std::string>{"gen_x"});
  EXPECT_EQ(to_toml(fit_job(to_toml(learnt, "test")), "test"), to_toml(learnt, "test"));
  EXPECT_NE(complaint({"fit.features=[\"gen_x\"]"}).find("no effect"), std::string::npos);
}

}  // namespace
}  // namespace trueup
