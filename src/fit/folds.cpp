// Folds of events.
#include "fit/folds.hpp"

#include <algorithm>

#include <trueup/random.hpp>

namespace trueup {

namespace {

constexpr double kValidation = 0.2;      // of a fold's other events
constexpr std::size_t kLeastSteps = 50;  // of an epoch: with few events batches are smaller than asked for
constexpr std::size_t kLeastBatch = 50;

}  // namespace

Folds::Folds(std::size_t events, std::size_t folds, std::uint64_t seed) : number(folds), of(events) {
  RandomStream stream(seed, "score folds");
  const std::vector<std::uint32_t> order = random_permutation(events, stream);
  for (std::size_t i = 0; i < events; ++i) of[order[i]] = static_cast<std::uint32_t>(i * folds / events);
}

RegressionRows Folds::outside(std::size_t k, std::uint64_t seed) const {
  std::vector<std::uint32_t> others;
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (of[i] != k) others.push_back(static_cast<std::uint32_t>(i));
  }
  RandomStream stream(seed, "score validation", k);
  const std::vector<std::uint32_t> order = random_permutation(others.size(), stream);
  RegressionRows rows;
  const auto validation = static_cast<std::size_t>(kValidation * static_cast<double>(others.size()));
  for (std::size_t i = 0; i < order.size(); ++i) {
    (i < validation ? rows.validation : rows.training).push_back(others[order[i]]);
  }
  return rows;
}

FeatureMatrix Folds::rows_in(std::size_t k, const FeatureMatrix& matrix) const {
  FeatureMatrix chosen{matrix.features, {}};
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (of[i] == k) chosen.values.insert(chosen.values.end(), matrix.row(i).begin(), matrix.row(i).end());
  }
  return chosen;
}

RegressionOptions regression_options(const FitOptions& options, std::size_t events,
                                     std::span<const float> weights, std::uint64_t seed, std::size_t fold) {
  RegressionOptions regression{options.hidden, options.training};
  const bool some_negative = std::ranges::any_of(weights, [](float w) { return w < 0.0f; });
  if (!some_negative) {
    const std::size_t most = std::max(kLeastBatch, events / kLeastSteps);
    regression.training.batch_size = std::min(regression.training.batch_size, most);
  }
  regression.training.seed = derive_seed(seed, "score regression", fold);
  return regression;
}

}  // namespace trueup
