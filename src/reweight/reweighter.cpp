// w(x,θ) from a trained model.
#include <trueup/reweighter.hpp>

#include <cmath>
#include <utility>

#include <trueup/error.hpp>

namespace trueup {

Reweighter::Reweighter(Model model) : model_(std::move(model)) {
  if (model_.kind != ModelKind::reweighter) {
    throw ConfigError("this model is not a reweighter; make one with 'trueup reweight'");
  }
}

namespace {

/// exp of the logits, times the table's event weights.
std::vector<float> weights_of(std::vector<float> logits, const Table& table) {
  const auto own = table.weights();
  for (std::size_t r = 0; r < logits.size(); ++r) {
    logits[r] = std::exp(logits[r]) * (own.empty() ? 1.0f : own[r]);
  }
  return logits;
}

}  // namespace

std::vector<float> Reweighter::weights(const Table& table, std::span<const double> theta,
                                       ThreadPool& pool) const {
  return weights_of(model_logits(model_, table, theta, pool), table);
}

Reweighter::WeightsWithScore Reweighter::weights_with_score(const Table& table, std::span<const double> theta,
                                                            ThreadPool& pool) const {
  LogitsWithGradient found = model_logits_with_gradient(model_, table, theta, pool);
  return {weights_of(std::move(found.logits), table), std::move(found.gradients)};
}

}  // namespace trueup
