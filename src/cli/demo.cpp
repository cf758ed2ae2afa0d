// `trueup demo`: the main job on generated events, from collisions to a fitted shower parameter and its report.
#include <array>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/print_result.hpp"
#include "cli/simulate_table.hpp"
#include "result/fit_run.hpp"
#include "result/stopwatch.hpp"

namespace trueup::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string out = "demo-run";
  std::string scale = "desk";
};

/// A table of the demo: its card, and the key of the fit's configuration that it goes to.
struct Part {
  const char* name;
  const char* card;
  const char* key;
};
constexpr std::array<Part, 3> kParts{{{"nominal", "cards/ee_z_nominal.toml", "simulation.table"},
                                      {"scan", "cards/ee_z_scan.toml", "scanned.table"},
                                      {"data", "cards/ee_z_data.toml", "data.table"}}};

std::size_t events_of(const std::string& scale) {
  return scale == "quick" ? 25'000 : 100'000;
}

TableRequest request_of(const Part& part, const Session& session, const Options& options) {
  const fs::path path = fs::path(options.out) / fmt::format("{}.h5", part.name);
  return {
      load_simulation_card(shared_file(part.card)), events_of(options.scale),
      derive_seed(session.options().seed, "demo table", static_cast<std::uint64_t>(&part - kParts.data())),
      path.string()};
}

FitJob job_of(const Session& session, const Options& options) {
  std::vector<std::string> overrides;
  for (const Part& part : kParts) {
    const fs::path path = fs::path(options.out) / fmt::format("{}.h5", part.name);
    overrides.push_back(fmt::format("{}={}", part.key, path.string()));
  }
  if (options.scale == "quick") {  // a quarter of the events: the same number of steps needs smaller batches
    overrides.insert(overrides.end(),
                     {"reweight.training.batch_size=250", "fit.repetitions=5", "fit.coarse_points=7"});
  }
  overrides.insert(overrides.end(), session.options().set.begin(), session.options().set.end());
  ConfigTable root = ConfigTable::from_file(shared_file("examples/demo_fit.toml"), overrides);
  return read_fit_job(root);
}

int plan(const Session& session, const Options& options) {
  std::vector<std::string> lines;
  for (const Part& part : kParts) {
    lines.push_back(fmt::format("make {} events of {}, unless {}/{}.h5 has them", events_of(options.scale),
                                part.card, options.out, part.name));
  }
  lines.push_back("fit with examples/demo_fit.toml, report in " + options.out + "/report.html");
  return session.print_plan(lines);
}

void make_folder(const std::string& out) {
  std::error_code error;
  fs::create_directories(out, error);
  if (error) throw EnvironmentError(fmt::format("cannot make output folder '{}': {}", out, error.message()));
}

int run(Session& session, const Options& options) {
  const Stopwatch watch;
  FitJob job = job_of(session, options);
  RunFolder::check(options.out, session.command(), session.options().force);
  if (!has_pythia()) {
    throw EnvironmentError(
        "the demo needs Pythia 8, which this build does not have; build with TRUEUP_WITH_PYTHIA=ON");
  }
  if (session.options().dry_run) return plan(session, options);
  make_folder(options.out);
  double seconds = 0.0;
  for (const Part& part : kParts) {
    const TableRequest request = request_of(part, session, options);
    check_request(request);
    const MadeTable made = make_table(session, request, true);
    seconds += made.seconds;
    session.monitor().message(
        LogLevel::info,
        made.reused ? fmt::format("{}: made earlier, reused", request.path)
                    : fmt::format("{}: {} events in {:.0f} s", request.path, made.record.rows, made.seconds));
  }
  const FitInputs inputs = load_fit_inputs(job, session.options().seed);
  const RunFolder folder = session.open_run(options.out, to_toml(job, session.signature()));
  Result result = run_fit(job, inputs, session.settings(), folder, session.pool(), session.monitor());
  result.metrics["seconds_simulation"] = seconds;
  result.wall_s = watch.seconds();
  return finish_run(session, folder, std::move(result));
}

}  // namespace

Command add_demo(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("demo", "the main job on generated events: alphaS from e+e- -> Z -> hadrons");
  command->add_option("--out", options->out, "run folder [demo-run]")->type_name("RUN");
  command->add_option("--scale", options->scale, "quick: 25,000 events a table; desk: 100,000 [desk]")
      ->check(CLI::IsMember({"quick", "desk"}));
  command->footer(
      "Tables in RUN that this version made from the same card, events and seed are always reused; with\n"
      "--resume, the trained weights are as well. The fit is not told the data's alphaS.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
