// The objective of method dctr.
#include "fit/dctr_objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <trueup/model.hpp>

#include "fit/events.hpp"

namespace trueup {

namespace {

/// One sample's share of the objective: mean of the loss, its gradient, the gradient's covariance, and the curvature.
struct Share {
  double loss = 0.0;
  double loss_error = 0.0;
  std::vector<double> gradient;
  SquareMatrix covariance;
  SquareMatrix curvature;
};

double softplus(double z) {
  return z > 0.0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

/// sign −1: data, loss −log f = softplus(−z); +1: simulation, −log(1 − f) = softplus(z).
Share share_of(const Table& table, const LogitsWithGradient& found, std::size_t parameters, double sign) {
  Share share{0.0, 0.0, std::vector<double>(parameters), SquareMatrix(parameters), SquareMatrix(parameters)};
  const std::vector<float> weights = table.weights_or_ones();
  double sum = 0.0, squares = 0.0, loss_squares = 0.0, loss_moment = 0.0;
  std::vector<double> moments(parameters);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto w = static_cast<double>(weights[i]), z = sign * static_cast<double>(found.logits[i]);
    const double loss = softplus(z), slope = 1.0 / (1.0 + std::exp(-z));
    sum += w;
    squares += w * w;
    share.loss += w * loss;
    loss_moment += w * w * loss;
    loss_squares += w * w * loss * loss;
    for (std::size_t p = 0; p < parameters; ++p) {
      const double s = static_cast<double>(found.gradients[i * parameters + p]);
      share.gradient[p] += w * sign * slope * s;
      moments[p] += w * w * sign * slope * s;
      for (std::size_t q = 0; q < parameters; ++q) {
        const double product = s * static_cast<double>(found.gradients[i * parameters + q]);
        share.covariance(p, q) += w * w * slope * slope * product;
        share.curvature(p, q) += w * slope * (1.0 - slope) * product;
      }
    }
  }
  share.loss /= sum;
  const double loss_variance =
      loss_squares - 2.0 * share.loss * loss_moment + share.loss * share.loss * squares;
  share.loss_error = std::sqrt(std::max(0.0, loss_variance)) / sum;
  for (double& g : share.gradient) g /= sum;
  for (std::size_t p = 0; p < parameters; ++p) {
    for (std::size_t q = 0; q < parameters; ++q) {
      // Σ w² (g − ḡ)(g − ḡ)ᵀ / (Σ w)²
      share.covariance(p, q) += squares * share.gradient[p] * share.gradient[q] -
                                share.gradient[p] * moments[q] - share.gradient[q] * moments[p];
      share.covariance(p, q) /= sum * sum;
      share.curvature(p, q) /= sum;
    }
  }
  return share;
}

}  // namespace

struct DctrObjective::Sums {
  Share data;
  Share simulation;
};

DctrObjective::DctrObjective(const Table& data, const Table& simulation, const Reweighter& reweighter,
                             std::size_t repetition, ThreadPool& pool)
    : data_(model_columns(data, reweighter.model())),
      simulation_(model_columns(simulation, reweighter.model())),
      reweighter_(reweighter),
      repetition_(repetition),
      pool_(pool) {
  data_.set_weights(data.weights_or_ones());
  simulation_.set_weights(simulation.weights_or_ones());
}

DctrObjective::Sums DctrObjective::sums_at(std::span<const double> theta) const {
  const auto share = [&](const Table& table, double sign) {
    return share_of(table, model_logits_with_gradient(reweighter_.model(), table, theta, pool_), theta.size(),
                    sign);
  };
  return {share(data_, -1.0), share(simulation_, 1.0)};
}

Evaluation DctrObjective::evaluate_at(std::span<const double> theta) const {
  const Sums sums = sums_at(theta);
  Evaluation evaluation;
  ScanPoint& point = evaluation.point;
  point.theta.assign(theta.begin(), theta.end());
  point.repetition = repetition_;
  point.auc = std::numeric_limits<double>::quiet_NaN();
  point.auc_null_spread = std::numeric_limits<double>::quiet_NaN();
  point.effective_sample_size = static_cast<double>(simulation_.rows());
  point.objective = 0.5 * (sums.data.loss + sums.simulation.loss);
  point.objective_error = 0.5 * std::hypot(sums.data.loss_error, sums.simulation.loss_error);
  evaluation.curvature = SquareMatrix(theta.size());
  for (std::size_t p = 0; p < theta.size(); ++p) {
    point.gradient.push_back(0.5 * (sums.data.gradient[p] + sums.simulation.gradient[p]));
    point.gradient_error.push_back(0.5 *
                                   std::sqrt(sums.data.covariance(p, p) + sums.simulation.covariance(p, p)));
    for (std::size_t q = 0; q < theta.size(); ++q) {
      evaluation.curvature(p, q) = 0.5 * (sums.data.curvature(p, q) + sums.simulation.curvature(p, q));
    }
  }
  return evaluation;
}

std::vector<Evaluation> DctrObjective::evaluate_all(const std::vector<std::vector<double>>& thetas) const {
  std::vector<Evaluation> evaluations;
  for (const auto& theta : thetas) evaluations.push_back(evaluate_at(theta));
  return evaluations;
}

SquareMatrix DctrObjective::covariance(std::span<const double> theta, std::span<const double> steps) const {
  const std::size_t P = theta.size();
  const auto& parameters = reweighter_.model().parameters;
  SquareMatrix hessian(P);
  for (std::size_t q = 0; q < P; ++q) {
    std::vector<double> up(theta.begin(), theta.end()), down = up;
    up[q] = std::min(up[q] + steps[q], parameters[q].high);
    down[q] = std::max(down[q] - steps[q], parameters[q].low);
    const auto above = evaluate_at(up).point.gradient, below = evaluate_at(down).point.gradient;
    for (std::size_t p = 0; p < P; ++p) hessian(p, q) = (above[p] - below[p]) / (up[q] - down[q]);
  }
  const auto inverted = inverse(hessian);
  if (!inverted) return SquareMatrix(P);
  const Sums sums = sums_at(theta);
  SquareMatrix variance(P);
  for (std::size_t i = 0; i < variance.values.size(); ++i) {
    variance.values[i] = 0.25 * (sums.data.covariance.values[i] + sums.simulation.covariance.values[i]);
  }
  return sandwich(*inverted, variance);
}

}  // namespace trueup
