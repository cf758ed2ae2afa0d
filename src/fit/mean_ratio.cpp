// The mean of several trainings' ratios.
#include "fit/mean_ratio.hpp"

#include <cmath>
#include <string>

#include <trueup/error.hpp>

namespace trueup {

namespace {

std::vector<std::string> parameter_names(const Model& model) {
  std::vector<std::string> names;
  for (const ModelParameter& p : model.parameters) names.push_back(p.name);
  return names;
}

}  // namespace

MeanRatio::MeanRatio(std::span<const Reweighter> reweighters) : reweighters_(reweighters) {
  if (reweighters.empty()) throw ConfigError("a fit needs at least one reweighter");
  for (const Reweighter& other : reweighters) {
    if (other.model().column_names() == model().column_names() &&
        parameter_names(other.model()) == parameter_names(model()))
      continue;
    throw ConfigError(
        "the reweighters have different columns or parameters, so that the mean of their ratios has no "
        "meaning; "
        "train them with one configuration");
  }
}

namespace {

/// Mean over the reweighters of exp of what `logits_of` gives for each.
template <class Logits>
std::vector<float> mean_exponential(std::span<const Reweighter> reweighters, std::size_t rows,
                                    const Logits& logits_of) {
  std::vector<float> mean(rows, 0.0f);
  const auto share = 1.0f / static_cast<float>(reweighters.size());
  for (const Reweighter& reweighter : reweighters) {
    const std::vector<float> logits = logits_of(reweighter.model());
    for (std::size_t i = 0; i < rows; ++i) mean[i] += share * std::exp(logits[i]);
  }
  return mean;
}

}  // namespace

std::vector<float> MeanRatio::ratios(const Table& table, std::span<const double> theta,
                                     ThreadPool& pool) const {
  return mean_exponential(reweighters_, table.rows(),
                          [&](const Model& model) { return model_logits(model, table, theta, pool); });
}

std::vector<float> MeanRatio::ratios_by_row(const Table& table, std::span<const std::span<const float>> theta,
                                            ThreadPool& pool) const {
  return mean_exponential(reweighters_, table.rows(),
                          [&](const Model& model) { return model_logits_by_row(model, table, theta, pool); });
}

Reweighter::WeightsWithScore MeanRatio::ratios_with_score(const Table& table, std::span<const double> theta,
                                                          ThreadPool& pool) const {
  const std::size_t N = table.rows(), P = theta.size();
  Reweighter::WeightsWithScore sum{std::vector<float>(N, 0.0f), std::vector<float>(N * P, 0.0f)};
  const auto share = 1.0f / static_cast<float>(reweighters_.size());
  for (const Reweighter& reweighter : reweighters_) {
    const LogitsWithGradient found = model_logits_with_gradient(reweighter.model(), table, theta, pool);
    for (std::size_t i = 0; i < N; ++i) {
      const float w = share * std::exp(found.logits[i]);
      sum.weights[i] += w;
      for (std::size_t p = 0; p < P; ++p) sum.scores[i * P + p] += w * found.gradients[i * P + p];
    }
  }
  for (std::size_t i = 0; i < N; ++i) {
    if (sum.weights[i] == 0.0f) continue;  // too small for a float: it counts for nothing, with any score
    for (std::size_t p = 0; p < P; ++p) sum.scores[i * P + p] /= sum.weights[i];
  }
  return sum;
}

}  // namespace trueup
