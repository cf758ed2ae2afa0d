// w(x,θ) from a trained model.
#include <trueup/reweighter.hpp>

#include <cmath>
#include <utility>

#include <trueup/error.hpp>

namespace trueup {

Reweighter::Reweighter(Model model) : model_(std::move(model)) {
  if (model_.kind != ModelKind::reweighter || model_.parameters.empty()) {
    throw ConfigError(
        "this model is not a reweighter: it has no parameters; make one with 'trueup reweight'");
  }
}

std::vector<float> Reweighter::weights(const Table& table, std::span<const double> theta,
                                       ThreadPool& pool) const {
  std::vector<float> weights = model_logits(model_, table, theta, pool);
  const auto own = table.weights();
  for (std::size_t r = 0; r < weights.size(); ++r) {
    weights[r] = std::exp(weights[r]) * (own.empty() ? 1.0f : own[r]);
  }
  return weights;
}

}  // namespace trueup
