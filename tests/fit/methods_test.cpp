// Methods loss and dctr, minimiser gradient, several parameters: on Gaussians with detector noise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/fit.hpp>

#include "fit/classifier_objective.hpp"
#include "gaussian_samples.hpp"

namespace trueup {
namespace {

const std::vector<std::string> kObserved{"y"};
const MemberFeatures kNoMembers;

using testing_support::gaussian;
using testing_support::GaussianRange;
using testing_support::weight_options;

constexpr double kTruth = 0.4;

/// Trained once for all tests: they are the longest part of it.
const std::vector<Reweighter>& reweighters() {
  static const std::vector<Reweighter> trained = [] {
    ThreadPool pool(2);
    const Table nominal = gaussian(60000, 0, 0, 0), scanned = gaussian(60000, -1, 1, 1);
    std::vector<Reweighter> both;
    for (const std::uint64_t seed : {1u, 2u}) {
      ReweightOptions options = weight_options();
      options.training.seed = seed;
      both.push_back(train_reweighter(nominal, scanned, options, pool));
    }
    return both;
  }();
  return trained;
}

FitOptions options(FitMethod method, Minimiser minimiser) {
  FitOptions options;
  options.method = method;
  options.minimiser = minimiser;
  options.observables = {method == FitMethod::dctr ? "x" : "y"};
  options.hidden = {32, 32};
  options.training.max_epochs = 8;
  options.training.patience = 3;
  options.training.adam.learning_rate = 3e-3;
  options.folds = 2;
  options.repetitions = minimiser == Minimiser::gradient ? 1 : 2;
  options.coarse_points = 5;
  options.fine_points = 7;
  return options;
}

const Table& simulation() {
  static const Table table = gaussian(30000, 0, 0, 20);
  return table;
}
const Table& data() {
  static const Table table = gaussian(30000, kTruth, kTruth, 21);
  return table;
}

TEST(FitMethods, GradientFindsTheTruthWithAFewTrainings) {
  ThreadPool pool(2);
  for (const FitMethod method : {FitMethod::loss, FitMethod::auc}) {
    const auto result =
        fit_parameters(data(), simulation(), reweighters(), options(method, Minimiser::gradient), pool);
    const FittedParameter& mu = result.parameters.front();
    // Data alone give 0.0065, simulation about 0.008; weights from 60,000 events some 0.02.
    EXPECT_TRUE(std::abs(mu.value - kTruth) <= 0.06) << mu.value;
    EXPECT_TRUE(mu.statistical >= 0.008 && mu.statistical <= 0.014) << mu.statistical;
    EXPECT_GT(mu.weights, 0.0);
    EXPECT_TRUE(mu.high - mu.value >= mu.statistical);
    EXPECT_LE(result.classifier_trainings, 20u);
    EXPECT_TRUE(std::abs(result.auc_at_minimum - 0.5) <= 0.02) << result.auc_at_minimum;
    EXPECT_TRUE(std::abs(result.mean_weight - 1.0) <= 0.05) << result.mean_weight;
  }
}

TEST(FitMethods, TheDerivativeThroughTheWeightsIsThatOfTheLoss) {
  ThreadPool pool(2);
  const FitOptions with = options(FitMethod::loss, Minimiser::gradient);
  const Reweighter& reweighter = reweighters().front();
  const ClassifierObjective objective(
      choose_events(data(), simulation(), {kObserved, kNoMembers}, reweighter.model(), {}), reweighter, with,
      0, pool, silent_monitor());
  // Well off the minimum: there the loss falls by its own derivative, which retraining does not change in first order.
  const std::vector<std::vector<double>> thetas = {{-0.1}, {0.0}, {0.1}};
  const auto found = objective.evaluate_all(thetas);
  const double slope = (found[2].point.objective - found[0].point.objective) / 0.2;
  const double gradient = found[1].point.gradient.front();
  EXPECT_LT(gradient, -0.05);
  // Trainings differ by some 1e-4 in loss; over 0.2 that is 1e-3, and the third derivative adds as much.
  EXPECT_TRUE(std::abs(gradient - slope) <= 0.1 * std::abs(slope)) << gradient << " " << slope;
}

TEST(FitMethods, LossWithAScanAndWithNlopt) {
  ThreadPool pool(2);
  for (const Minimiser minimiser : {Minimiser::scan, Minimiser::bobyqa, Minimiser::praxis}) {
    FitOptions with = options(FitMethod::loss, minimiser);
    with.max_evaluations = 15;
    const auto result = fit_parameters(data(), simulation(), reweighters(), with, pool);
    const FittedParameter& mu = result.parameters[0];
    // PRAXIS may take noise for a minimum of its own; two repetitions then disagree, and their spread says so.
    const double limit = minimiser == Minimiser::praxis ? std::max(0.12, 2.5 * (mu.high - mu.value)) : 0.12;
    EXPECT_TRUE(std::abs(mu.value - kTruth) <= limit) << mu.value << " " << mu.high;
    EXPECT_LE(result.scan.size(), 2u * 26u);
    EXPECT_TRUE(result.curves.empty());
  }
}

TEST(FitMethods, RawWeightsMoveWithTheMeanWeight) {
  ThreadPool pool(2);
  FitOptions with = options(FitMethod::loss, Minimiser::scan);
  const auto normalised = fit_parameters(data(), simulation(), reweighters(), with, pool);
  // A weight that grows by exp(θ/10): the same shapes, so a normalised loss does not see it.
  Model tilted = reweighters().front().model();
  tilted.network = Network(NetworkSpec{2, {}, 1});
  tilted.moments = {};
  ASSERT_EQ(tilted.network.layers().size(), 1u);
  const float mu_scale = tilted.parameters.front().scale, x_scale = tilted.inputs.front().scale;
  // log w = 0.3 x: independent of θ but for the growth; data at N(0.3, 1) would fit any θ.
  tilted.network.weight(0)[0] = 0.3f / x_scale;
  tilted.network.weight(0)[1] = 0.1f / mu_scale;
  const Reweighter growing(tilted);
  const ClassifierObjective raw(
      choose_events(data(), simulation(), {kObserved, kNoMembers}, growing.model(), {}), growing,
      [&] {
        FitOptions o = with;
        o.weights = LossWeights::raw;
        return o;
      }(),
      0, pool, silent_monitor());
  const ClassifierObjective same(
      choose_events(data(), simulation(), {kObserved, kNoMembers}, growing.model(), {}), growing, with, 0,
      pool, silent_monitor());
  const auto by_raw = raw.evaluate_all({{-0.5}, {0.5}}), by_same = same.evaluate_all({{-0.5}, {0.5}});
  // Shapes are the same at both θ: the normalised loss hardly differs, the raw one by about log 2 · 0.1 / 2 = 0.035.
  EXPECT_TRUE(std::abs(by_same[1].point.objective - by_same[0].point.objective) <= 0.003);
  EXPECT_TRUE(std::abs(by_raw[1].point.objective - by_raw[0].point.objective) >= 0.02);
  EXPECT_TRUE(std::abs(normalised.parameters[0].value - kTruth) <= 0.1) << normalised.parameters[0].value;
}

// A tenth of the events of either sample count −1; both keep their distributions.
TEST(FitMethods, SignedWeightsAreUsedAsTheyAre) {
  ThreadPool pool(2);
  const auto signed_events = [](Table table, std::size_t every) {
    std::vector<float> weights(table.rows(), 1.0f);
    for (std::size_t i = 0; i < weights.size(); i += every) weights[i] = -1.0f;
    table.set_weights(std::move(weights));
    return table;
  };
  const Table some_data = signed_events(data(), 10), some_simulation = signed_events(simulation(), 10);
  for (const FitMethod method : {FitMethod::loss, FitMethod::auc, FitMethod::dctr}) {
    const FitOptions with = options(method, Minimiser::gradient);
    const FittedParameter mu =
        fit_parameters(some_data, some_simulation, reweighters(), with, pool).parameters.front();
    const FittedParameter unsigned_mu =
        fit_parameters(data(), simulation(), reweighters(), with, pool).parameters.front();
    EXPECT_TRUE(std::abs(mu.value - kTruth) <= 0.06) << mu.value;
    // (Σv)² / Σv² is 64 % of the events: errors 1.25 times as large.
    EXPECT_TRUE(std::abs(mu.statistical / unsigned_mu.statistical - 1.25) <= 0.15)
        << mu.statistical << " " << unsigned_mu.statistical;
  }
  const Table negative = signed_events(simulation(), 1);
  EXPECT_THROW(
      fit_parameters(data(), negative, reweighters(), options(FitMethod::loss, Minimiser::gradient), pool),
      DataError);
}

TEST(FitMethods, DctrAsksTheClassifierOfTheWeights) {
  ThreadPool pool(2);
  const auto result = fit_parameters(data(), simulation(), reweighters(),
                                     options(FitMethod::dctr, Minimiser::gradient), pool);
  const FittedParameter& mu = result.parameters.front();
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 0.05) << mu.value;
  // 1/√30000 from the data and as much from the simulation; the classifier is not fully efficient.
  EXPECT_TRUE(mu.statistical >= 0.007 && mu.statistical <= 0.013) << mu.statistical;
  EXPECT_EQ(result.repetitions.size(), 2u);
  EXPECT_TRUE(std::abs(result.auc_at_minimum - 0.5) <= 0.02) << result.auc_at_minimum;
  FitOptions wrong = options(FitMethod::dctr, Minimiser::gradient);
  wrong.observables = {"y"};
  EXPECT_THROW(fit_parameters(data(), simulation(), reweighters(), wrong, pool), ConfigError);
}

TEST(FitMethods, TwoParametersTogether) {
  ThreadPool pool(2);
  const Table nominal = gaussian(50000, 0, 0, 30), there = gaussian(30000, {-0.3, -0.3, 0.85, 0.85}, 32);
  const Table scanned = gaussian(100000, {-0.8, 0.8, 0.6, 1.4}, 31);
  ReweightOptions weights = weight_options();
  weights.parameters = {"mu", "sigma"};
  weights.nominal = {0.0, 1.0};
  const std::vector<Reweighter> both{train_reweighter(nominal, scanned, weights, pool)};
  const auto result =
      fit_parameters(there, nominal, both, options(FitMethod::loss, Minimiser::gradient), pool);
  ASSERT_EQ(result.parameters.size(), 2u);
  EXPECT_TRUE(std::abs(result.parameters[0].value + 0.3) <= 0.06) << result.parameters[0].value;
  EXPECT_TRUE(std::abs(result.parameters[1].value - 0.85) <= 0.06) << result.parameters[1].value;
  FitOptions scan = options(FitMethod::loss, Minimiser::scan);
  scan.coarse_points = 12;
  scan.fine_points = 20;
  scan.fine_window = 0.5;
  const auto scanned_fit = fit_parameters(there, nominal, both, scan, pool);
  EXPECT_TRUE(std::abs(scanned_fit.parameters[0].value + 0.3) <= 0.12) << scanned_fit.parameters[0].value;
  EXPECT_TRUE(std::abs(scanned_fit.parameters[1].value - 0.85) <= 0.12) << scanned_fit.parameters[1].value;
  scan.fine_points = 7;
  EXPECT_THROW(fit_parameters(there, nominal, both, scan, pool), ConfigError);
}

TEST(FitMethods, GradientGivesTheSameBitsForAnyThreadCount) {
  FitOptions quick = options(FitMethod::loss, Minimiser::gradient);
  quick.training.max_epochs = 3;
  const Table small_data = data().slice(0, 8000), small_simulation = simulation().slice(0, 8000);
  std::vector<FittedParameter> found;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    found.push_back(fit_parameters(small_data, small_simulation, reweighters(), quick, pool).parameters[0]);
  }
  EXPECT_EQ(found[0].value, found[1].value);
  EXPECT_EQ(found[0].value, found[2].value);
  EXPECT_EQ(found[0].high, found[2].high);
}

