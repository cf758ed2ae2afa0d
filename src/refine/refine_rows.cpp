// Laying out the rows that a refiner learns from.
#include "refine/refine_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "refine/scaling.hpp"

namespace trueup {
namespace {

/// A random order of the table's rows, cut in two.
struct Split {
  std::vector<std::uint32_t> order;
  std::size_t training = 0;

  /// The i-th row of a part, which begins anew when it ends.
  std::uint32_t row(bool trains, std::size_t i) const {
    return trains ? order[i % training] : order[training + i % (order.size() - training)];
  }
  std::size_t size(bool trains) const { return trains ? training : order.size() - training; }
};

Split split_rows(std::size_t rows, const RefineOptions& options, std::uint64_t index,
                 const std::string& what) {
  RandomStream stream(options.seed, "refine split", index);
  Split split{random_permutation(rows, stream),
              static_cast<std::size_t>(std::llround(options.train_fraction * static_cast<double>(rows)))};
  if (split.training < 2 || split.training + 2 > rows) {
    throw DataError(fmt::format(
        "{} has {} rows: too few to train on {:.3g} of them and to stop by the others; at least 2 "
        "are needed for each",
        what, rows, options.train_fraction));
  }
  return split;
}

void check_weights(const Table& table, bool pairs, const std::string& what) {
  table.require_finite_weights(what);
  const std::span<const float> weights = table.weights();
  const auto negative = std::find_if(weights.begin(), weights.end(), [](float w) { return w < 0.0f; });
  if (pairs && negative != weights.end()) {
    throw DataError(
        fmt::format("{} has the weight {} in row {}: the mean squared error of pairs has no minimum with "
                    "negative weights. Use the "
                    "schedule 'mmd', or leave such rows out",
                    what, *negative, negative - weights.begin()));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!weights.empty() && !(sum > 0.0))
    throw DataError(fmt::format("{}: the weights sum to {}; their sum must be positive", what, sum));
}

using Columns = std::vector<std::vector<float>>;

Columns columns_of(const std::vector<RefinerColumn>& columns, const Table& table) {
  Columns values;
  for (const RefinerColumn& column : columns) values.push_back(network_values(column, table));
  return values;
}

class RowWriter {
 public:
  RowWriter(const RefinerModel& model, const Table& fast, const Table& full, Pairing pairing,
            const RefineOptions& options)
      : own_(pairing == Pairing::none || full.has_weights()),
        inputs_(columns_of(model.refined, fast)),
        targets_(columns_of(model.refined, full)),
        fast_weights_(fast.weights_or_ones()),
        full_weights_(full.weights_or_ones()) {
    Columns conditions = columns_of(model.conditions, fast);
    std::move(conditions.begin(), conditions.end(), std::back_inserter(inputs_));
    if (!own_ || !options.kernel.with_conditions) return;
    Columns beside = columns_of(model.conditions, full);
    std::move(beside.begin(), beside.end(), std::back_inserter(targets_));
  }

  std::size_t inputs() const { return inputs_.size(); }
  std::size_t targets() const { return targets_.size() + (own_ ? 1 : 0); }

  void write(TrainingRows& rows, std::size_t at, std::uint32_t fast, std::uint32_t full) const {
    for (std::size_t f = 0; f < inputs_.size(); ++f) rows.inputs(at)[f] = inputs_[f][fast];
    for (std::size_t t = 0; t < targets_.size(); ++t) rows.target(at, t) = targets_[t][full];
    if (own_) rows.target(at, targets_.size()) = full_weights_[full];
    rows.weight(at) = fast_weights_[fast];
  }

 private:
  bool own_;
  Columns inputs_, targets_;
  std::vector<float> fast_weights_, full_weights_;
};

}  // namespace

RefineRows refine_rows(const RefinerModel& model, const Table& fast, const Table& full, Pairing pairing,
                       const RefineOptions& options) {
  const bool pairs = needs_pairs(options.schedule);
  check_weights(fast, pairs, "the fast table");
  check_weights(full, pairs, "the full table");
  const RowWriter writer(model, fast, full, pairing, options);
  const Split a = split_rows(fast.rows(), options, 0, "the fast table");
  const Split b = pairing == Pairing::rows ? a : split_rows(full.rows(), options, 1, "the full table");
  const std::size_t training = std::max(a.size(true), b.size(true));
  const std::size_t validation = std::max(a.size(false), b.size(false));
  RefineRows result{TrainingRows(training + validation, writer.inputs(), writer.targets()), {}, {}};
  for (std::size_t i = 0; i < training + validation; ++i) {
    const bool trains = i < training;
    const std::size_t place = trains ? i : i - training;
    writer.write(result.rows, i, a.row(trains, place), b.row(trains, place));
    (trains ? result.training : result.validation).push_back(static_cast<std::uint32_t>(i));
  }
  return result;
}

}  // namespace trueup
