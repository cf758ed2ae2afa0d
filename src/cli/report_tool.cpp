// Starting Python, collecting what it says, and explaining a failure.
#include "cli/report_tool.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "cli/places.hpp"
#include "cli/stop_signal.hpp"

extern char** environ;

namespace trueup::cli {
namespace {

struct Outcome {
  int status = 0;  ///< exit code; 128 + signal when killed
  std::string output;
};

/// Our environment, with the source tree's package first on Python's path.
std::vector<std::string> child_environment() {
  std::vector<std::string> variables;
  std::string path = python_package_folder().string();
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string variable = *at;
    if (!variable.starts_with("PYTHONPATH=")) {
      variables.push_back(variable);
    } else if (variable.size() > 11) {
      path += (path.empty() ? "" : ":") + variable.substr(11);
    }
  }
  if (!path.empty()) variables.push_back("PYTHONPATH=" + path);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

std::string read_all(int file) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(file, buffer, sizeof buffer);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EINTR)) return text;
  }
}

/// stdout and stderr of the program together. EnvironmentError when it cannot be started.
Outcome run_program(std::vector<std::string> arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw EnvironmentError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<std::string> variables = child_environment();
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments.front().c_str(), &actions, nullptr,
                                    pointers(arguments).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    ::close(ends[0]);
    throw EnvironmentError(
        fmt::format("cannot start Python '{}': {}; set TRUEUP_PYTHON to an interpreter that has "
                    "matplotlib and jinja2",
                    arguments.front(), std::strerror(failed)));
  }
  Outcome outcome{0, read_all(ends[0])};
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

/// Python's last line says what went wrong.
std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t at = text.rfind('\n');
  std::string line = at == std::string::npos ? text : text.substr(at + 1);
  return line.starts_with("error: ") ? line.substr(7) : line;
}

}  // namespace

std::filesystem::path make_report(const std::filesystem::path& run) {
  const std::string python = python_interpreter();
  const Outcome outcome = run_program({python, "-m", "trueup.report", run.string()});
  if (stop_signal() != 0) throw Interrupted("interrupted during the report");
  if (outcome.status == 0) return run / "report.html";
  const std::string reason = last_line(outcome.output);
  if (outcome.status == 3) throw DataError("the report could not be made: " + reason);
  throw EnvironmentError(
      fmt::format("the report could not be made: {} (ran '{} -m trueup.report', which left with {})",
                  reason.empty() ? "no message" : reason, python, outcome.status));
}

}  // namespace trueup::cli
