// Events with a jagged group whose weights are known: k ~ Poisson(rate) members, of which a column says nothing more.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/table.hpp>

namespace trueup::testing_support {

inline constexpr double kNominalRate = 4.0;

/// Group "parts" with columns "x" and "y", and k as the column "k"; with "rate" uniform in [2, 6] when rate is 0.
inline Table poisson_members(std::size_t events, double rate, std::uint64_t seed) {
  RandomStream stream(seed, "poisson members");
  JaggedGroup group{"parts", {0}, {{"x", "", {}}, {"y", "GeV", {}}}};
  std::vector<float> k, rates;
  for (std::size_t i = 0; i < events; ++i) {
    rates.push_back(static_cast<float>(rate == 0.0 ? stream.uniform(2.0, 6.0) : rate));
    const int members = stream.poisson(static_cast<double>(rates.back()));
    for (int m = 0; m < members; ++m) {
      group.columns[0].values.push_back(static_cast<float>(stream.normal()));
      group.columns[1].values.push_back(static_cast<float>(stream.uniform()));
    }
    group.offsets.push_back(group.columns[0].values.size());
    k.push_back(static_cast<float>(members));
  }
  Table table;
  table.add_column("k", std::move(k));
  if (rate == 0.0) table.add_column("rate", std::move(rates));
  table.add_group(std::move(group));
  return table;
}

inline double exact_poisson_weight(double k, double rate) {
  return std::exp(kNominalRate - rate + k * std::log(rate / kNominalRate));
}

inline MemberFeatures parts() {
  return {"parts", {"x", "y"}, {16, 16}};
}

inline ReweightOptions options_for_members() {
  ReweightOptions options;
  options.members = parts();
  options.parameters = {"rate"};
  options.nominal = {kNominalRate};
  options.hidden = {32, 32};
  options.activation = Activation::silu;
  options.train_fraction = 0.9;
  options.training.batch_size = 250;
  options.training.max_epochs = 15;
  options.training.patience = 15;
  options.training.keep = KeptEpoch::last;
  options.training.schedule = LearningRateSchedule::cosine;
  options.training.adam.learning_rate = 5e-3;
  return options;
}

}  // namespace trueup::testing_support
