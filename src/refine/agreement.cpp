// Judging a sample against the full simulation.
#include <trueup/agreement.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/mmd.hpp>
#include <trueup/stats.hpp>

#include "refine/scaling.hpp"

namespace trueup {
namespace {

/// Rows of the columns that an MMD compares, row by row, with their weights.
struct Rows {
  std::size_t width = 0;
  std::vector<float> values;
  std::vector<float> weights;

  std::size_t rows() const { return width == 0 ? 0 : values.size() / width; }
  MmdSample batch(std::size_t first, std::size_t count) const {
    const std::span<const float> all(values), w(weights);
    return {all.subspan(first * width, count * width), w.empty() ? w : w.subspan(first, count)};
  }
};

Rows rows_of(const std::vector<RefinerColumn>& columns, const Table& table, const Table* instead) {
  Rows rows{columns.size(), std::vector<float>(table.rows() * columns.size()), {}};
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const bool missing = instead != nullptr && !table.has(columns[c].name);
    const std::vector<float> values = network_values(columns[c], missing ? *instead : table);
    for (std::size_t r = 0; r < values.size(); ++r) rows.values[r * rows.width + c] = values[r];
  }
  rows.weights.assign(table.weights().begin(), table.weights().end());
  return rows;
}

BatchedValue summarised(const std::vector<double>& values) {
  BatchedValue result{0.0, std::numeric_limits<double>::quiet_NaN(), values.size()};
  for (const double v : values) result.value += v / static_cast<double>(values.size());
  if (values.size() < 2) return result;
  double squares = 0.0;
  for (const double v : values) squares += (v - result.value) * (v - result.value);
  result.spread = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return result;
}

/// Calls value(first, count) for each batch of the first `rows` rows.
template <class Value>
BatchedValue over_batches(std::size_t rows, std::size_t batch, const Value& value) {
  const std::size_t size = std::min(batch, rows);
  std::vector<double> values;
  for (std::size_t first = 0; first + size <= rows; first += size) values.push_back(value(first, size));
  return summarised(values);
}

BatchedValue batched_mmd(const Rows& full, const Rows& sample, MmdOptions options, std::size_t batch,
                         ThreadPool& pool) {
  Mmd mmd(std::move(options));
  return over_batches(std::min(full.rows(), sample.rows()), batch, [&](std::size_t first, std::size_t count) {
    return mmd.value(full.batch(first, count), sample.batch(first, count), pool);
  });
}

BatchedValue batched_mse(const Rows& full, const Rows& sample, std::size_t batch) {
  const std::size_t F = full.width;
  return over_batches(full.rows(), batch, [&](std::size_t first, std::size_t count) {
    double sum = 0.0, weights = 0.0;
    for (std::size_t r = first; r < first + count; ++r) {
      const double w = sample.weights.empty() ? 1.0 : static_cast<double>(sample.weights[r]);
      weights += w;
      for (std::size_t c = r * F; c < (r + 1) * F; ++c) {
        const double d = static_cast<double>(sample.values[c]) - static_cast<double>(full.values[c]);
        sum += w * d * d;
      }
    }
    return sum / weights;
  });
}

ColumnAgreement compare_column(const std::string& name, const Table& sample, const Table& full,
                               std::size_t bins) {
  const std::span<const float> x = sample.values(name), y = full.values(name);
  const std::vector<double> edges = suggest_edges(y, bins);
  const Histogram a = histogram(x, sample.weights(), edges), b = histogram(y, full.weights(), edges);
  return {name, compare_shapes(a, b).per_ndof(), ks_distance(x, sample.weights(), y, full.weights()),
          wasserstein_distance(x, sample.weights(), y, full.weights())};
}

std::vector<RefinerColumn> joined(std::vector<RefinerColumn> columns,
                                  const std::vector<RefinerColumn>& more) {
  columns.insert(columns.end(), more.begin(), more.end());
  for (RefinerColumn& column : columns) column.shift = 0.0f, column.scale = 1.0f;
  return columns;
}

}  // namespace

double Agreement::chi2_per_ndof() const {
  double sum = 0.0;
  for (const ColumnAgreement& column : columns) sum += column.chi2_per_ndof;
  return sum / static_cast<double>(columns.size());
}

Agreement agreement(const Table& sample, const Table& full, const AgreementOptions& options, ThreadPool& pool,
                    Monitor& monitor) {
  sample.require_rows("the sample that is judged");
  full.require_rows("the full sample");
  const std::vector<RefinerColumn> refined = joined(options.columns, {});
  const std::vector<RefinerColumn> seen = joined(refined, options.conditions);
  const std::vector<RefinerColumn> all = joined(seen, options.hidden);
  if (options.bandwidths.size() != all.size()) {
    throw ConfigError(fmt::format("agreement: {} bandwidths for {} columns, conditions and hidden columns",
                                  options.bandwidths.size(), all.size()));
  }
  if (options.pairs && sample.rows() != full.rows())
    throw DataError(fmt::format("agreement: {} rows against {} cannot be pairs", sample.rows(), full.rows()));
  const Table* instead = options.pairs ? &sample : nullptr;
  const auto first_bandwidths = [&](std::size_t count) {
    return std::vector<double>(options.bandwidths.begin(),
                               options.bandwidths.begin() + static_cast<std::ptrdiff_t>(count));
  };
  const auto value = [&](const std::vector<RefinerColumn>& columns, MmdEstimator estimator) {
    check_interrupt(monitor, "agreement");
    return batched_mmd(rows_of(columns, full, instead), rows_of(columns, sample, nullptr),
                       {first_bandwidths(columns.size()), {1.0}, estimator}, options.batch, pool);
  };
  Agreement result;
  result.mmd_biased = value(seen, MmdEstimator::biased);
  result.mmd_unbiased = value(seen, MmdEstimator::unbiased);
  result.omniscient_biased = options.hidden.empty() ? result.mmd_biased : value(all, MmdEstimator::biased);
  if (options.pairs)
    result.mse =
        batched_mse(rows_of(refined, full, nullptr), rows_of(refined, sample, nullptr), options.batch);
  for (const RefinerColumn& column : refined)
    result.columns.push_back(compare_column(column.name, sample, full, options.bins));
  return result;
}

}  // namespace trueup
