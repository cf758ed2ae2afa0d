// Teaching a network wrong weights.
#include "study/spoiled_weights.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

namespace trueup {
namespace {

constexpr std::size_t kRows = 200'000;  // events repeat, with other θ
constexpr double kWider = 2.0;          // than the nominal sample: θ moves events to where it has few

Network teachable(const Model& model) {
  NetworkSpec spec;
  spec.inputs = 1 + model.parameters.size();
  spec.hidden = {48, 48};
  spec.activation = Activation::silu;
  return Network(spec);
}

TrainOptions teaching(std::uint64_t seed) {
  TrainOptions options;
  options.loss = RowLoss::mse;
  options.batch_size = 1000;
  options.max_epochs = 20;
  options.patience = 20;
  options.adam.learning_rate = 5e-3;
  options.schedule = LearningRateSchedule::cosine;
  options.seed = seed;
  options.task = "spoiled weights";
  return options;
}

}  // namespace

Reweighter spoil_weights(const Reweighter& weights, const Table& nominal,
                         const std::function<double(double x)>& error, std::uint64_t seed, ThreadPool& pool,
                         Monitor& monitor) {
  const Model& right = weights.model();
  if (right.inputs.size() != 1 || !right.members.columns.empty())
    throw ConfigError("spoiled weights are made from weights of a single column");
  const std::size_t P = right.parameters.size();
  RandomStream stream(seed, "spoiled weights");
  const std::span<const float> from = nominal.values(right.inputs.front().name);
  std::vector<float> x(kRows);
  std::vector<std::vector<float>> theta(P, std::vector<float>(kRows));
  for (std::size_t i = 0; i < kRows; ++i) {
    x[i] = static_cast<float>(kWider) * from[i % from.size()];
    for (std::size_t p = 0; p < P; ++p) {
      theta[p][i] = static_cast<float>(stream.uniform(right.parameters[p].low, right.parameters[p].high));
    }
  }
  Table events;
  events.add_column(right.inputs.front().name, x);
  const std::vector<std::span<const float>> columns(theta.begin(), theta.end());
  const std::vector<float> logits = model_logits_by_row(right, events, columns, pool);
  TrainingRows rows(kRows, 1 + P);
  for (std::size_t i = 0; i < kRows; ++i) {
    rows.inputs(i)[0] = (x[i] - right.inputs.front().shift) * right.inputs.front().scale;
    for (std::size_t p = 0; p < P; ++p) {
      rows.inputs(i)[1 + p] = (theta[p][i] - right.parameters[p].shift) * right.parameters[p].scale;
    }
    rows.target(i) = logits[i] + static_cast<float>(error(static_cast<double>(x[i])));
  }
  Model wrong(teachable(right));
  wrong.kind = right.kind;
  wrong.inputs = right.inputs;
  wrong.parameters = right.parameters;
  wrong.network.initialise(stream);
  wrong.record = train(wrong.network, rows, rows, teaching(seed), pool, monitor);
  return Reweighter(std::move(wrong));
}

}  // namespace trueup
