// Distances per column and correlations of two tables.
#include "result/compare.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include <fmt/format.h>

#include <trueup/distance_correlation.hpp>
#include <trueup/error.hpp>
#include <trueup/mmd.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {
namespace {

constexpr std::size_t kBins = 40;
constexpr std::size_t kBootstraps = 20;

ColumnComparison compare_column(const Table& a, const Table& b, const std::string& name) {
  const std::span<const float> x = a.values(name), y = b.values(name);
  const std::vector<double> edges = suggest_edges(x, kBins);
  ColumnComparison c{name,
                     a.column(name).unit,
                     weighted_mean(x, a.weights()).value,
                     weighted_mean(y, b.weights()).value,
                     0.0,
                     0.0,
                     0.0};
  c.chi2_per_ndof =
      compare_shapes(histogram(x, a.weights(), edges), histogram(y, b.weights(), edges)).per_ndof();
  c.ks = ks_distance(x, a.weights(), y, b.weights());
  c.wasserstein = wasserstein_distance(x, a.weights(), y, b.weights());
  return c;
}

void check_sample(const Table& table, const std::vector<std::string>& columns, const std::string& what) {
  table.require_rows(what);
  table.require_finite(columns, what);
  table.require_finite_weights(what);
  double sum = 0.0;
  for (const float w : table.weights()) sum += w;
  if (table.has_weights() && !(sum > 0.0)) {
    throw DataError(fmt::format("{}: the weights sum to {}; a comparison needs a positive sum", what, sum));
  }
}

/// At most `most` rows, drawn at random.
Table thinned(const Table& table, std::size_t most, RandomStream stream) {
  if (table.rows() <= most) return table;
  std::vector<std::uint32_t> rows = random_permutation(table.rows(), stream);
  rows.resize(most);
  return table.select(rows);
}

/// Both tables' rows thinned to as many as an MMD takes, as matrices.
struct Thinned {
  Table a, b;
};

Thinned both_thinned(const Table& a, const Table& b, std::size_t most, std::uint64_t seed) {
  const std::size_t rows = std::min({a.rows(), b.rows(), most});
  return {thinned(a, rows, RandomStream(seed, "compare MMD rows", 0)),
          thinned(b, rows, RandomStream(seed, "compare MMD rows", 1))};
}

std::optional<MmdComparison> compare_mmd(const Table& a, const Table& b,
                                         const std::vector<std::string>& columns,
                                         const CompareOptions& options, ThreadPool& pool, Monitor& monitor) {
  const Thinned few = both_thinned(a, b, options.max_mmd_rows, options.seed);
  const FeatureMatrix x = feature_matrix(few.a, columns, "the first table"),
                      y = feature_matrix(few.b, columns, "the second table");
  MmdComparison found;
  found.rows = x.rows();
  MmdOptions kernel;
  try {
    kernel.bandwidths = median_bandwidths(x.values, y.values, columns.size());
  } catch (const DataError&) {
    return std::nullopt;
  }
  const auto value = [&](MmdEstimator estimator) {
    kernel.estimator = estimator;
    return mmd({x.values, few.a.weights()}, {y.values, few.b.weights()}, kernel, pool,
               {kBootstraps, found.rows, options.seed}, monitor);
  };
  const MmdResult biased = value(MmdEstimator::biased), unbiased = value(MmdEstimator::unbiased);
  found.biased = biased.value, found.biased_error = biased.spread;
  found.unbiased = unbiased.value, found.unbiased_error = unbiased.spread;
  return found;
}

double mean_square(std::span<const float> x, std::span<const float> y, std::span<const float> weights) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double w = weights.empty() ? 1.0 : static_cast<double>(weights[i]);
    const double d = static_cast<double>(x[i]) - static_cast<double>(y[i]);
    sum += w * d * d, total += w;
  }
  return sum / total;
}

bool has_negative(std::span<const float> weights) {
  return std::any_of(weights.begin(), weights.end(), [](float w) { return w < 0.0f; });
}

