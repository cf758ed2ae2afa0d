// Parses arguments, runs the command chosen, and turns what it throws into one message and an exit code.
#include "cli/run_command.hpp"

#include <algorithm>
#include <new>
#include <string_view>

#include <trueup/error.hpp>
#include <trueup/result.hpp>

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/stop_signal.hpp"

namespace trueup::cli {
namespace {

constexpr int kUsage = 2;
constexpr int kInternal = 4;

std::vector<Command> add_commands(CLI::App& app) {
  std::vector<Command> commands{add_simulate(app), add_reweight(app), add_fit(app),  add_refine(app),
                                add_apply(app),    add_compare(app),  add_info(app), add_merge(app),
                                add_report(app),   add_demo(app),     add_study(app)};
#ifdef TRUEUP_HAS_BENCH
  commands.push_back(add_bench(app));
#endif
  return commands;
}

bool asks_for_json(int argc, char** argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* argument) { return std::string_view(argument) == "--json"; });
}

/// What was chosen, for messages about arguments that did not parse.
std::string command_name(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "" : chosen.front()->get_name();
}

int run_chosen(const Command& command, const CommonOptions& options) {
  const std::string name = command.app->get_name();
  int code = kInternal;
  std::string text;
  try {
    Session session(name, options);
    return command.run(session);
  } catch (const Error& error) {
    code = error.exit_code();
    text = error.what();
  } catch (const std::bad_alloc&) {
    text = "out of memory";
  } catch (const std::exception& error) {
    text =
        std::string("internal error: ") + error.what() + "; please report this with the command that you ran";
  }
  print_error({name, text, code}, options.json);
  return code;
}

}  // namespace

int run_command(int argc, char** argv) {
  CLI::App app("Makes simulation agree with data.", "trueup");
  app.require_subcommand(1);
  app.set_version_flag("--version", "trueup " + version());
  app.footer(
      "Exit codes: 0 done, 1 a quality check failed, 2 usage or configuration, 3 input data,\n"
      "4 environment, 130 interrupted. 'trueup COMMAND --help' says more.");
  const std::vector<Command> commands = add_commands(app);
  CommonOptions options;
  for (const Command& command : commands) add_common(*command.app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    print_error({command_name(app), usage_message(app, error, argc, argv), kUsage},
                asks_for_json(argc, argv));
    return kUsage;
  }
  catch_stop_signals();
  const auto chosen =
      std::find_if(commands.begin(), commands.end(), [](const Command& c) { return c.app->parsed(); });
  return run_chosen(*chosen, options);
}

}  // namespace trueup::cli
