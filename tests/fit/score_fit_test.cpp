// Method score on the Gaussian with detector noise, where score, information and errors are known exactly.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/fit.hpp>

#include "learnt_options.hpp"

namespace trueup {
namespace {

using testing_support::exact_reweighter;
using testing_support::spoiled_reweighter;

constexpr double kTruth = 0.6;
constexpr double kNoise = 0.5;
constexpr std::size_t kEvents = 30'000;
constexpr std::size_t kGenerated = 300'000;

Table generator_level(std::size_t events, double low, double high, std::uint64_t seed) {
  RandomStream stream(seed, "score fit test");
  std::vector<float> x, mu;
  for (std::size_t i = 0; i < events; ++i) {
    mu.push_back(static_cast<float>(low == high ? low : stream.uniform(low, high)));
    x.push_back(mu.back() + static_cast<float>(stream.normal()));
  }
  Table table;
  table.add_column("x", std::move(x));
  table.add_column("mu", std::move(mu));
  return table;
}

Table with_detector(double mu, std::uint64_t seed, double noise = kNoise, std::size_t events = kEvents) {
  Table table = generator_level(events, mu, mu, seed);
  RandomStream stream(seed, "score fit test, detector");
  std::vector<float> y;
  for (const float x : table.values("x")) y.push_back(x + static_cast<float>(noise * stream.normal()));
  table.add_column("y", std::move(y));
  return table;
}

const std::vector<Reweighter>& exact() {
  static const std::vector<Reweighter> one = [] {
    ThreadPool pool(2);
    return std::vector<Reweighter>{exact_reweighter(pool)};
  }();
  return one;
}

const std::vector<Reweighter>& spoiled() {
  static const std::vector<Reweighter> one = [] {
    ThreadPool pool(2);
    return std::vector<Reweighter>{spoiled_reweighter(pool)};
  }();
  return one;
}

FitOptions options(std::uint64_t seed = 1) {
  FitOptions options = testing_support::learnt_options(FitMethod::score, seed);
  options.training.max_epochs = 6;
  return options;
}

GeneratorEvents generator(std::uint64_t seed) {
  GeneratorEvents events;
  events.at = [seed](std::span<const double> theta) {
    return generator_level(kGenerated, theta[0], theta[0], 1000 + seed);
  };
  return events;
}

FitResult fit(std::uint64_t seed, const std::vector<Reweighter>& weights, const FitOptions& with) {
  ThreadPool pool(2);
  return fit_parameters(with_detector(kTruth, 100 + seed), with_detector(0.0, 200 + seed), generator(seed),
                        weights, with, pool);
}

// With score s = x − μ: t = (y − μ)/(1 + σ²), φ = (x − μ)/(1 + σ²). So θ̂ has variance (1 + σ²)/N from data, σ² E[w²]/N
// with E[w²] = exp(μ²) from the simulation, 1/N from the generator.
TEST(ScoreFit, ErrorsAreThoseOfTheExactStatistic) {
  const FitResult result = fit(1, exact(), options());
  const FittedParameter& mu = result.parameters.at(0);
  const double n = static_cast<double>(kEvents);
  const double data = std::sqrt((1.0 + kNoise * kNoise) / n);
  const double simulation = std::sqrt(kNoise * kNoise * std::exp(kTruth * kTruth) / n);
  const double generated = std::sqrt(1.0 / static_cast<double>(kGenerated));
  ASSERT_TRUE(result.score.has_value());
  // The networks' errors enter in second order: some per cent; so do fluctuations of sums of weights.
  EXPECT_TRUE(std::abs(result.score->data[0] / data - 1.0) <= 0.05) << result.score->data[0] << " " << data;
  EXPECT_TRUE(std::abs(result.score->simulation[0] / simulation - 1.0) <= 0.1)
      << result.score->simulation[0] << " " << simulation;
  EXPECT_TRUE(std::abs(result.score->generator[0] / generated - 1.0) <= 0.05)
      << result.score->generator[0] << " " << generated;
  const double all = std::sqrt(data * data + simulation * simulation + generated * generated);
  EXPECT_TRUE(std::abs(mu.statistical / all - 1.0) <= 0.05) << mu.statistical << " " << all;
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * all) << mu.value;
  EXPECT_EQ(mu.high - mu.value, mu.value - mu.low);
  EXPECT_TRUE(result.score->converged);
  EXPECT_TRUE(result.rejected.empty());
  EXPECT_TRUE(std::abs(result.auc_at_minimum - 0.5) <= 0.03) << result.auc_at_minimum;
}

/// One event tells less than the whole range of mu, [−0.15, 0.15], and w is off by the factor exp(0.2 x (mu/0.15)²). Events of
/// all the range would move the value by 0.05; within a fifth of it by 0.2 (0.2/√2/0.5)² = 0.016.
TEST(ScoreFit, OnlyNearEventsTellTheMeanWhereAnEventTellsLittle) {
  constexpr double kEdge = 0.15;
  ThreadPool pool(2);
  const std::vector<Reweighter> bent{testing_support::taught_reweighter(
      {{"mu", "", 0.0, -kEdge, kEdge, 0.0f, 1.0f}},
      [](double x, const std::vector<double>& theta) {
        const double off = theta[0] / kEdge;
        return theta[0] * x - 0.5 * theta[0] * theta[0] + 0.2 * x * off * off;
      },
      pool)};
  double bias = 0.0;
  constexpr int kToys = 3;
  for (std::uint64_t toy = 0; toy < kToys; ++toy) {
    GeneratorEvents scanned;
    scanned.scanned = generator_level(kGenerated, -kEdge, kEdge, 700 + toy);
    const FitResult result = fit_parameters(with_detector(0.0, 710 + toy), with_detector(0.0, 720 + toy),
                                            scanned, bent, options(), pool);
    bias += result.parameters[0].value / kToys;
  }
  EXPECT_TRUE(std::abs(bias) <= 0.03) << bias;  // the error of three toys: 0.004
}

TEST(ScoreFit, SpreadOverToysIsTheErrorItGives) {
  std::vector<double> pulls;
  for (std::uint64_t toy = 0; toy < 12; ++toy) {
    const FitResult result = fit(10 + toy, exact(), options(toy));
    pulls.push_back((result.parameters[0].value - kTruth) / result.parameters[0].statistical);
  }
  double sum = 0.0, squares = 0.0;
  for (const double pull : pulls) sum += pull, squares += pull * pull;
  // 12 standard normal numbers: mean within 4/√12, and χ² of 12 within its 1e-5 tails [1.6, 46].
  EXPECT_TRUE(std::abs(sum / 12.0) <= 1.15) << sum / 12.0;
  EXPECT_TRUE(squares >= 1.6 && squares <= 46.0) << squares;
}

TEST(ScoreFit, SpoiledWeightsMoveThePlainMomentOnly) {
  FitOptions plain = options();
  plain.score.moment = MomentForm::plain;
  double robust_bias = 0.0, plain_bias = 0.0;
  constexpr int kToys = 3;
  for (std::uint64_t toy = 0; toy < kToys; ++toy) {
    robust_bias += (fit(30 + toy, spoiled(), options()).parameters[0].value - kTruth) / kToys;
    plain_bias += (fit(30 + toy, spoiled(), plain).parameters[0].value - kTruth) / kToys;
  }
  // Errors of a mean of three: 0.0046 robust, 0.007 plain; the factor moves the plain one by −0.022.
  EXPECT_TRUE(std::abs(robust_bias) <= 0.012) << robust_bias;
  EXPECT_TRUE(plain_bias <= robust_bias - 0.01) << plain_bias;
}

// φ then is a constant: what is left is the plain moment, with its value and with its error.
TEST(ScoreFit, AMeanThatSeesNothingGivesThePlainMoment) {
  const auto with_blind_column = [](Table table, std::uint64_t seed) {
    RandomStream stream(seed, "score fit test, blind column");
    std::vector<float> z;
    for (std::size_t i = 0; i < table.rows(); ++i) z.push_back(static_cast<float>(stream.normal()));
    table.add_column("z", std::move(z));
    return table;
  };
  GeneratorEvents blind;
  blind.at = [&](std::span<const double> theta) {
    return with_blind_column(generator_level(kGenerated, theta[0], theta[0], 1007), 7);
  };
  ThreadPool pool(2);
  const auto fit_with = [&](MomentForm moment) {
    FitOptions with = options();
    with.score.moment = moment;
    if (moment == MomentForm::doubly_robust) with.score.features = {"z"};
    return fit_parameters(with_blind_column(with_detector(kTruth, 107), 17),
                          with_blind_column(with_detector(0.0, 207), 27), blind, exact(), with, pool);
  };
  const FitResult robust = fit_with(MomentForm::doubly_robust), plain = fit_with(MomentForm::plain);
  EXPECT_NEAR(robust.score->simulation[0] / plain.score->simulation[0], 1.0, 0.1);
  EXPECT_NEAR(robust.score->data[0] / plain.score->data[0], 1.0, 0.1);
  EXPECT_NEAR(robust.parameters[0].value, plain.parameters[0].value, 0.25 * plain.score->simulation[0]);
}

// Mean and width seen through noise: y has variance v = σ² + 0.25, so the bounds are v/N and v²/(2 σ² N), uncorrelated.
TEST(ScoreFit, TwoParametersReachTheirBounds) {
  ThreadPool pool(2);
  const std::vector<Reweighter> weights{testing_support::mean_and_width_reweighter(pool)};
  constexpr double kMean = -0.3, kWidth = 0.9;
  const auto sample = [](double mean, double width, std::size_t events, std::uint64_t seed) {
    RandomStream stream(seed, "two parameters");
    std::vector<float> x, y;
    for (std::size_t i = 0; i < events; ++i) {
      x.push_back(static_cast<float>(mean + width * stream.normal()));
      y.push_back(x.back() + static_cast<float>(kNoise * stream.normal()));
    }
    Table table;
    table.add_column("x", std::move(x));
    table.add_column("y", std::move(y));
    return table;
  };
  GeneratorEvents events;
  events.at = [&](std::span<const double> theta) { return sample(theta[0], theta[1], kGenerated, 3); };
  const FitResult result = fit_parameters(sample(kMean, kWidth, kEvents, 1), sample(0.0, 1.0, kEvents, 2),
                                          events, weights, options(), pool);
  const double n = static_cast<double>(kEvents), v = kWidth * kWidth + kNoise * kNoise;
  const std::vector<double> truth{kMean, kWidth}, bound{std::sqrt(v / n), v / (kWidth * std::sqrt(2.0 * n))};
  ASSERT_EQ(result.parameters.size(), 2u);
  for (std::size_t p = 0; p < 2; ++p) {
    const FittedParameter& fitted = result.parameters[p];
    // t² is harder to learn than t: a tenth of the precision may go.
    EXPECT_TRUE(result.score->data[p] >= 0.97 * bound[p] && result.score->data[p] <= 1.1 * bound[p])
        << fitted.name << " " << result.score->data[p] << " " << bound[p];
    EXPECT_TRUE(std::abs(fitted.value - truth[p]) <= 4.0 * fitted.statistical)
        << fitted.name << " " << fitted.value;
  }
  const std::vector<double>& covariance = result.score->covariance;
  EXPECT_EQ(covariance.size(), 4u);
  EXPECT_DOUBLE_EQ(covariance[1], covariance[2]);
  EXPECT_TRUE(std::abs(covariance[1]) <= 0.3 * std::sqrt(covariance[0] * covariance[3]));
  EXPECT_TRUE(result.score->converged);
}

TEST(ScoreFit, AScannedTableServesAsGenerator) {
  ThreadPool pool(2);
  GeneratorEvents wide, narrow;
  wide.scanned = generator_level(kGenerated, -1.5, 1.5, 7);
  narrow.scanned = generator_level(kGenerated, 0.3, 0.9, 8);
  const Table data = with_detector(kTruth, 140), simulation = with_detector(0.0, 240);
  const FitResult by_wide = fit_parameters(data, simulation, wide, exact(), options(), pool);
  const FitResult by_narrow = fit_parameters(data, simulation, narrow, exact(), options(), pool);
  // A wide scan has few events near the estimate: ∫ exp(−Δ²) = √π of a range of 3. The range ends 0.9 above the truth,
  // which takes a tenth of them, and makes the slope cost precision.
  const double expected = std::sqrt(3.0 / std::sqrt(std::numbers::pi) / static_cast<double>(kGenerated));
  EXPECT_TRUE(by_wide.score->generator[0] >= expected && by_wide.score->generator[0] <= 1.35 * expected)
      << by_wide.score->generator[0] << " " << expected;
  EXPECT_LT(by_narrow.score->generator[0], by_wide.score->generator[0]);
  const double between = std::hypot(by_wide.score->generator[0], by_narrow.score->generator[0]);
  EXPECT_TRUE(std::abs(by_wide.parameters[0].value - by_narrow.parameters[0].value) <= 4.0 * between)
      << by_wide.parameters[0].value << " " << by_narrow.parameters[0].value;
  GeneratorEvents far;
  far.scanned = generator_level(2000, -1.5, -1.2, 9);
  // exp(−Δ²) with Δ = 2 leaves 2 % of 2000 events.
  EXPECT_THROW(fit_parameters(data, simulation, far, exact(), options(), pool), DataError);
}

TEST(ScoreFit, AWrongResolutionIsNoticed) {
  ThreadPool pool(2);
  const Table simulation = with_detector(0.0, 260);
  const FitResult right =
      fit_parameters(with_detector(kTruth, 160), simulation, generator(1), exact(), options(), pool);
  const FitResult wrong = fit_parameters(with_detector(kTruth, 160, 1.3 * kNoise), simulation, generator(1),
                                         exact(), options(), pool);
  const auto width = [](const FitResult& result) {
    for (const MomentTest& test : result.score->tests) {
      if (test.name == "width of y") return test.pull();
    }
    return std::numeric_limits<double>::quiet_NaN();
  };
  EXPECT_TRUE(std::abs(width(right)) <= 4.0) << width(right);
  EXPECT_TRUE(width(wrong) >= 5.0) << width(wrong);
}

TEST(ScoreFit, RepetitionsAroundOtherPointsAgree) {
  FitOptions two = options();
  two.repetitions = 2;
  const FitResult result = fit(50, exact(), two);
  EXPECT_EQ(result.repetitions.size(), 2u);
  EXPECT_NE(result.repetitions[0], result.repetitions[1]);
  EXPECT_TRUE(result.score->instability <= 0.5) << result.score->instability;
  EXPECT_GT(result.parameters[0].training, 0.0);
}

TEST(ScoreFit, WeightsOfEventsCount) {
  ThreadPool pool(2);
  // Data at two means, the wrong one with weights that cancel: half its events count −1.
  Table data = with_detector(kTruth, 170), wrong = with_detector(-0.5, 171);
  data.append(wrong);
  std::vector<float> weights(2 * kEvents, 1.0f);
  for (std::size_t i = 0; i < kEvents; ++i) weights[kEvents + i] = i % 2 == 0 ? 1.0f : -1.0f;
  data.set_weights(weights);
  // Simulation with negative weights: 20 % of the events count −1, of the same distribution.
  Table simulation = with_detector(0.0, 270);
  std::vector<float> signs(kEvents);
  for (std::size_t i = 0; i < kEvents; ++i) signs[i] = i % 5 == 0 ? -1.0f : 1.0f;
  simulation.set_weights(signs);
  const FitResult result = fit_parameters(data, simulation, generator(2), exact(), options(), pool);
  const FittedParameter& mu = result.parameters[0];
  EXPECT_TRUE(std::abs(mu.value - kTruth) <= 4.0 * mu.statistical) << mu.value << " " << mu.statistical;
  // Negative weights cost precision: (Σ w)² / Σ w² is 36 % of the simulation's events.
  const double simulated = std::sqrt(kNoise * kNoise * std::exp(kTruth * kTruth) / (0.36 * kEvents));
  EXPECT_TRUE(std::abs(result.score->simulation[0] / simulated - 1.0) <= 0.15) << result.score->simulation[0];
}

TEST(ScoreFit, SameBitsForAnyThreadCount) {
  FitOptions quick = options();
  quick.training.max_epochs = 2;
  quick.score.approach_events = 3000;
  const Table data = with_detector(kTruth, 180, kNoise, 6000),
              simulation = with_detector(0.0, 280, kNoise, 6000);
  std::vector<FitResult> found;
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    found.push_back(fit_parameters(data, simulation, generator(3), exact(), quick, pool));
  }
  for (std::size_t t = 1; t < found.size(); ++t) {
    EXPECT_EQ(found[t].parameters[0].value, found[0].parameters[0].value);
    EXPECT_EQ(found[t].parameters[0].high, found[0].parameters[0].high);
    EXPECT_EQ(found[t].score->tests[0].difference, found[0].score->tests[0].difference);
  }
}

