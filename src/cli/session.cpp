// What a command works with.
#include "cli/session.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <trueup/result.hpp>

namespace trueup::cli {

Session::Session(std::string command, const CommonOptions& options)
    : command_(std::move(command)), options_(options), monitor_(options.quiet) {}

ThreadPool& Session::pool() {
  if (pool_ == nullptr) pool_ = std::make_unique<ThreadPool>(options_.threads);
  return *pool_;
}

void Session::print(const std::string& text) const {
  if (options_.json) return;
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

void Session::print_json(const std::string& document) const {
  if (!options_.json) return;
  fmt::print("{}{}", document, document.ends_with('\n') ? "" : "\n");
  std::fflush(stdout);
}

int Session::print_plan(const std::vector<std::string>& lines) const {
  for (const std::string& line : lines) print(line);
  print("dry run: everything was found good, nothing was run");
  const nlohmann::ordered_json json{
      {"schema", "trueup.plan/1"}, {"command", command_}, {"version", version()}, {"would", lines}};
  print_json(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return kDone;
}

RunFolder Session::open_run(const std::string& out, const std::string& config_toml) {
  const auto keep = options_.resume ? RunFolder::Keep::finished : RunFolder::Keep::nothing;
  RunFolder run(out, command_, options_.force, keep, config_toml);
  monitor_.log_to(run.file("log.txt"), options_.resume);
  monitor_.message(LogLevel::debug,
                   fmt::format("trueup {} {}, seed {}, {} threads{}", command_, version(), options_.seed,
                               pool().threads(), options_.resume ? ", resumed" : ""));
  return run;
}

}  // namespace trueup::cli
