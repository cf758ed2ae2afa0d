// Newton's method for a logistic regression whose offsets are the network's outputs.
#include "reweight/moments.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <model/moment_basis.hpp>

#include "stats/linear.hpp"

namespace trueup {
namespace {

/// A Hessian of more costs more than it brings.
constexpr std::size_t kMostCoefficients = 400;
/// Prior of the coefficients, as if one event had said that they are 0 ± 1: what the samples do not tell stays at 0.
constexpr double kPrior = 1.0;
/// A step that gains less, in nats of all events together, is the last: errors of the coefficients are steps of ½.
constexpr double kSmallGain = 1e-3;
constexpr int kMostSteps = 25;
constexpr int kMostHalvings = 12;
/// Rows of a piece of work; the pieces' sums are added in their order, so that threads do not change a bit.
constexpr std::size_t kPieces = 32;
constexpr std::size_t kBlockRows = 65536;
/// Rows whose terms stand side by side: few enough to stay in the cache.
constexpr std::size_t kTogether = 32;

/// The network's output for each row.
std::vector<float> outputs_of(const Network& network, const TrainingRows& rows, ThreadPool& pool) {
  const std::size_t F = rows.features(), width = rows.member_width();
  std::vector<float> outputs(rows.rows());
  std::vector<float> inputs;
  std::vector<std::uint64_t> offsets;
  for (std::size_t first = 0; first < rows.rows(); first += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, rows.rows() - first);
    inputs.clear();
    for (std::size_t r = first; r < first + count; ++r) {
      inputs.insert(inputs.end(), rows.inputs(r).begin(),
                    rows.inputs(r).begin() + static_cast<std::ptrdiff_t>(F));
    }
    Members members;
    if (width > 0) {
      const auto all = rows.member_offsets().subspan(first, count + 1);
      offsets.assign(all.begin(), all.end());
      for (std::uint64_t& offset : offsets) offset -= all.front();
      members = {offsets, rows.member_values().subspan(all.front() * width, offsets.back() * width)};
    }
    evaluate(network, inputs, std::span(outputs).subspan(first, count), pool, members);
  }
  return outputs;
}

/// Mean and inverse width of the sums over members.
std::vector<SumScaling> scaled_sums(const TrainingRows& rows) {
  const std::size_t width = rows.member_width();
  if (width == 0) return {};
  std::vector<double> sum(1 + width, 0.0), squares(1 + width, 0.0);
  std::vector<float> of_row(1 + width);
  const auto count = static_cast<double>(rows.rows());
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    fill_member_sums(rows.members(r), width, of_row);
    for (std::size_t s = 0; s <= width; ++s) {
      const auto value = static_cast<double>(of_row[s]);
      sum[s] += value;
      squares[s] += value * value;
    }
  }
  std::vector<SumScaling> scaling;
  for (std::size_t s = 0; s <= width; ++s) {
    const double mean = sum[s] / count, variance = squares[s] / count - mean * mean;
    const bool varies = variance > 1e-12 * squares[s] / count;
    scaling.push_back(
        {static_cast<float>(mean), varies ? static_cast<float>(1.0 / std::sqrt(variance)) : 1.0f});
  }
  return scaling;
}

/// Value, gradient and Hessian (lower triangle) of the negative log-likelihood with its prior.
struct Expansion {
  double value = 0.0;
  std::vector<double> gradient;
  SquareMatrix hessian;

  explicit Expansion(std::size_t n) : gradient(n, 0.0), hessian(n) {}
  void add(const Expansion& other) {
    value += other.value;
    std::ranges::transform(gradient, other.gradient, gradient.begin(), std::plus<>());
    std::ranges::transform(hessian.values, other.hessian.values, hessian.values.begin(), std::plus<>());
  }
};

