// Printing a finished run.
#include "cli/print_result.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "cli/report_tool.hpp"
#include "cli/stop_signal.hpp"

namespace trueup::cli {
namespace {

/// Decimals that show two digits of the error.
int decimals(double error) {
  if (!(error > 0.0) || !std::isfinite(error)) return 5;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 12);
}

std::string truth_text(const ParameterResult& p) {
  const double error = 0.5 * (p.high - p.low);
  const double pull = error > 0.0 ? (p.value - *p.truth) / error : 0.0;
  return fmt::format("truth {:.6g}, {:+.2f} errors away (read after the fit)", *p.truth, pull);
}

void print_checks(const Session& session, const Result& result) {
  const auto failed =
      std::count_if(result.checks.begin(), result.checks.end(), [](const Check& c) { return !c.passed; });
  session.print(fmt::format("quality checks: {} of {} passed",
                            result.checks.size() - static_cast<std::size_t>(failed), result.checks.size()));
  for (const Check& check : result.checks) {
    if (!check.passed) session.print(fmt::format("  FAILED {}: {}", check.name, check.text));
  }
}

/// A study's number beside the published one.
std::string row_text(const ResultRow& row) {
  const int digits = std::isfinite(row.error) ? decimals(row.error) : 4;
  std::string text = fmt::format("{} = {:.{}f}", row.name, row.value, digits);
  if (std::isfinite(row.error)) text += fmt::format(" +- {:.{}f}", row.error, digits);
  text += fmt::format(" ({} run{}", row.runs, row.runs == 1 ? "" : "s");
  if (row.published) text += fmt::format("; published {:.6g}", *row.published);
  if (row.published && row.published_error) text += fmt::format(" +- {:.6g}", *row.published_error);
  return text + ")";
}

/// The shares of a parameter's error, where they are known apart.
std::string shares_text(const Result& result, const ParameterResult& p) {
  std::string text;
  const int digits = decimals(0.5 * (p.high - p.low));
  for (const char* share :
       {"data", "simulation", "generator", "background", "background_share", "weights", "training"}) {
    const auto found = result.metrics.find(fmt::format("error_{}_{}", share, p.name));
    if (found == result.metrics.end() || !(found->second > 0.0)) continue;
    text +=
        fmt::format("{}{} {:.{}f}", text.empty() ? "error by share: " : ", ", share, found->second, digits);
  }
  return text;
}

void print_numbers(const Session& session, const Result& result) {
  for (const ParameterResult& p : result.parameters) {
    session.print(parameter_text(p));
    if (p.truth) session.print("  " + truth_text(p));
    if (const std::string shares = shares_text(result, p); !shares.empty()) session.print("  " + shares);
  }
  for (const ResultRow& row : result.rows) session.print(row_text(row));
  const auto metric = [&](const char* name) {
    const auto found = result.metrics.find(name);
    return found == result.metrics.end() ? std::nan("") : found->second;
  };
  if (result.metrics.contains("auc_at_minimum")) {
    session.print(fmt::format("AUC at the minimum: {:.4f} (equal samples: 0.5 +- {:.4f})",
                              metric("auc_at_minimum"), metric("auc_null_spread")));
  }
  if (result.metrics.contains("closure_auc_largest")) {
    session.print(
        fmt::format("closure: largest AUC of reweighted against generated events {:.4f}, smallest effective "
                    "fraction {:.2f}",
                    metric("closure_auc_largest"), metric("closure_effective_fraction_smallest")));
  }
}

}  // namespace

std::string parameter_text(const ParameterResult& p) {
  const double up = p.high - p.value, down = p.value - p.low;
  const int digits = decimals(0.5 * (up + down));
  const std::string unit = p.unit.empty() ? "" : " " + p.unit;
  const bool same = std::fabs(up - down) <= 0.02 * (up + down);
  if (same)
    return fmt::format("{} = {:.{}f} +- {:.{}f}{}", p.name, p.value, digits, 0.5 * (up + down), digits, unit);
  return fmt::format("{} = {:.{}f} +{:.{}f} -{:.{}f}{}", p.name, p.value, digits, up, digits, down, digits,
                     unit);
}

int finish_run(Session& session, const RunFolder& run, Result result) {
  const std::string without_report = to_json(result);
  result.artifacts["report"] = "report.html";
  run.write("result.json", to_json(result));  // before the report, which shows it
  std::string report;
  try {
    report = make_report(run.path()).string();
  } catch (const Error& error) {
    run.write("result.json", without_report);
    result.artifacts.erase("report");
    if (stop_signal() != 0) throw;
    session.monitor().message(LogLevel::warning, error.what());
  }
  print_numbers(session, result);
  print_checks(session, result);
  for (const std::string& note : result.notes) session.print("note: " + note);
  session.print(fmt::format("{:.1f} s; run folder: {}", result.wall_s, run.path().string()));
  if (!report.empty()) session.print("report: " + report);
  session.print_json(to_json(result));
  return result.passed() ? kDone : kChecksFailed;
}

}  // namespace trueup::cli
