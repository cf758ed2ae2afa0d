// Distances per column and correlations of two tables.
#include "result/compare.hpp"

#include <span>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {
namespace {

constexpr std::size_t kBins = 40;

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
  check_sample(a, options.columns, "the first table");
  check_sample(b, options.columns, "the second table");
  Comparison comparison;
  comparison.effective_a =
      a.has_weights() ? effective_sample_size(a.weights()) : static_cast<double>(a.rows());
  comparison.effective_b =
      b.has_weights() ? effective_sample_size(b.weights()) : static_cast<double>(b.rows());
  for (std::size_t i = 0; i < options.columns.size(); ++i) {
    const std::string& name = options.columns[i];
    check_interrupt(monitor, "compare");
    comparison.columns.push_back(compare_column(a, b, name));
    for (std::size_t j = i + 1; j < options.columns.size(); ++j) {
      const std::string& other = options.columns[j];
      comparison.correlations.push_back({name, other,
                                         pearson_correlation(a.values(name), a.values(other), a.weights()),
                                         pearson_correlation(b.values(name), b.values(other), b.weights())});
    }
  }
  const TwoSampleResult found = tell_apart(a, b, options, pool, monitor);
  comparison.auc = found.auc;
  comparison.auc_null_spread = found.null_spread;
  return comparison;
}

}  // namespace trueup