class Regression {
 public:
  Regression(const MomentBasis& basis, const TrainingRows& rows, std::vector<float> outputs,
             const std::vector<SumScaling>& sums, ThreadPool& pool)
      : basis_(basis), rows_(rows), outputs_(std::move(outputs)), sums_(sums), pool_(pool) {}

  double value(std::span<const double> coefficients) const { return sum(coefficients, false).value; }
  Expansion expand(std::span<const double> coefficients) const { return sum(coefficients, true); }

 private:
  /// Some rows' terms b_k(x) μ_m(θ), (rows, coefficients), and what they count in gradient and Hessian.
  struct Block {
    std::vector<double> terms, residuals, curvatures;
    std::vector<double> statistics, monomials;
    std::vector<float> sums;
  };

  Expansion sum(std::span<const double> coefficients, bool with_derivatives) const {
    const std::size_t n = coefficients.size(), N = rows_.rows();
    std::vector<Expansion> parts(kPieces, Expansion(with_derivatives ? n : 0));
    pool_.run(kPieces, [&](std::size_t piece, int) {
      Block block;
      const std::size_t end = N * (piece + 1) / kPieces;
      for (std::size_t first = N * piece / kPieces; first < end; first += kTogether) {
        const std::size_t last = std::min(first + kTogether, end);
        fill(block, first, last, coefficients, parts[piece]);
        if (with_derivatives) add_derivatives(block, last - first, parts[piece]);
      }
    });
    for (std::size_t p = 1; p < kPieces; ++p) parts.front().add(parts[p]);
    Expansion all = std::move(parts.front());
    for (std::size_t i = 0; i < n; ++i) {
      all.value += 0.5 * kPrior * coefficients[i] * coefficients[i];
      if (!with_derivatives) continue;
      all.gradient[i] += kPrior * coefficients[i];
      all.hessian(i, i) += kPrior;
    }
    return all;
  }

  void fill_terms(Block& block, std::size_t r, std::span<double> terms) const {
    if (!block.sums.empty()) fill_scaled_sums(rows_.members(r), rows_.member_width(), sums_, block.sums);
    const std::span<const float> inputs = rows_.inputs(r);
    basis_.fill_statistics(inputs.first(basis_.columns()), block.sums, block.statistics);
    basis_.fill_monomials(inputs.subspan(basis_.columns(), basis_.parameters()), block.monomials);
    double* to = terms.data();
    for (const double b : block.statistics) {
      for (const double m : block.monomials) *to++ = b * m;
    }
  }

  /// Rows [first, last); their losses are added to `to`.
  void fill(Block& block, std::size_t first, std::size_t last, std::span<const double> coefficients,
            Expansion& to) const {
    const std::size_t n = coefficients.size();
    block.terms.resize(kTogether * n);
    block.residuals.resize(kTogether);
    block.curvatures.resize(kTogether);
    block.statistics.resize(basis_.statistics());
    block.monomials.resize(basis_.monomials());
    block.sums.resize(sums_.size());
    for (std::size_t r = first; r < last; ++r) {
      const std::span<double> terms = std::span(block.terms).subspan((r - first) * n, n);
      fill_terms(block, r, terms);
      const double z = std::inner_product(terms.begin(), terms.end(), coefficients.begin(),
                                          static_cast<double>(outputs_[r]));
      const auto target = static_cast<double>(rows_.target(r)), weight = static_cast<double>(rows_.weight(r));
      to.value += weight * (std::max(z, 0.0) + std::log1p(std::exp(-std::fabs(z))) - target * z);
      const double probability = 1.0 / (1.0 + std::exp(-z));
      block.residuals[r - first] = weight * (probability - target);
      block.curvatures[r - first] = weight * probability * (1.0 - probability);
    }
  }

