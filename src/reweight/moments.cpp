// Newton's method for a logistic regression whose offsets are the network's outputs.
#include "reweight/moments.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
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

struct RowsWithOutputs {
  const TrainingRows* rows;
  std::vector<float> outputs;
};

/// Mean and inverse width of the sums over members.
std::vector<SumScaling> scaled_sums(const std::vector<RowsWithOutputs>& tables) {
  const std::size_t width = tables.front().rows->member_width();
  if (width == 0) return {};
  std::vector<double> sum(1 + width, 0.0), squares(1 + width, 0.0);
  std::vector<float> of_row(1 + width);
  double count = 0.0;
  for (const RowsWithOutputs& table : tables) {
    for (std::size_t r = 0; r < table.rows->rows(); ++r) {
      fill_member_sums(table.rows->members(r), width, of_row);
      count += 1.0;
      for (std::size_t s = 0; s <= width; ++s) {
        const auto value = static_cast<double>(of_row[s]);
        sum[s] += value;
        squares[s] += value * value;
      }
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
  Regression(const MomentBasis& basis, const std::vector<RowsWithOutputs>& tables,
             const std::vector<SumScaling>& sums, ThreadPool& pool)
      : basis_(basis), tables_(tables), sums_(sums), pool_(pool) {}

  double value(std::span<const double> coefficients) const { return sum(coefficients, false).value; }
  Expansion expand(std::span<const double> coefficients) const { return sum(coefficients, true); }

 private:
  Expansion sum(std::span<const double> coefficients, bool with_derivatives) const {
    const std::size_t n = coefficients.size();
    std::vector<Expansion> parts(kPieces, Expansion(with_derivatives ? n : 0));
    pool_.run(kPieces, [&](std::size_t piece, int) {
      std::vector<double> terms(n);
      for (const RowsWithOutputs& table : tables_) {
        const std::size_t N = table.rows->rows();
        for (std::size_t r = N * piece / kPieces; r < N * (piece + 1) / kPieces; ++r) {
          fill_terms(*table.rows, r, terms);
          add_row(table, r, terms, coefficients, with_derivatives, parts[piece]);
        }
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

  /// b_k(x) μ_m(θ) of a row, all of them.
  void fill_terms(const TrainingRows& rows, std::size_t r, std::span<double> terms) const {
    thread_local std::vector<double> statistics, monomials;
    thread_local std::vector<float> sums;
    statistics.resize(basis_.statistics());
    monomials.resize(basis_.monomials());
    sums.resize(sums_.size());
    if (!sums.empty()) fill_member_sums(rows.members(r), rows.member_width(), sums);
    for (std::size_t s = 0; s < sums.size(); ++s) sums[s] = (sums[s] - sums_[s].shift) * sums_[s].scale;
    const std::span<const float> inputs = rows.inputs(r);
    basis_.fill_statistics(inputs.first(basis_.columns()), sums, statistics);
    basis_.fill_monomials(inputs.subspan(basis_.columns(), basis_.parameters()), monomials);
    double* to = terms.data();
    for (const double b : statistics) {
      for (const double m : monomials) *to++ = b * m;
    }
  }

  static void add_row(const RowsWithOutputs& table, std::size_t r, std::span<const double> terms,
                      std::span<const double> coefficients, bool with_derivatives, Expansion& to) {
    double z = static_cast<double>(table.outputs[r]);
    for (std::size_t i = 0; i < terms.size(); ++i) z += coefficients[i] * terms[i];
    const auto target = static_cast<double>(table.rows->target(r));
    const auto weight = static_cast<double>(table.rows->weight(r));
    to.value += weight * (std::max(z, 0.0) + std::log1p(std::exp(-std::fabs(z))) - target * z);
    if (!with_derivatives) return;
    const double odds = 1.0 / (1.0 + std::exp(-z));
    const double residual = weight * (odds - target), curvature = weight * odds * (1.0 - odds);
    for (std::size_t i = 0; i < terms.size(); ++i) {
      to.gradient[i] += residual * terms[i];
      const double factor = curvature * terms[i];
      double* row = &to.hessian(i, 0);
      for (std::size_t j = 0; j <= i; ++j) row[j] += factor * terms[j];
    }
  }

  const MomentBasis& basis_;
  const std::vector<RowsWithOutputs>& tables_;
  const std::vector<SumScaling>& sums_;
  ThreadPool& pool_;
};

/// The maximum of the likelihood, and what it gained; nothing where the likelihood has none.
struct Maximum {
  std::vector<double> coefficients;
  double gain = 0.0;
};
std::optional<Maximum> maximise(const Regression& regression, std::size_t n) {
  Maximum found{std::vector<double>(n, 0.0)};
  for (int step = 0; step < kMostSteps; ++step) {
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

}  // namespace

std::size_t affordable_order(const Model& model, std::size_t wanted, std::size_t degree) {
  const bool too_many = wanted > 1 && MomentBasis(model, 2, degree).coefficients() > kMostCoefficients;
  return too_many ? 1 : wanted;
}

void correct_moments(Model& model, std::span<const TrainingRows* const> rows, std::size_t order,
                     std::size_t degree, ThreadPool& pool, Monitor& monitor) {
  const MomentBasis basis(model, order, degree);
  std::vector<RowsWithOutputs> tables;
  for (const TrainingRows* table : rows) tables.push_back({table, outputs_of(model.network, *table, pool)});
  std::vector<SumScaling> sums = scaled_sums(tables);
  const Regression regression(basis, tables, sums, pool);
  const std::optional<Maximum> found = maximise(regression, basis.coefficients());
  if (!found) {
    monitor.message(LogLevel::warning,
                    "the moments of the weights could not be corrected: the likelihood of the correction has "
                    "no maximum; w is the network alone");
    return;
  }
  monitor.message(LogLevel::info,
                  fmt::format("moments of the weights corrected by {} coefficients, which gain {:.1f} nats",
                              basis.coefficients(), found->gain));
  model.moments.order = order;
  model.moments.degree = degree;
  model.moments.sums = std::move(sums);
  model.moments.coefficients.assign(found->coefficients.begin(), found->coefficients.end());
}

}  // namespace trueup
