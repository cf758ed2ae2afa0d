// Judging a refinement. Conditions are written so that NaN fails.
#include "result/refine_judge.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace trueup {
namespace {

constexpr double kFell = 0.1;
constexpr double kStandardErrors = 3.0;
constexpr double kSigmas = 5.0;
constexpr double kAuc = 0.02;

/// Every second row from `first`, at most `most`.
Table every_second(const Table& table, std::size_t first, std::size_t most) {
  std::vector<std::uint32_t> rows;
  for (std::size_t r = first; r < table.rows() && rows.size() < most; r += 2)
    rows.push_back(static_cast<std::uint32_t>(r));
  return table.select(rows);
}

Check mmd_check(const Agreement& fast, const Agreement& refined) {
  const BatchedValue& before = fast.mmd_unbiased;
  const BatchedValue& after = refined.mmd_unbiased;
  const double error = after.batches > 1 ? after.spread / std::sqrt(static_cast<double>(after.batches)) : 0.0;
  const bool passed = after.value <= kFell * before.value || after.value <= kStandardErrors * error;
  return {
      "MMD, refined against full", after.value, "a tenth of that of fast, or 0 within 3 standard errors",
      passed,
      fmt::format(
          "The unbiased MMD to full simulation is {:.3g} for fast and {:.3g} +- {:.1g} for refined events{}.",
          before.value, after.value, error, passed ? "" : ": refining has not brought them together")};
}

Check auc_check(const TwoSampleResult& apart) {
  const double above = apart.auc - 0.5;
  const bool passed = above <= kSigmas * apart.null_spread || above <= kAuc;
  return {
      "AUC, refined against full", apart.auc, fmt::format("0.5 within 5 null spreads or {}", kAuc), passed,
      fmt::format(
          "A classifier tells refined from full events with AUC {:.4f}, with a spread of {:.4f} for equal "
          "samples{}.",
          apart.auc, apart.null_spread, passed ? "" : ": something is left to refine")};
}

}  // namespace

TwoSampleResult told_apart(const Table& sample, const Table& full, const std::vector<std::string>& columns,
                           bool pairs, std::uint64_t seed, ThreadPool& pool, Monitor& monitor,
                           std::size_t most) {
  const Table a = pairs ? every_second(sample, 0, most) : sample.slice(0, std::min(most, sample.rows()));
  const Table b = pairs ? every_second(full, 1, most) : full.slice(0, std::min(most, full.rows()));
  TwoSampleOptions options;
  options.hidden = {64, 64};
  options.training.max_epochs = 40;
  options.training.patience = 5;
  options.training.task = "judging classifier";
  options.seed = seed;
  return two_sample_auc(feature_matrix(a, columns, "the refined table"), a.weights(),
                        feature_matrix(b, columns, "the full table"), b.weights(), options, pool, monitor);
}

void add_metrics(const Agreement& agreement, const std::string& kind,
                 std::map<std::string, double>& metrics) {
  metrics["mmd_b_" + kind] = agreement.mmd_biased.value;
  metrics["mmd_b_spread_" + kind] = agreement.mmd_biased.spread;
  metrics["mmd_u_" + kind] = agreement.mmd_unbiased.value;
  metrics["omniscient_mmd_b_" + kind] = agreement.omniscient_biased.value;
  metrics["chi2_per_ndof_" + kind] = agreement.chi2_per_ndof();
  if (agreement.mse) metrics["mse_" + kind] = agreement.mse->value;
  for (const ColumnAgreement& column : agreement.columns) {
    metrics[fmt::format("ks_{}_{}", column.name, kind)] = column.ks;
    metrics[fmt::format("wasserstein_{}_{}", column.name, kind)] = column.wasserstein;
  }
}

Check conditions_check(const TwoSampleResult& apart) {
  const double above = apart.auc - 0.5;
  const bool passed = above <= kSigmas * apart.null_spread || above <= kAuc;
  // AUC <= 1 - (1 - TV)^2 / 2 for samples at total variation TV; of the AUC, what is left after two of its errors.
  const double surely = apart.auc - 2.0 * apart.null_spread;
  const double misplaced = std::max(0.0, 1.0 - std::sqrt(2.0 * std::max(0.0, 1.0 - surely)));
  const std::string advice = fmt::format(
      ": at least {:.0f} % of the events differ in what refining does not move. Weight the fast table first: "
      "'trueup reweight' with [target], then 'trueup apply'",
      100.0 * misplaced);
  return {
      "AUC of the conditions", apart.auc, fmt::format("0.5 within 5 null spreads or {}", kAuc), passed,
      fmt::format("The conditions alone tell fast from full events with AUC {:.4f}, with a spread of {:.4f} "
                  "for equal samples{}.",
                  apart.auc, apart.null_spread, passed ? "" : advice)};
}

std::vector<Check> refinement_checks(const Agreement& fast, const Agreement& refined,
                                     const TwoSampleResult& apart) {
  return {mmd_check(fast, refined), auc_check(apart)};
}

}  // namespace trueup
