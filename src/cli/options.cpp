// The flags that all commands share.
#include "cli/options.hpp"

#include <trueup/result.hpp>

namespace trueup::cli {

void add_common(CLI::App& app, CommonOptions& options) {
  const auto group = app.add_option_group("Common");
  group->add_option("--seed", options.seed, "seed of all random numbers [1]")->type_name("N");
  group->add_option("--threads", options.threads, "threads; the result does not depend on it [all]")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  group->add_option("--set", options.set, "change one key of the configuration: --set fit.repetitions=10")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  group->add_flag("--json", options.json, "one JSON document on stdout, and nothing else there");
  group->add_flag("--quiet", options.quiet, "no progress on stderr, warnings only");
  group->add_flag("--dry-run", options.dry_run, "check everything, run nothing");
  group->add_flag("--resume", options.resume, "use what an interrupted run has finished");
  group->add_flag("--force", options.force, "replace an output folder that holds something else");
  app.set_version_flag("--version", "trueup " + version());
}

}  // namespace trueup::cli
