// The flags that all commands share.
#include "cli/options.hpp"

#include <charconv>

#include <fmt/format.h>

#include <trueup/result.hpp>

namespace trueup::cli {

CLI::Validator whole_number(std::uint64_t least) {
  const auto check = [least](const std::string& text) -> std::string {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc() && end == text.data() + text.size() && value >= least;
    return good ? "" : fmt::format("must be a whole number of at least {}, not '{}'", least, text);
  };
  return {check, "", "whole number"};
}

void add_common(CLI::App& app, CommonOptions& options) {
  const auto group = app.add_option_group("Common");
  group->add_option("--seed", options.seed, "seed of all random numbers [1]")
      ->type_name("N")
      ->check(whole_number(0));
  group->add_option("--threads", options.threads, "threads; the result does not depend on it [all]")
      ->type_name("N")
      ->check(whole_number(0));
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
