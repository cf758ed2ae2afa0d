// The MMD loss: from samples and options to pair sums, and from those to value and gradient.
#include <trueup/mmd.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "nn/losses/mmd_pairs.hpp"
#include "nn/losses/mmd_rows.hpp"

namespace trueup {
namespace {

void check_positive(const std::vector<double>& values, const char* what) {
  if (values.empty()) throw ConfigError(fmt::format("MMD: there are no {}s; give at least one", what));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] > 0.0) || !std::isfinite(values[i]))
      throw ConfigError(fmt::format("MMD: {} {} is {}; it must be positive and finite", what, i, values[i]));
  }
}

/// Σ_ij w_i w_j with i = j or without, for weights of mean 1.
double pair_weight(const MmdRows& rows, MmdEstimator estimator, const char* name) {
  const auto n = static_cast<double>(rows.rows());
  if (estimator == MmdEstimator::biased) return n * n;
  const double others = n * n - rows.squared_weights();
  if (!(others > 0.0))
    throw DataError(
        fmt::format("MMD, {}: the unbiased estimator divides by (Σw)² − Σw², which is not "
                    "positive here: use more rows, or the biased estimator",
                    name));
  return others;
}

/// Collects up to 32 finite values of a column, evenly spaced.
struct ColumnSample {
  std::array<double, 64> values{};
  std::size_t count = 0;

  void add(const MmdSample& sample, std::size_t columns, std::size_t column) {
    const std::size_t rows = sample.rows.size() / columns, taken = std::min<std::size_t>(rows, 32);
    for (std::size_t i = 0; i < taken; ++i) {
      const float x = sample.rows[i * rows / taken * columns + column];
      if (std::isfinite(x)) values[count++] = static_cast<double>(x);
    }
  }

  double median() {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(values.begin(), middle, values.begin() + static_cast<std::ptrdiff_t>(count));
    return count == 0 ? 0.0 : *middle;
  }
};

}  // namespace

struct Mmd::Work {
  explicit Work(MmdOptions given)
      : options(std::move(given)),
        columns(options.bandwidths.size()),
        scaling{std::vector<double>(columns), std::vector<double>(columns)},
        slope_factor(columns),
        target(columns),
        output(columns),
        pairs(columns) {}

  MmdOptions options;
  std::size_t columns;
  MmdScaling scaling;
  std::vector<double> slope_factor;
  MmdRows target, output;
  MmdPairs pairs;
  bool has_output = true;  // target_term works on the target alone

  void centre(const MmdSample& a, const MmdSample& b);
  void scale(double by);
  void arrange(ThreadPool& pool);
  double target_mean(const MmdTotals& totals) const;
  double others_mean(const MmdTotals& totals) const;
  MmdTotals slopes(bool with_target, std::span<float> gradient, ThreadPool& pool);
};

/// Any centre gives the same value; near most rows it gives most of them the fast kernels. A median, so that outliers do
/// not move it.
void Mmd::Work::centre(const MmdSample& a, const MmdSample& b) {
  for (std::size_t l = 0; l < columns; ++l) {
    ColumnSample sample;
    sample.add(a, columns, l);
    sample.add(b, columns, l);
    scaling.centre[l] = sample.median();
  }
}

/// u = x sqrt(2 log2 e)/σ makes k = 2^(−|u − u'|²/2), and ∂k/∂x = −k (u − u') factor ln 2.
void Mmd::Work::scale(double by) {
  const auto scales = static_cast<double>(options.scales.size());
  for (std::size_t l = 0; l < columns; ++l) {
    scaling.factor[l] = std::sqrt(2.0 * std::numbers::log2e) / (by * options.bandwidths[l]);
    slope_factor[l] = -scaling.factor[l] * std::numbers::ln2 / scales;
  }
}

