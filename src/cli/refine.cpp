// `trueup refine CONFIG --out RUN`: trains a refiner, and judges it on rows that trained nothing.
#include <memory>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "cli/commands.hpp"
#include "cli/print_result.hpp"
#include "result/refine_run.hpp"

namespace trueup::cli {
namespace {

struct Options {
  std::string config;
  std::string out;
};

std::string pairs_text(const RefineJob& job, const RefineInputs& inputs) {
  if (job.pairs == PairRule::none) return "rows are no pairs";
  if (job.pairs == PairRule::rows) return "row i of both tables is one event";
  return fmt::format("{} pairs by key; {} fast and {} full rows have no partner", inputs.pairs.matched,
                     inputs.pairs.fast_alone, inputs.pairs.full_alone);
}

int plan(const Session& session, const RefineJob& job, const RefineInputs& inputs, const std::string& out) {
  const RefineOptions& options = job.refine.options;
  return session.print_plan(
      {fmt::format("refine {} column(s) with {} condition(s), schedule {}, on {} fast and {} full rows",
                   options.columns.size(), options.conditions.size(), to_string(options.schedule),
                   inputs.fast.table.rows(), inputs.full.table.rows()),
       pairs_text(job, inputs), fmt::format("judge on {:.3g} of the rows", job.refine.test_fraction),
       fmt::format("write to {}", out)});
}

void print_agreement(const Session& session, const Result& result) {
  const auto line = [&](const char* name, const std::string& key) {
    const auto fast = result.metrics.find(key + "_fast"), refined = result.metrics.find(key + "_refined");
    if (fast == result.metrics.end() || refined == result.metrics.end()) return;
    session.print(
        fmt::format("{:<22} fast {:>10.4g}   refined {:>10.4g}", name, fast->second, refined->second));
  };
  line("MMD, biased", "mmd_b");
  line("MMD, unbiased", "mmd_u");
  line("omniscient MMD, biased", "omniscient_mmd_b");
  line("MSE", "mse");
  line("chi2/ndof", "chi2_per_ndof");
  session.print(fmt::format("classifier AUC, refined against full {:.4f}; equal samples: 0.5 +- {:.4f}",
                            result.metrics.at("auc_refined"), result.metrics.at("auc_null_spread")));
  if (const auto found = result.metrics.find("auc_refined_with_conditions"); found != result.metrics.end())
    session.print(fmt::format("the same, also by the conditions {:.4f}", found->second));
}

int run(Session& session, const Options& options) {
  ConfigTable root = ConfigTable::from_file(options.config, session.options().set);
  const RefineJob job = read_refine_job(root);
  RunFolder::check(options.out, session.command(), session.options().force);
  const RefineInputs inputs = load_refine_inputs(job);
  if (session.options().dry_run) return plan(session, job, inputs, options.out);
  const RunFolder folder = session.open_run(options.out, to_toml(job, session.signature()));
  const Result result =
      run_refine(job, inputs, session.settings(), folder, session.pool(), session.monitor());
  print_agreement(session, result);
  return finish_run(session, folder, result);
}

}  // namespace

Command add_refine(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("refine", "train a refiner of fast simulation");
  command->add_option("CONFIG", options->config, "configuration (TOML)")->required();
  command->add_option("--out", options->out, "run folder")->required()->type_name("RUN");
  command->footer(
      "'trueup apply RUN/model.onnx FAST REFINED' refines any table with the same columns. With --resume, a\n"
      "training that was interrupted goes on.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
