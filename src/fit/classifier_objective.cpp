// The objectives of methods auc and loss.
#include "fit/classifier_objective.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <core/side_by_side.hpp>
#include <trueup/ensemble.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>

#include "fit/held_out_values.hpp"
#include "fit/score_moments.hpp"

namespace trueup {

namespace {

// A training that learns its events by heart is a little worse than guessing, too; a failed one is much worse.
constexpr double kFailedSigmas = 5.0;
constexpr double kFailedLoss = 0.005;
constexpr std::size_t kMostAttempts = 3;
// The divergence's second derivative is a quarter of the information in the observables, which is what the detector
// leaves of the generator's: half of it, to begin with.
constexpr double kCurvatureOfInformation = 0.125;

double sum_at(std::span<const float> weights, const std::vector<std::uint32_t>& rows) {
  return std::accumulate(rows.begin(), rows.end(), 0.0, [&](double sum, std::uint32_t r) {
    return sum + (weights.empty() ? 1.0 : static_cast<double>(weights[r]));
  });
}

ScoredFold scored_fold(const HeldOutScores& scores, const FitEvents& events, std::span<const float> weights,
                       LossWeights kind) {
  const auto normalising = kind == LossWeights::raw ? events.simulation_weights() : weights;
  return {scores, weights_at(events.data_weights, scores.positive.rows),
          weights_at(weights, scores.negative.rows), sum_at(normalising, scores.negative.rows)};
}

/// AUC, its spread for equal samples and the effective size of the simulation, over folds: their mean.
void judge_auc(const std::vector<ScoredFold>& folds, ScanPoint& point) {
  const auto n = static_cast<double>(folds.size());
  double variance = 0.0;
  point.auc = 0.0;
  for (const ScoredFold& fold : folds) {
    const double positive = effective_sample_size(fold.positive_weights);
    const double negative = effective_sample_size(fold.negative_weights);
    point.auc += auc(fold.scores.positive.logits, fold.positive_weights, fold.scores.negative.logits,
                     fold.negative_weights) /
                 n;
    const double spread = auc_null_spread(positive, negative) / n;
    variance += spread * spread;
    point.effective_sample_size += negative;
  }
  point.auc_null_spread = std::sqrt(variance);
}

/// Mean over folds. Its error is the larger one of what held-out events give and what the folds' scatter gives.
ValueWithError mean_of_folds(const std::vector<ValueWithError>& folds) {
  const auto n = static_cast<double>(folds.size());
  double sum = 0.0, squares = 0.0, scatter = 0.0;
  for (const ValueWithError& fold : folds) sum += fold.value, squares += fold.error * fold.error;
  const double mean = sum / n;
  for (const ValueWithError& fold : folds) scatter += (fold.value - mean) * (fold.value - mean);
  const double by_scatter = folds.size() > 1 ? std::sqrt(scatter / (n * (n - 1.0))) : 0.0;
  return {mean, std::max(std::sqrt(squares) / n, by_scatter)};
}

HeldOutOptions classifier_options(const FitOptions& options, std::size_t repetition) {
  HeldOutOptions classifier;
  classifier.hidden = options.hidden;
  classifier.member_hidden = options.members.hidden;
  classifier.training = options.training;
  classifier.train_fraction = options.train_fraction;
  classifier.folds = options.folds;
  classifier.seed = derive_seed(options.seed, "repetition", repetition);
  classifier.score_all_negative = options.corrected;
  // The scan of the AUC needs directions far from 1/2 only; its classifiers start as the papers' do.
  classifier.start_at_zero = options.method == FitMethod::loss || options.minimiser == Minimiser::gradient;
  return classifier;
}

}  // namespace

ClassifierObjective::ClassifierObjective(FitEvents events, const Reweighter& reweighter,
                                         const FitOptions& options, std::size_t repetition, ThreadPool& pool,
                                         Monitor& monitor)
    : events_(std::move(events)),
      reweighter_(reweighter),
      method_(options.method),
      weights_(options.weights),
      with_gradient_(options.minimiser == Minimiser::gradient),
      repetition_(repetition),
      classifier_(classifier_options(options, repetition)),
      pool_(pool),
      monitor_(monitor) {}

void ClassifierObjective::train_fold(std::span<const float> weights, std::size_t fold, std::size_t attempt,
                                     Classified& classified, Monitor& monitor) const {
  HeldOutOptions options = classifier_;
  options.attempt = attempt;
  const bool raw = weights_ == LossWeights::raw;
  HeldOutScores found = held_out_scores({events_.data, events_.data_weights}, {events_.simulation, weights},
                                        raw ? events_.simulation_weights() : std::span<const float>{},
                                        options, fold, pool_, monitor);
  const ValueWithError loss = loss_below_guessing(scored_fold(found, events_, weights, weights_));
  ++classified.trainings;
  if (attempt > 0 && !(loss.value > classified.losses[fold])) return;
  classified.folds[fold] = std::move(found);
  classified.losses[fold] = loss.value;
  classified.loss_errors[fold] = loss.error;
}

Classified ClassifierObjective::classify_at(std::span<const double> theta, Monitor& monitor) const {
  const std::size_t folds = std::max<std::size_t>(1, classifier_.folds);
  Classified classified{std::vector<HeldOutScores>(folds), std::vector<double>(folds),
                        std::vector<double>(folds)};
  const std::vector<float> weights = reweighter_.weights(events_.generator, theta, pool_);
  const auto failed = [&](std::size_t k) {
    // Raw weights that do not sum to one shift the loss of every classifier: guessing is no measure there.
    if (weights_ == LossWeights::raw) return false;
    return !(classified.losses[k] >= -std::max(kFailedSigmas * classified.loss_errors[k], kFailedLoss));
  };
  for (std::size_t k = 0; k < folds; ++k) {
    train_fold(weights, k, 0, classified, monitor);
    for (std::size_t attempt = 1; attempt < kMostAttempts && failed(k); ++attempt) {
      train_fold(weights, k, attempt, classified, monitor);
      ++classified.retrained;
    }
  }
  return classified;
}

bool ClassifierObjective::train_again(std::span<const double> theta, std::size_t fold,
                                      Classified& classified) const {
  const std::vector<float> weights = reweighter_.weights(events_.generator, theta, pool_);
  const double before = classified.losses[fold];
  ++classified.retrained;
  train_fold(weights, fold, kMostAttempts, classified, monitor_);
  return classified.losses[fold] > before;
}

std::vector<Classified> ClassifierObjective::classify(const std::vector<std::vector<double>>& thetas) const {
  const Network classifier(classifier_spec(events_.data, classifier_));
  const Turns turns = trained_side_by_side(classifier) ? Turns::side_by_side : Turns::one_after_another;
  std::vector<Classified> found(thetas.size());
  run_tasks("scan", thetas.size(), turns, pool_, monitor_,
            [&](std::size_t i, Monitor& own) { found[i] = classify_at(thetas[i], own); });
  return found;
}

Evaluation ClassifierObjective::judge(std::span<const double> theta, const Classified& classified) const {
  Evaluation evaluation;
  ScanPoint& point = evaluation.point;
  point.theta.assign(theta.begin(), theta.end());
  point.repetition = repetition_;
  const std::size_t P = theta.size();
  Reweighter::WeightsWithScore weighted;
  if (with_gradient_) {
    weighted = reweighter_.weights_with_score(events_.generator, theta, pool_);
    evaluation.curvature = score_covariance(weighted.weights, weighted.scores, P);
    for (double& v : evaluation.curvature.values) v *= kCurvatureOfInformation;
  } else {
    weighted.weights = reweighter_.weights(events_.generator, theta, pool_);
  }
  std::vector<ScoredFold> folds;
  for (const HeldOutScores& scores : classified.folds) {
    folds.push_back(scored_fold(scores, events_, weighted.weights, weights_));
  }
  judge_auc(folds, point);
  std::vector<ValueWithError> losses;
  std::vector<std::vector<ValueWithError>> gradients(with_gradient_ ? P : 0);
  for (std::size_t k = 0; k < folds.size(); ++k) {
    losses.push_back({classified.losses[k], classified.loss_errors[k]});
    if (!with_gradient_) continue;
    const auto gradient = loss_gradient(folds[k], weighted.scores, P, weights_ == LossWeights::normalised);
    for (std::size_t p = 0; p < P; ++p) gradients[p].push_back(gradient[p]);
  }
  const ValueWithError loss = mean_of_folds(losses);
  const bool by_auc = method_ == FitMethod::auc;
  point.objective = by_auc ? point.auc : loss.value;
  point.objective_error = by_auc ? point.auc_null_spread : loss.error;
  for (const auto& component : gradients) {
    const ValueWithError mean = mean_of_folds(component);
    point.gradient.push_back(mean.value);
    point.gradient_error.push_back(mean.error);
  }
  evaluation.record = classified.folds.front().record;
  evaluation.trainings = classified.trainings;
  evaluation.retrained = classified.retrained;
  return evaluation;
}

std::vector<Evaluation> ClassifierObjective::evaluate_all(
    const std::vector<std::vector<double>>& thetas) const {
  const std::vector<Classified> classified = classify(thetas);
  std::vector<Evaluation> evaluations;
  for (std::size_t i = 0; i < thetas.size(); ++i) evaluations.push_back(judge(thetas[i], classified[i]));
  return evaluations;
}

}  // namespace trueup