void Mmd::Work::arrange(ThreadPool& pool) {
  const std::size_t output_blocks = has_output ? output.blocks() : 0;
  pool.run(output_blocks + target.blocks(), [this](std::size_t block, int) {
    const std::size_t first = has_output ? output.blocks() : 0;
    block < first ? output.measure(block, scaling) : target.measure(block - first, scaling);
  });
  target.arrange();
  if (has_output) output.arrange();
  const std::size_t output_tiles = has_output ? output.tiles() : 0;
  pool.run(output_tiles + target.tiles(), [this](std::size_t tile, int) {
    const std::size_t first = has_output ? output.tiles() : 0;
    tile < first ? output.fill(tile) : target.fill(tile - first);
  });
}

double Mmd::Work::target_mean(const MmdTotals& totals) const {
  const bool biased = options.estimator == MmdEstimator::biased;
  return (totals.target - (biased ? 0.0 : target.squared_weights())) /
         pair_weight(target, options.estimator, "target");
}

double Mmd::Work::others_mean(const MmdTotals& totals) const {
  const bool biased = options.estimator == MmdEstimator::biased;
  const double cross_pairs = static_cast<double>(target.rows()) * static_cast<double>(output.rows());
  return (totals.output - (biased ? 0.0 : output.squared_weights())) /
             pair_weight(output, options.estimator, "output") -
         2.0 * totals.cross / cross_pairs;
}

/// A row of the output stands on both sides of the output's own pairs, and twice in the cross term by its factor 2.
MmdTotals Mmd::Work::slopes(bool with_target, std::span<float> gradient, ThreadPool& pool) {
  const double cross_pairs = static_cast<double>(target.rows()) * static_cast<double>(output.rows());
  const MmdSlope slope{2.0 / pair_weight(output, options.estimator, "output"), -2.0 / cross_pairs,
                       slope_factor, gradient};
  return pairs.gradient(target, output, with_target, slope, pool);
}

Mmd::Mmd(MmdOptions options) {
  check_positive(options.bandwidths, "bandwidth");
  check_positive(options.scales, "scale");
  work_ = std::make_unique<Work>(std::move(options));
}
Mmd::~Mmd() = default;
Mmd::Mmd(Mmd&&) noexcept = default;
Mmd& Mmd::operator=(Mmd&&) noexcept = default;

std::size_t Mmd::columns() const noexcept {
  return work_->columns;
}

double Mmd::value(const MmdSample& target, const MmdSample& output, ThreadPool& pool) {
  return value_and_gradient(target, output, {}, pool);
}

double Mmd::target_term(const MmdSample& target, ThreadPool& pool) {
  Work& work = *work_;
  work.has_output = false;
  work.target.start(target, "target");
  work.centre(target, {});
  double sum = 0.0;
  for (const double scale : work.options.scales) {
    work.scale(scale);
    work.arrange(pool);
    sum += work.target_mean({work.pairs.target_total(work.target, pool), 0.0, 0.0});
  }
  return sum / static_cast<double>(work.options.scales.size());
}

double Mmd::value_and_gradient(const MmdSample& target, const MmdSample& output, std::span<float> gradient,
                               ThreadPool& pool, std::optional<double> known_target_term) {
  Work& work = *work_;
  work.has_output = true;
  work.target.start(target, "target");
  work.output.start(output, "output");
  if (!gradient.empty() && gradient.size() != output.rows.size()) {
    throw ConfigError(
        fmt::format("MMD: the gradient has {} values, the output {}", gradient.size(), output.rows.size()));
  }
  work.centre(target, output);
  std::fill(gradient.begin(), gradient.end(), 0.0f);
  const bool with_target = !known_target_term.has_value();
  double sum = 0.0;
  for (const double scale : work.options.scales) {
    work.scale(scale);
    work.arrange(pool);
    const MmdTotals totals = gradient.empty() ? work.pairs.values(work.target, work.output, with_target, pool)
                                              : work.slopes(with_target, gradient, pool);
    sum += work.others_mean(totals) + (with_target ? work.target_mean(totals) : 0.0);
  }
  return sum / static_cast<double>(work.options.scales.size()) + known_target_term.value_or(0.0);
}

}  // namespace trueup
