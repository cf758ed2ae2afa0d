// The events of a reweighting, cut into a training and a validation part.
#include "reweight/samples.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {

namespace {

ReweightSplit split_rows(std::size_t rows, double fraction, RandomStream stream, const char* what) {
  const auto order = random_permutation(rows, stream);
  const auto train = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(rows)));
  if (train == 0 || train == rows) {
    throw DataError(
        fmt::format("{} of {} events cannot be cut into a training and a validation part with "
                    "train_fraction = {}; use more events",
                    what, rows, fraction));
  }
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(train);
  return {{order.begin(), middle}, {middle, order.end()}};
}

void check_weights(const Table& table, const char* what) {
  const auto weights = table.weights();
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!weights.empty() && !(sum > 0.0)) {
    throw DataError(fmt::format("{}: the event weights sum to {}; their sum must be positive", what, sum));
  }
}

}  // namespace

void check_reweight_inputs(const Table& nominal, const Table& scanned, const ReweightOptions& options) {
  if (options.features.empty() && options.members.none()) {
    throw ConfigError("a reweighting needs at least one feature, or members of a group");
  }
  if (!options.members.none() && (options.members.columns.empty() || options.members.hidden.empty())) {
    throw ConfigError(
        fmt::format("a reweighting with members of '{}' needs at least one of their columns and one hidden "
                    "layer for them",
                    options.members.group));
  }
  if (options.nominal.size() != options.parameters.size()) {
    throw ConfigError(fmt::format("{} parameters but {} nominal values", options.parameters.size(),
                                  options.nominal.size()));
  }
  if (!(options.train_fraction > 0.0 && options.train_fraction < 1.0)) {
    throw ConfigError(
        fmt::format("train_fraction is {}; it must lie between 0 and 1", options.train_fraction));
  }
  if (options.theta_draws == 0) {
    throw ConfigError("theta_draws is 0; each nominal event needs at least one θ");
  }
  if (options.moments > 2) {
    throw ConfigError(fmt::format("moments is {}; it must be 0 (none), 1 (means) or 2 (means and products)",
                                  options.moments));
  }
  if (options.moments_degree < 1 || options.moments_degree > 4) {
    throw ConfigError(fmt::format("moments_degree is {}; it must be 1 to 4", options.moments_degree));
  }
  nominal.require_rows("nominal sample");
  scanned.require_rows("scanned sample");
  nominal.require_finite(options.features, "nominal sample");
  scanned.require_finite(options.features, "scanned sample");
  scanned.require_finite(options.parameters, "scanned sample");
  if (!options.members.none()) {
    member_columns(nominal, options.members.group, options.members.columns, "nominal sample");
    member_columns(scanned, options.members.group, options.members.columns, "scanned sample");
  }
  check_weights(nominal, "nominal sample");
  check_weights(scanned, "scanned sample");
}

ReweightSplits split_reweight_samples(const Table& nominal, const Table& scanned,
                                      const ReweightOptions& options) {
  const std::uint64_t seed = options.training.seed;
  return {split_rows(nominal.rows(), options.train_fraction, RandomStream(seed, "reweight split", 0),
                     "nominal sample"),
          split_rows(scanned.rows(), options.train_fraction, RandomStream(seed, "reweight split", 1),
                     "scanned sample")};
}

}  // namespace trueup
