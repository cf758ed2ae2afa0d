// `trueup fit CONFIG --out RUN`: fits θ to data at detector level.
#include <memory>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "cli/commands.hpp"
#include "cli/print_result.hpp"
#include "result/fit_run.hpp"

namespace trueup::cli {
namespace {

struct Options {
  std::string config;
  std::string out;
};

int plan(const Session& session, const FitJob& job, const FitInputs& inputs, const std::string& out) {
  std::vector<std::string> lines;
  if (job.reweight) {
    lines.push_back(
        fmt::format("train {} network(s) of weights, {} features, on {} simulated and {} scanned events",
                    job.reweight->trainings, job.reweight->options.features.size(),
                    inputs.simulation.table.rows(), inputs.scanned->table.rows()));
  } else {
    lines.push_back(fmt::format("use {} trained network(s) of weights", inputs.models.size()));
  }
  lines.push_back(
      fmt::format("fit with method {}: {} observables, {} data and {} simulated events, {} repetitions",
                  method_name(job.fit.method), job.fit.observables.size(), inputs.data.table.rows(),
                  inputs.simulation.table.rows(), job.fit.repetitions));
  lines.push_back("write to " + out);
  return session.print_plan(lines);
}

int run(Session& session, const Options& options) {
  ConfigTable root = ConfigTable::from_file(options.config, session.options().set);
  FitJob job = read_fit_job(root);
  RunFolder::check(options.out, session.command(), session.options().force);
  const FitInputs inputs = load_fit_inputs(job, session.options().seed);
  if (session.options().dry_run) return plan(session, job, inputs, options.out);
  const RunFolder folder = session.open_run(options.out, to_toml(job, session.signature()));
  return finish_run(session, folder,
                    run_fit(job, inputs, session.settings(), folder, session.pool(), session.monitor()));
}

}  // namespace

Command add_fit(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("fit", "fit parameters to data at detector level");
  command->add_option("CONFIG", options->config, "configuration (TOML)")->required();
  command->add_option("--out", options->out, "run folder")->required()->type_name("RUN");
  command->footer(
      "With --resume, networks of weights in RUN that were made by this version from the same tables,\n"
      "options and seed are reused; the fit itself starts again.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
