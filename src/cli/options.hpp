// The flags that all commands share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace trueup::cli {

struct CommonOptions {
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: all
  bool json = false;
  bool quiet = false;
  bool dry_run = false;
  bool resume = false;
  bool force = false;
  std::vector<std::string> set;
};

void add_common(CLI::App& app, CommonOptions& options);

/// A check for options that count: CLI11 takes "-1" for 2^64 - 1.
CLI::Validator whole_number(std::uint64_t least);

}  // namespace trueup::cli
