// What a command works with: the common flags, threads, the monitor, and stdout.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <trueup/threads.hpp>

#include "cli/options.hpp"
#include "cli/terminal_monitor.hpp"
#include "result/reweight_run.hpp"
#include "result/run_folder.hpp"

namespace trueup::cli {

constexpr int kDone = 0;
constexpr int kChecksFailed = 1;

class Session {
 public:
  Session(std::string command, const CommonOptions& options);

  const std::string& command() const noexcept { return command_; }
  const CommonOptions& options() const noexcept { return options_; }
  TerminalMonitor& monitor() noexcept { return monitor_; }
  ThreadPool& pool();
  RunSettings settings() const { return {command_, options_.seed, options_.resume}; }

  /// For people: printed unless --json.
  void print(const std::string& text) const;
  /// For programs: printed with --json.
  void print_json(const std::string& document) const;
  /// What --dry-run says: each line one thing that would happen.
  int print_plan(const std::vector<std::string>& lines) const;

  /// Opens the run's folder and its log.
  RunFolder open_run(const std::string& out, const std::string& config_toml);
  /// The first line of the run's config.toml.
  std::string signature() const { return RunFolder::signature(command_); }

 private:
  std::string command_;
  CommonOptions options_;
  TerminalMonitor monitor_;
  std::unique_ptr<ThreadPool> pool_;
};

/// A command: its options, and what runs when it was chosen; returns the exit code.
struct Command {
  CLI::App* app = nullptr;
  std::function<int(Session&)> run;
};

}  // namespace trueup::cli