  /// A row of the Hessian at a time takes all rows of the block: it stays where it is quick to reach.
  static void add_derivatives(const Block& block, std::size_t rows, Expansion& to) {
    const std::size_t n = to.gradient.size();
    for (std::size_t i = 0; i < n; ++i) {
      double* row = &to.hessian(i, 0);
      for (std::size_t r = 0; r < rows; ++r) {
        const double* terms = block.terms.data() + r * n;
        to.gradient[i] += block.residuals[r] * terms[i];
        const double factor = block.curvatures[r] * terms[i];
        for (std::size_t j = 0; j <= i; ++j) row[j] += factor * terms[j];
      }
    }
  }

  const MomentBasis& basis_;
  const TrainingRows& rows_;
  std::vector<float> outputs_;
  const std::vector<SumScaling>& sums_;
  ThreadPool& pool_;
};

/// The maximum of the likelihood, and what it gained; nothing where the likelihood has none.
struct Maximum {
  std::vector<double> coefficients;
  double gain = 0.0;
};
std::optional<Maximum> maximise(const Regression& regression, std::size_t n, const Monitor& monitor) {
  Maximum found{std::vector<double>(n, 0.0)};
  for (int step = 0; step < kMostSteps; ++step) {
    check_interrupt(monitor, "moments of the weights");
    const Expansion here = regression.expand(found.coefficients);
    const auto factor = cholesky(here.hessian);
    if (!factor || !std::isfinite(here.value)) return std::nullopt;
    const std::vector<double> move = solve_lower_transposed(*factor, solve_lower(*factor, here.gradient));
    double expected = 0.0;
    for (std::size_t i = 0; i < n; ++i) expected += 0.5 * move[i] * here.gradient[i];
    if (expected < kSmallGain) return found;
    double length = 1.0;
    std::vector<double> next(n);
    for (int halving = 0;; ++halving, length *= 0.5) {
      if (halving == kMostHalvings) return std::nullopt;
      for (std::size_t i = 0; i < n; ++i) next[i] = found.coefficients[i] - length * move[i];
      const double gain = here.value - regression.value(next);
      if (!(gain > 0.0)) continue;
      found.gain += gain;
      break;
    }
    found.coefficients = next;
  }
  return std::nullopt;
}

struct Size {
  std::size_t order;
  std::size_t degree;
};

/// The largest correction that is asked for and not too large; order 0: none.
Size affordable(const Model& model, Size wanted) {
  const auto too_large = [&](const Size& size) {
    return MomentBasis(model, size.order, size.degree).coefficients() > kMostCoefficients;
  };
  if (too_large(wanted)) wanted.order = 1;
  while (too_large(wanted) && wanted.degree > 1) --wanted.degree;
  if (too_large(wanted)) wanted.order = 0;
  return wanted;
}

}  // namespace

void correct_moments(Model& model, const TrainingRows& rows, std::size_t order, std::size_t degree,
                     ThreadPool& pool, Monitor& monitor) {
  const Size size = affordable(model, {order, degree});
  if (size.order == 0) {
    monitor.message(
        LogLevel::warning,
        fmt::format("the moments of the weights are not corrected: means alone would be more than "
                    "{} coefficients",
                    kMostCoefficients));
    return;
  }
  const MomentBasis basis(model, size.order, size.degree);
  std::vector<SumScaling> sums = scaled_sums(rows);
  const Regression regression(basis, rows, outputs_of(model.network, rows, pool), sums, pool);
  const std::optional<Maximum> found = maximise(regression, basis.coefficients(), monitor);
  if (!found) {
    monitor.message(LogLevel::warning,
                    "the moments of the weights could not be corrected: the likelihood of the correction has "
                    "no maximum; w is the network alone");
    return;
  }
  monitor.message(
      LogLevel::info,
      fmt::format("moments of the weights (order {}, degree {}) corrected by {} coefficients, which "
                  "gain {:.1f} nats",
                  size.order, size.degree, basis.coefficients(), found->gain));
  model.moments.order = size.order;
  model.moments.degree = size.degree;
  model.moments.sums = std::move(sums);
  model.moments.coefficients.assign(found->coefficients.begin(), found->coefficients.end());
}

}  // namespace trueup
