// Checks and figure of the coverage study. Conditions are written so that NaN fails.
#include "study/coverage_summary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include <trueup/stats.hpp>

namespace trueup {
namespace {

constexpr double kOneSigma = 0.682689;
constexpr double kBand = 2.0;
constexpr double kPullWidth = 0.08;
constexpr double kNoticed = 0.9;
constexpr double kSpoiledBias = 0.002;
constexpr double kStandardErrors = 3.0;

struct Summary {
  double n = 0.0;
  double mean = 0.0;
  double width = 0.0;
};

Summary summary_of(const std::vector<double>& values) {
  Summary summary{static_cast<double>(values.size()), 0.0, 0.0};
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / summary.n;
  for (const double v : values) summary.width += (v - summary.mean) * (v - summary.mean);
  summary.width = std::sqrt(summary.width / (summary.n - 1.0));
  return summary;
}

Check coverage_check(const RowValues& row) {
  // An interval that could not be given holds nothing.
  const double n = static_cast<double>(row.values.size() + row.unusable);
  const double inside = std::accumulate(row.values.begin(), row.values.end(), 0.0) / n;
  const double band = kBand * std::sqrt(kOneSigma * (1.0 - kOneSigma) / n);
  return {row.name, inside, fmt::format("0.683 within {:.3f}", band), std::fabs(inside - kOneSigma) <= band,
          fmt::format("The 68.27 % interval holds the truth in {:.1f} % of {} toys.", 100.0 * inside, n)};
}

std::vector<Check> pull_checks(const RowValues& row) {
  const Summary pulls = summary_of(row.values);
  const double mean_band = kStandardErrors / std::sqrt(pulls.n);
  const double width_band = std::max(kPullWidth, kBand / std::sqrt(2.0 * pulls.n));
  return {{"mean of " + row.name, pulls.mean, fmt::format("0 within {:.3f}", mean_band),
           std::fabs(pulls.mean) <= mean_band,
           fmt::format("The mean pull of {} toys is {:+.3f}.", pulls.n, pulls.mean)},
          {"width of " + row.name, pulls.width, fmt::format("1 within {:.3f}", width_band),
           std::fabs(pulls.width - 1.0) <= width_band,
           fmt::format("The width of {} pulls is {:.3f}.", pulls.n, pulls.width)}};
}

Check noticed_check(const RowValues& row) {
  const double noticed = summary_of(row.values).mean;
  return {row.name, noticed, "at least 0.9", noticed >= kNoticed,
          fmt::format(
              "A check failed in {:.0f} % of the fits to data from another detector than the simulation's.",
              100.0 * noticed)};
}

Check spoiled_check(const RowValues& row) {
  const Summary bias = summary_of(row.values);
  const double error = bias.width / std::sqrt(bias.n);
  const bool passed = std::fabs(bias.mean) <= kSpoiledBias || std::fabs(bias.mean) <= kStandardErrors * error;
  return {row.name, bias.mean, "0 within 0.002 or 3 standard errors", passed,
          fmt::format(
              "With spoiled weights the value is off by {:+.4f} on average, with a standard error of {:.4f}.",
              bias.mean, error)};
}

FigurePanel pull_panel(const RowValues& row) {
  std::vector<double> edges;
  for (int i = 0; i <= 20; ++i) edges.push_back(-4.0 + 0.4 * i);
  const std::vector<float> pulls(row.values.begin(), row.values.end());
  const Histogram counts = histogram(pulls, {}, edges);
  FigureSeries gaussian{"unit Gaussian", "exact", "line", {}, {}, {}};
  for (int i = 0; i <= 80; ++i) {
    const double x = -4.0 + 0.1 * i;
    gaussian.x.push_back(x);
    gaussian.y.push_back(0.4 * static_cast<double>(pulls.size()) * std::exp(-0.5 * x * x) /
                         std::sqrt(2.0 * std::numbers::pi));
  }
  return {"toys", 1.0, {{row.name, "fit", "steps", edges, counts.sums, {}}, gaussian}};
}

}  // namespace

std::string coverage_row(const std::string& method, std::size_t events, bool all_retrained) {
  return fmt::format("coverage, {}, N={}{}", method, events, all_retrained ? ", all retrained" : "");
}

std::string spoiled_row(const std::string& method) {
  return "error of the value, spoiled weights, " + method;
}

std::string pull_row(const std::string& method, std::size_t events, bool all_retrained) {
  return fmt::format("pull, {}, N={}{}", method, events, all_retrained ? ", all retrained" : "");
}

std::vector<Check> coverage_checks(const RowValues& row) {
  if (row.name.starts_with("coverage")) return {coverage_check(row)};
  if (row.name.starts_with("pull")) return pull_checks(row);
  if (row.name == kNoticedRow) return {noticed_check(row)};
  if (row.name == kSpoiledPlainRow) return {};  // shown, not judged
  if (row.name.starts_with(spoiled_row(""))) return {spoiled_check(row)};
  return {};
}

Figure pull_figure(const std::vector<RowValues>& rows) {
  Figure figure{"", "Pulls of toys", "", "(value - truth) / error", {}};
  std::string words;
  for (const RowValues& row : rows) {
    if (!row.name.starts_with("pull") || row.values.size() < 2) continue;
    const Summary pulls = summary_of(row.values);
    figure.panels.push_back(pull_panel(row));
    words +=
        fmt::format(" {}: mean {:+.2f}, width {:.2f}, {} toys.", row.name, pulls.mean, pulls.width, pulls.n);
  }
  figure.caption =
      "Distance of the fitted value from the truth in units of the error that the fit gives, with data, "
      "simulation and "
      "generator-level events new in each toy. Intervals that cover give a unit Gaussian (line)." +
      words;
  return figure;
}

}  // namespace trueup
