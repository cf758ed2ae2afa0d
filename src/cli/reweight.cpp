// `trueup reweight CONFIG --out RUN`: trains w(x,θ), with closure checks.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "cli/commands.hpp"
#include "cli/print_result.hpp"

namespace trueup::cli {
namespace {

struct Options {
  std::string config;
  std::string out;
};

int plan(const Session& session, const ReweightJob& job, const ReweightInputs& inputs,
         const std::string& out) {
  const ReweightOptions& options = job.reweight.options;
  const bool one_target = options.parameters.empty();
  return session.print_plan(
      {fmt::format("train {} network(s) of {} features and {} parameter(s) on {} nominal and {} {} events",
                   job.reweight.trainings, options.features.size(), options.parameters.size(),
                   inputs.nominal.table.rows(), inputs.scanned.table.rows(),
                   one_target ? "target" : "scanned"),
       one_target ? "weights of the nominal events for the target"
                  : fmt::format("nominal at {}", theta_text(options.parameters, options.nominal)),
       fmt::format("check closure at {} point(s)", one_target
                                                       ? std::min<std::size_t>(job.reweight.closure.points, 1)
                                                       : job.reweight.closure.points),
       fmt::format("write to {}", out)});
}

int run(Session& session, const Options& options) {
  ConfigTable root = ConfigTable::from_file(options.config, session.options().set);
  ReweightJob job = read_reweight_job(root);
  RunFolder::check(options.out, session.command(), session.options().force);
  const ReweightInputs inputs = load_reweight_inputs(job, session.options().seed);
  if (session.options().dry_run) return plan(session, job, inputs, options.out);
  const RunFolder folder = session.open_run(options.out, to_toml(job, session.signature()));
  return finish_run(session, folder,
                    run_reweight(job, inputs, session.settings(), folder, session.pool(), session.monitor()));
}

}  // namespace

Command add_reweight(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("reweight", "train weights w(x,theta), with closure checks");
  command->add_option("CONFIG", options->config, "configuration (TOML)")->required();
  command->add_option("--out", options->out, "run folder")->required()->type_name("RUN");
  command->footer(
      "With --resume, networks in RUN that were made by this version from the same tables, options and\n"
      "seed are reused; closure is checked again.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
