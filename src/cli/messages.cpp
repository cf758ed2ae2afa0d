// Error messages.
#include "cli/messages.hpp"

#include <cstdio>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <trueup/error.hpp>

namespace trueup::cli {
namespace {

const char* kind_of(int code) {
  switch (code) {
    case 2:
      return "configuration";
    case 3:
      return "data";
    case 130:
      return "interrupted";
    default:
      return "environment";
  }
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App* a) { return !a->get_name().empty(); })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* group : app.get_subcommands([](const CLI::App* a) { return a->get_name().empty(); })) {
    for (const std::string& name : option_names(*group)) names.push_back(name);
  }
  return names;
}

/// One line, however the message was laid out.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
    text.replace(at, 1, " ");
  return text;
}

}  // namespace

void print_error(const Failure& failure, bool json) {
  const std::string text = one_line(failure.text);
  const std::string name = failure.command.empty() ? "trueup" : "trueup " + failure.command;
  fmt::print(stderr, "{}: error: {}\n", name, text);
  if (!json) return;
  const nlohmann::ordered_json document{{"error",
                                         {{"command", failure.command},
                                          {"code", failure.code},
                                          {"kind", kind_of(failure.code)},
                                          {"message", text}}}};
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto chosen = app.get_subcommands();
  const std::vector<std::string> commands = command_names(app);
  if (chosen.empty()) {
    const std::string first = argc > 1 ? argv[1] : "";
    if (first.empty()) return fmt::format("no command given; commands are {}", quoted_list(commands));
    if (first.front() == '-')
      return fmt::format("unknown option '{}'; 'trueup --help' lists what there is", first);
    const std::string hint = did_you_mean(first, commands);
    return fmt::format("unknown command '{}'{}", first,
                       hint.empty() ? fmt::format("; commands are {}", quoted_list(commands)) : hint);
  }
  const std::vector<std::string> extras = chosen.front()->remaining();
  if (!extras.empty()) {
    const bool is_option = extras.front().starts_with("-");
    const std::string name = extras.front().substr(0, extras.front().find('='));
    return fmt::format("{} '{}'{}", is_option ? "unknown option" : "unexpected argument", extras.front(),
                       is_option ? did_you_mean(name, option_names(*chosen.front())) : "");
  }
  return fmt::format("{}; see 'trueup {} --help'", error.what(), chosen.front()->get_name());
}

}  // namespace trueup::cli