TEST(ScoreFit, SaysWhatIsWrong) {
  ThreadPool pool(1);
  const Table data = with_detector(kTruth, 190, kNoise, 2000),
              simulation = with_detector(0.0, 290, kNoise, 2000);
  const auto refused = [&](const GeneratorEvents& events, const FitOptions& with) {
    EXPECT_THROW(fit_parameters(data, simulation, events, exact(), with, pool), ConfigError);
  };
  refused({}, options());
  FitOptions wrong = options();
  wrong.folds = 1;
  refused(generator(1), wrong);
  wrong = options();
  wrong.repetitions = 0;
  refused(generator(1), wrong);
  wrong = options();
  wrong.score.max_expansions = 0;
  refused(generator(1), wrong);
  GeneratorEvents bare;
  bare.scanned = generator_level(1000, -1, 1, 1);
  bare.scanned.remove_column("mu");
  EXPECT_THROW(fit_parameters(data, simulation, bare, exact(), options(), pool), DataError);
  // Data outside of what the weights can make.
  const FitResult outside = fit_parameters(with_detector(3.0, 191, kNoise, 2000), simulation, generator(1),
                                           exact(), options(), pool);
  EXPECT_FALSE(outside.rejected.empty());
  EXPECT_TRUE(std::isnan(outside.parameters[0].low));
}

}  // namespace
}  // namespace trueup
