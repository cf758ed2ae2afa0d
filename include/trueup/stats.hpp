// Statistics of weighted samples that the tasks share.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace trueup {

/// Area under the ROC curve: P(score of positive > score of negative) + half the ties, each event with its weight
/// (SRGN Eq. 5). Empty weights mean 1. Weights may be negative as long as both sums are positive; otherwise DataError.
double auc(std::span<const float> positive, std::span<const float> positive_weights,
           std::span<const float> negative, std::span<const float> negative_weights);

/// Standard deviation of the AUC when both samples have the same distribution:
/// sqrt((1/n₊ + 1/n₋)/12) with effective sample sizes.
double auc_null_spread(double n_positive, double n_negative);

/// (Σw)² / Σw², the effective sample size (Kish). N for equal weights.
double effective_sample_size(std::span<const float> weights);

/// Mean of values with weights and its standard error (weights taken as fixed). Empty weights mean 1.
struct MeanWithError {
  double value = 0.0;
  double error = 0.0;
};
MeanWithError weighted_mean(std::span<const float> values, std::span<const float> weights);

/// A histogram with Σw and Σw² per bin; under- and overflow are kept apart.
struct Histogram {
  std::vector<double> edges;
  std::vector<double> sums;
  std::vector<double> squares;
  double underflow = 0.0;
  double overflow = 0.0;
};
/// edges strictly ascending, at least 2; else ConfigError.
Histogram histogram(std::span<const float> values, std::span<const float> weights, std::vector<double> edges);
/// `bins` + 1 edges for showing these samples: integer-centred when all values are small integers, else equal
/// widths between the 0.1 % and 99.9 % quantiles of the first sample.
std::vector<double> suggest_edges(std::span<const float> values, std::size_t bins);

/// χ² per degree of freedom between two histograms' shapes (each normalised to 1), over bins where both have an
/// effective count of at least 10. Without any such bin ndof is 0 and per_ndof() NaN: nothing was compared.
struct ShapeComparison {
  double chi2 = 0.0;
  std::size_t ndof = 0;
  double per_ndof() const {
    return ndof > 0 ? chi2 / static_cast<double>(ndof) : std::numeric_limits<double>::quiet_NaN();
  }
};
ShapeComparison compare_shapes(const Histogram& a, const Histogram& b);

/// Two-sample Kolmogorov-Smirnov distance of weighted samples, in [0, 1] for positive weights.
double ks_distance(std::span<const float> a, std::span<const float> a_weights, std::span<const float> b,
                   std::span<const float> b_weights);
/// 1-D Wasserstein distance (area between the two distribution functions), in the unit of the values.
double wasserstein_distance(std::span<const float> a, std::span<const float> a_weights,
                            std::span<const float> b, std::span<const float> b_weights);
/// Pearson correlation of two columns with weights; NaN-free: 0 when a column is constant.
double pearson_correlation(std::span<const float> x, std::span<const float> y,
                           std::span<const float> weights);

}  // namespace trueup
