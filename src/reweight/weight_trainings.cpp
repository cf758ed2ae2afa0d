// Comparing the trainings of one w, and training again those that failed.
#include <trueup/weight_trainings.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <trueup/random.hpp>
#include <trueup/stats.hpp>

#include "stats/pareto_tail.hpp"

namespace trueup {
namespace {

constexpr std::size_t kMostEvents = 200'000;
constexpr double kErrors = 5.0;
constexpr double kGainPart = 0.02;
constexpr double kMeanWeightOff = 0.1;

/// The events that all trainings are asked about.
struct Questions {
  Table scanned;
  Table nominal;
  std::vector<std::vector<float>> scanned_theta;
  std::vector<std::vector<float>> borrowed_theta;
  std::vector<float> nominal_weights;  ///< times the lender's
};

/// At most kMostEvents of the table, wherever they stand in it.
Table asked_about(const Table& table, std::uint64_t seed, std::uint64_t index) {
  if (table.rows() <= kMostEvents) return table;
  RandomStream stream(seed, "judged events", index);
  const std::vector<std::uint32_t> order = random_permutation(table.rows(), stream);
  return table.select(std::span(order).first(kMostEvents));
}

Questions make_questions(const Model& model, const Table& nominal, const Table& scanned, std::uint64_t seed) {
  Questions questions{asked_about(scanned, seed, 0), asked_about(nominal, seed, 1), {}, {}, {}};
  const std::vector<float> lenders_weights = questions.scanned.weights_or_ones();
  questions.nominal_weights = questions.nominal.weights_or_ones();
  RandomStream stream(seed, "judged theta");
  std::vector<std::size_t> lenders(questions.nominal.rows());
  for (std::size_t r = 0; r < lenders.size(); ++r) {
    lenders[r] = stream.below(questions.scanned.rows());
    if (!model.parameters.empty()) questions.nominal_weights[r] *= lenders_weights[lenders[r]];
  }
  for (const ModelParameter& parameter : model.parameters) {
    const std::span<const float> theta = questions.scanned.values(parameter.name);
    questions.scanned_theta.emplace_back(theta.begin(), theta.end());
    std::vector<float>& borrowed = questions.borrowed_theta.emplace_back();
    for (const std::size_t lender : lenders) borrowed.push_back(theta[lender]);
  }
  return questions;
}

/// Cross-entropy of each event.
struct EventLosses {
  std::vector<float> scanned;
  std::vector<float> nominal;
};

std::vector<float> losses_at(const Model& model, const Table& table,
                             const std::vector<std::vector<float>>& theta, float sign, ThreadPool& pool) {
  const std::vector<std::span<const float>> columns(theta.begin(), theta.end());
  std::vector<float> losses = model_logits_by_row(model, table, columns, pool);
  for (float& value : losses) {
    const float z = sign * value;  // −log σ(z), without overflow
    value = std::max(0.0f, -z) + std::log1p(std::exp(-std::fabs(z)));
  }
  return losses;
}

EventLosses losses_of(const Reweighter& reweighter, const Questions& questions, ThreadPool& pool) {
  const Model& model = reweighter.model();
  return {losses_at(model, questions.scanned, questions.scanned_theta, 1.0f, pool),
          losses_at(model, questions.nominal, questions.borrowed_theta, -1.0f, pool)};
}

MeanWithError balanced_mean(const EventLosses& losses, const Questions& questions) {
  const MeanWithError scanned = weighted_mean(losses.scanned, questions.scanned.weights());
  const MeanWithError nominal = weighted_mean(losses.nominal, questions.nominal_weights);
  return {0.5 * (scanned.value + nominal.value), 0.5 * std::hypot(scanned.error, nominal.error)};
}

EventLosses difference(EventLosses a, const EventLosses& b) {
  std::transform(a.scanned.begin(), a.scanned.end(), b.scanned.begin(), a.scanned.begin(), std::minus<>());
  std::transform(a.nominal.begin(), a.nominal.end(), b.nominal.begin(), a.nominal.begin(), std::minus<>());
  return a;
}

/// Nominal θ with one parameter at a quartile of its scanned values, for each parameter and quartile; without parameters
/// the one θ that there is.
std::vector<std::vector<double>> quartile_points(const Model& model, const Questions& questions) {
  std::vector<double> nominal;
  for (const ModelParameter& parameter : model.parameters) nominal.push_back(parameter.nominal);
  std::vector<std::vector<double>> points;
  if (nominal.empty()) points.emplace_back();
  for (std::size_t p = 0; p < nominal.size(); ++p) {
    std::vector<float> sorted = questions.scanned_theta[p];
    std::ranges::sort(sorted);
    for (const double q : {0.25, 0.5, 0.75}) {
      points.push_back(nominal);
      points.back()[p] =
          static_cast<double>(sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))]);
    }
  }
  return points;
}