double distance_between(const Table& table, const std::string& first, const std::string& second) {
  if (has_negative(table.weights())) return std::numeric_limits<double>::quiet_NaN();
  return distance_correlation(table.values(first), table.values(second), table.weights());
}

void add_correlations(const Table& a, const Table& b, const CompareOptions& options, Monitor& monitor,
                      Comparison& comparison) {
  const std::vector<std::string>& names = options.columns;
  const Table few_a =
      thinned(a, options.max_distance_rows, RandomStream(options.seed, "compare distances", 0));
  const Table few_b =
      thinned(b, options.max_distance_rows, RandomStream(options.seed, "compare distances", 1));
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = i + 1; j < names.size(); ++j) {
      check_interrupt(monitor, "compare");
      const auto pearson = [&](const Table& t) {
        return pearson_correlation(t.values(names[i]), t.values(names[j]), t.weights());
      };
      comparison.correlations.push_back({names[i], names[j], pearson(a), pearson(b),
                                         distance_between(few_a, names[i], names[j]),
                                         distance_between(few_b, names[i], names[j])});
    }
  }
}

void add_mmd(const Table& a, const Table& b, const CompareOptions& options, ThreadPool& pool,
             Monitor& monitor, Comparison& comparison) {
  comparison.mmd = compare_mmd(a, b, options.columns, options, pool, monitor);
  if (options.hidden_columns.empty()) return;
  std::vector<std::string> all = options.columns;
  all.insert(all.end(), options.hidden_columns.begin(), options.hidden_columns.end());
  comparison.omniscient = compare_mmd(a, b, all, options, pool, monitor);
}

void check_pairs(const Table& a, const Table& b) {
  if (a.rows() == b.rows()) return;
  throw DataError(
      fmt::format("the tables have {} and {} rows: their rows cannot be pairs", a.rows(), b.rows()));
}

/// Half of each table trains, a fifth decides when to stop, the rest is scored.
TwoSampleResult tell_apart(const Table& a, const Table& b, const CompareOptions& options, ThreadPool& pool,
                           Monitor& monitor) {
  const Table few_a = thinned(a, options.max_rows, RandomStream(options.seed, "compare rows", 0));
  const Table few_b = thinned(b, options.max_rows, RandomStream(options.seed, "compare rows", 1));
  TwoSampleOptions classifier;
  classifier.hidden = options.hidden;
  classifier.training.max_epochs = options.max_epochs;
  classifier.training.patience = options.patience;
  classifier.training.task = "comparing classifier";
  classifier.seed = options.seed;
  return two_sample_auc(feature_matrix(few_a, options.columns, "the first table"), few_a.weights(),
                        feature_matrix(few_b, options.columns, "the second table"), few_b.weights(),
                        classifier, pool, monitor);
}

}  // namespace

Comparison compare_tables(const Table& a, const Table& b, const CompareOptions& options, ThreadPool& pool,
                          Monitor& monitor) {
  for (const std::vector<std::string>* columns : {&options.columns, &options.hidden_columns}) {
    check_sample(a, *columns, "the first table");
    check_sample(b, *columns, "the second table");
  }
  Comparison comparison;
  comparison.effective_a =
      a.has_weights() ? effective_sample_size(a.weights()) : static_cast<double>(a.rows());
  comparison.effective_b =
      b.has_weights() ? effective_sample_size(b.weights()) : static_cast<double>(b.rows());
  if (options.pairs) check_pairs(a, b);
  for (const std::string& name : options.columns) {
    check_interrupt(monitor, "compare");
    comparison.columns.push_back(compare_column(a, b, name));
    if (options.pairs) comparison.mse.push_back(mean_square(a.values(name), b.values(name), a.weights()));
  }
  add_correlations(a, b, options, monitor, comparison);
  add_mmd(a, b, options, pool, monitor, comparison);
  const TwoSampleResult found = tell_apart(a, b, options, pool, monitor);
  comparison.auc = found.auc;
  comparison.auc_null_spread = found.null_spread;
  return comparison;
}

}  // namespace trueup
