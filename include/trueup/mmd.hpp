// Maximum mean discrepancy: how far two samples are apart in all their columns together, with its gradient.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/threads.hpp>

namespace trueup {

/// N rows of F columns, row by row (N, F), and N weights; no weights mean 1 each. Weights may be negative as long as
/// the sums that a formula divides by are positive.
struct MmdSample {
  std::span<const float> rows;
  std::span<const float> weights = {};
};

/// Which estimator of MMD² between the target a (m rows, weights w) and the output b (n rows, weights v), with
/// W = Σ w_i and V = Σ v_i (Fast Perfekt Eqs. 1 and 3, there with m = n and weights 1):
///   biased    Σ_ij w_i w_j k(a_i,a_j)/W² + Σ_ij v_i v_j k(b_i,b_j)/V² − 2 Σ_ij w_i v_j k(a_i,b_j)/(W V)
///             never negative for positive weights, but above 0 also for equal distributions
///   unbiased  the first two sums without i = j, divided by W² − Σ w_i² and V² − Σ v_i²; the last sum as it is
///             0 on average for independent samples of one distribution, so a single value may be negative
/// Where rows are paired, Gretton et al. also have a form that leaves i = j out of the last sum; the paper's Eq. 3
/// keeps it, and so do we: it needs neither pairs nor m = n.
enum class MmdEstimator { biased, unbiased };

/// The kernel is the mean over s in `scales` of exp(−Σ_l (x_l − y_l)² / (s σ_l)²): Fast Perfekt Eq. 2, without a factor
/// 2 under the bandwidths σ, so that k(x,x) = 1.
struct MmdOptions {
  std::vector<double> bandwidths;  ///< σ, one a column; see median_bandwidths
  std::vector<double> scales = {1.0};
  MmdEstimator estimator = MmdEstimator::biased;
};

/// MMD² and its gradient for one batch after the other, without allocating once the batches stop growing.
///
/// Same bits for any number of threads. In float, with sums over tiles in double: the value is within 1e-6 of the same
/// formula in double, the gradient within 2e-6 of its two halves' sizes. Not for use by several threads at once.
class Mmd {
 public:
  /// Throws ConfigError when there is no bandwidth or scale, or one is not positive and finite.
  explicit Mmd(MmdOptions options);
  ~Mmd();
  Mmd(Mmd&&) noexcept;
  Mmd& operator=(Mmd&&) noexcept;

  std::size_t columns() const noexcept;

  // All of these throw DataError when a sample is empty, a value or weight is NaN or infinite, or a sum that the formula
  // divides by is not positive (unbiased: a single row); ConfigError when lengths disagree.

  double value(const MmdSample& target, const MmdSample& output, ThreadPool& pool);

  /// The part of the value that depends on the target alone: the same for all outputs that are held against it.
  double target_term(const MmdSample& target, ThreadPool& pool);

  /// gradient (n, F) = ∂value/∂output.rows. `known_target_term` saves a quarter of the work: as target_term gave it, or 0
  /// where only the gradient is wanted.
  double value_and_gradient(const MmdSample& target, const MmdSample& output, std::span<float> gradient,
                            ThreadPool& pool, std::optional<double> known_target_term = std::nullopt);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

struct MedianOptions {
  std::size_t rows = 1000;  ///< at most so many of each sample: a million pairs
  std::uint64_t seed = 1;
};

/// The median rule: σ_l = median of |a_il − b_jl| over all pairs of a fixed random subsample of each side, without
/// weights. Throws DataError when a value is not finite, or when a median is 0: more than half of the pairs are equal.
std::vector<double> median_bandwidths(std::span<const float> a, std::span<const float> b, std::size_t columns,
                                      const MedianOptions& options = {});

/// Subsamples that say how far a value of MMD² wanders.
struct MmdSubsamples {
  std::size_t count = 0;    ///< 0: no error is estimated
  std::size_t rows = 4096;  ///< of each side, drawn with replacement
  std::uint64_t seed = 1;
};

struct MmdResult {
  double value = 0.0;              ///< over all rows
  std::vector<double> subsamples;  ///< the values of the subsamples
  double mean = 0.0;  ///< of the subsamples, and their standard deviation: of one value of that size
  double spread = 0.0;
};

/// MMD² of two tables of any size. Time grows with (m + n)², memory with m + n.
MmdResult mmd(const MmdSample& target, const MmdSample& output, const MmdOptions& options, ThreadPool& pool,
              const MmdSubsamples& subsamples = {}, Monitor& monitor = silent_monitor());

}  // namespace trueup