/// What a Pareto tail of the weights holds beyond the largest, on average: rare weights that are in no finite sample, nor in the
/// error of its mean. N weights reach x where 1/N of them are larger, and those have the mean x/(1 − k).
double beyond_the_largest(std::vector<float> ratios, std::span<const float> own) {
  std::ranges::transform(ratios, own, ratios.begin(), std::multiplies<>());
  const double shape = pareto_shape(ratios);
  if (!(shape > 0.0)) return 0.0;
  const double total = std::accumulate(own.begin(), own.end(), 0.0);
  const double largest = static_cast<double>(std::ranges::max(ratios));
  return shape < 1.0 ? largest / (total * (1.0 - shape)) : std::numeric_limits<double>::infinity();
}

/// How surely a mean weight is off, for the choice of the worst.
double deviation(const MeanWithError& mean) {
  return std::fabs(mean.value - 1.0) / std::max(mean.error, 1e-12);
}

MeanWithError worst_mean_weight(const Reweighter& reweighter, const Questions& questions, ThreadPool& pool) {
  MeanWithError worst{1.0, 0.0};
  const std::vector<float> own = questions.nominal.weights_or_ones();
  for (const std::vector<double>& theta : quartile_points(reweighter.model(), questions)) {
    std::vector<float> ratios = model_logits(reweighter.model(), questions.nominal, theta, pool);
    std::ranges::transform(ratios, ratios.begin(), [](float logit) { return std::exp(logit); });
    MeanWithError mean = weighted_mean(ratios, own);
    if (mean.value < 1.0) mean.value = std::min(1.0, mean.value + beyond_the_largest(ratios, own));
    const bool off = std::fabs(mean.value - 1.0) > kMeanWeightOff;
    const bool worst_off = std::fabs(worst.value - 1.0) > kMeanWeightOff;
    if ((off && !worst_off) || (off == worst_off && deviation(mean) > deviation(worst))) worst = mean;
  }
  return worst;
}

WeightTrainingQuality judge(const Reweighter& reweighter, const Questions& questions, ThreadPool& pool) {
  const MeanWithError mean = worst_mean_weight(reweighter, questions, pool);
  WeightTrainingQuality quality;
  quality.worst_mean_weight = mean.value;
  quality.worst_mean_weight_error = mean.error;
  quality.failed = std::fabs(mean.value - 1.0) > kMeanWeightOff && deviation(mean) > kErrors;
  return quality;
}

}  // namespace

std::vector<WeightTrainingQuality> judge_weight_trainings(const std::vector<Reweighter>& reweighters,
                                                          const Table& nominal, const Table& scanned,
                                                          std::uint64_t seed, ThreadPool& pool) {
  std::vector<WeightTrainingQuality> qualities;
  if (reweighters.empty()) return qualities;
  const Questions questions = make_questions(reweighters.front().model(), nominal, scanned, seed);
  std::vector<EventLosses> losses;
  for (const Reweighter& reweighter : reweighters) {
    losses.push_back(losses_of(reweighter, questions, pool));
    WeightTrainingQuality& quality = qualities.emplace_back(judge(reweighter, questions, pool));
    quality.gain = std::numbers::ln2 - balanced_mean(losses.back(), questions).value;
  }
  const auto best = std::ranges::max_element(
      qualities, {}, [](const WeightTrainingQuality& quality) { return quality.gain; });
  const EventLosses& best_losses = losses[static_cast<std::size_t>(best - qualities.begin())];
  for (std::size_t k = 0; k < qualities.size(); ++k) {
    const MeanWithError behind = balanced_mean(difference(losses[k], best_losses), questions);
    WeightTrainingQuality& quality = qualities[k];
    quality.behind_best = behind.value;
    quality.behind_best_error = behind.error;
    quality.failed =
        quality.failed || (behind.value > kErrors * behind.error && behind.value > kGainPart * best->gain);
  }
  return qualities;
}

std::vector<std::size_t> retrain_failed(std::vector<Reweighter>& reweighters, const Table& nominal,
                                        const Table& scanned, std::uint64_t seed,
                                        const std::function<Reweighter(std::size_t)>& train_again,
                                        ThreadPool& pool, Monitor& monitor) {
  const auto qualities = judge_weight_trainings(reweighters, nominal, scanned, seed, pool);
  std::vector<std::size_t> repeated;
  for (std::size_t k = 0; k < reweighters.size(); ++k) {
    if (!qualities[k].failed) continue;
    monitor.message(LogLevel::info,
                    fmt::format("training {} of w failed: it knows {:.5f} nats an event less than the best, "
                                "its worst mean weight is {:.3f} ± {:.3f}; training again",
                                k + 1, qualities[k].behind_best, qualities[k].worst_mean_weight,
                                qualities[k].worst_mean_weight_error));
    repeated.push_back(k);
    Reweighter again = train_again(k);
    const auto both = judge_weight_trainings({reweighters[k], again}, nominal, scanned, seed, pool);
    if (both[1].gain > both[0].gain) reweighters[k] = std::move(again);
  }
  if (repeated.empty()) return repeated;
  const auto after = judge_weight_trainings(reweighters, nominal, scanned, seed, pool);
  for (const std::size_t k : repeated) {
    if (after[k].failed)
      monitor.message(LogLevel::warning, fmt::format("training {} of w failed again", k + 1));
  }
  return repeated;
}

}  // namespace trueup