TEST(FitMethods, GradientSaysWhenTheDataLieOutside) {
  ThreadPool pool(2);
  const Table outside = gaussian(10000, 2.5, 2.5, 33);
  FitOptions with = options(FitMethod::loss, Minimiser::gradient);
  const auto single = fit_parameters(outside, simulation(), reweighters(), with, pool);
  EXPECT_EQ(single.rejected.size(), 1u);
  EXPECT_TRUE(std::isnan(single.parameters[0].low));
  with.repetitions = 2;
  EXPECT_THROW(fit_parameters(outside, simulation(), reweighters(), with, pool), DataError);
}

TEST(FitMethods, RefuseWhatContradicts) {
  ThreadPool pool(1);
  const auto refused = [&](FitOptions wrong) {
    EXPECT_THROW(fit_parameters(data(), simulation(), reweighters(), wrong, pool), ConfigError);
  };
  FitOptions wrong = options(FitMethod::loss, Minimiser::gradient);
  wrong.weights = LossWeights::raw;
  refused(wrong);
  wrong = options(FitMethod::loss, Minimiser::gradient);
  wrong.folds = 0;
  refused(wrong);
  wrong = options(FitMethod::loss, Minimiser::bobyqa);
  wrong.repetitions = 0;
  refused(wrong);
  wrong = options(FitMethod::auc, Minimiser::gradient);
  wrong.max_evaluations = 0;
  refused(wrong);
}

}  // namespace
}  // namespace trueup
