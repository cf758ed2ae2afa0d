// `trueup bench [NAME …]`: what this machine does with our kernels.
#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <trueup/result.hpp>

#include "bench/bench.hpp"
#include "bench/machine.hpp"
#include "cli/commands.hpp"
#include "nn/kernels/kernels.hpp"

namespace trueup::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFmaPeak = "fma_peak";
constexpr const char* kProductPeak = "product_peak";

Json machine_json(int threads) {
  return {{"cpu", bench::cpu_name()},
          {"hardware_threads", hardware_threads()},
          {"threads", threads},
          {"instruction_set", kernels::target_name()},
          {"compiler", __VERSION__}};
}

double best_gflops(const bench::Row& row) {
  return row.gflop / row.best_seconds();
}

/// Best GFLOP/s on all threads of the pool, of multiply-adds in registers and of a product in the first-level cache.
struct Peaks {
  double fma = 0.0;
  double product = 0.0;
};

Json row_json(const bench::Row& row, const Peaks& peaks, int pool_threads) {
  const double gflops = row.gflop / row.median_seconds();
  const int threads = row.threads > 0 ? row.threads : pool_threads;
  const double used = static_cast<double>(threads) / pool_threads;
  Json json{{"name", row.name},
            {"seconds", row.median_seconds()},
            {"gflops", gflops},
            {"max_error", row.max_error},
            {"seconds_best", row.best_seconds()},
            {"threads", threads},
            {"share_of_peak", gflops / (peaks.fma * used)},
            {"share_of_product_peak", gflops / (peaks.product * used)},
            {"repeats", row.seconds.size()}};
  if (row.stolen_share) json["stolen_share"] = *row.stolen_share;
  return json;
}

/// `steal`: the machine tells what its host took.
std::string header_line(bool steal) {
  return fmt::format("{:<24} {:>10} {:>10} {:>9} {:>8} {:>11} {:>10}{}", "row", "seconds", "best", "GFLOP/s",
                     "of peak", "of product", "max error", steal ? "   stolen" : "");
}

std::string row_line(const Json& row) {
  const std::string stolen = row.contains("stolen_share")
                                 ? fmt::format(" {:>7.1f}%", 100.0 * row["stolen_share"].get<double>())
                                 : "";
  return fmt::format(
      "{:<24} {:>10.4g} {:>10.4g} {:>9.1f} {:>7.1f}% {:>10.1f}% {:>10.2g}{}", row["name"].get<std::string>(),
      row["seconds"].get<double>(), row["seconds_best"].get<double>(), row["gflops"].get<double>(),
      100.0 * row["share_of_peak"].get<double>(), 100.0 * row["share_of_product_peak"].get<double>(),
      row["max_error"].get<double>(), stolen);
}

/// The rows asked for in the order in which they run; all when none was named.
std::vector<std::string> rows_to_run(const std::vector<std::string>& asked) {
  bench::check_names(asked);
  std::vector<std::string> rows = bench::row_names();
  if (!asked.empty()) {
    std::erase_if(
        rows, [&](const auto& name) { return std::find(asked.begin(), asked.end(), name) == asked.end(); });
  }
  return rows;
}

int run(Session& session, const std::vector<std::string>& asked) {
  const std::vector<std::string> names = rows_to_run(asked);
  if (session.options().dry_run) {
    std::vector<std::string> plan;
    for (const std::string& name : names)
      plan.push_back(fmt::format("check {} against the reference, then time it", name));
    return session.print_plan(plan);
  }
  const Json machine = machine_json(session.pool().threads());
  session.print(fmt::format("{}, {} threads, {}", machine["cpu"].get<std::string>(), session.pool().threads(),
                            machine["instruction_set"].get<std::string>()));
  // Every row is given as a share of both peaks: they are measured even when they were not asked for.
  const auto measure = [&](const std::string& name) {
    return bench::run_row(name, session.pool(), session.monitor());
  };
  const std::map<std::string, bench::Row> peak_rows{{kFmaPeak, measure(kFmaPeak)},
                                                    {kProductPeak, measure(kProductPeak)}};
  const Peaks peaks{best_gflops(peak_rows.at(kFmaPeak)), best_gflops(peak_rows.at(kProductPeak))};
  session.print(header_line(peak_rows.at(kFmaPeak).stolen_share.has_value()));
  Json rows = Json::array();
  for (const std::string& name : names) {
    const auto measured = peak_rows.find(name);
    rows.push_back(row_json(measured == peak_rows.end() ? measure(name) : measured->second, peaks,
                            session.pool().threads()));
    session.print(row_line(rows.back()));
  }
  const Json document{{"schema", "trueup.bench/1"},
                      {"version", version()},
                      {"machine", machine},
                      {"peak_gflops", peaks.fma},
                      {"product_peak_gflops", peaks.product},
                      {"rows", rows}};
  session.print_json(document.dump(2));
  return kDone;
}

}  // namespace

Command add_bench(CLI::App& app) {
  const auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand("bench", "what this machine does with our kernels");
  command->add_option("NAME", *names,
                      fmt::format("rows to measure, of {} [all]", fmt::join(bench::row_names(), ", ")));
  return {command, [names](Session& session) { return run(session, *names); }};
}

}  // namespace trueup::cli
