// Error messages: one line on stderr, and a JSON document on stdout when asked for.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace trueup::cli {

struct Failure {
  std::string command;  ///< "" when none was chosen
  std::string text;
  int code = 4;
};

void print_error(const Failure& failure, bool json);

/// CLI11's message in our words, with the nearest option or command.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv);

}  // namespace trueup::cli
