// Progress and messages on stderr, and the log file.
#include "cli/terminal_monitor.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <trueup/error.hpp>

#include "cli/stop_signal.hpp"

namespace trueup::cli {
namespace {

// A live line may change ten times a second; a log of a batch job should stay short.
constexpr std::chrono::milliseconds kTerminalGap{100};
constexpr std::chrono::milliseconds kPlainGap{5000};

std::string duration_text(double seconds) {
  if (seconds < 60.0) return fmt::format("{:.0f} s", seconds);
  const long whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{} min {:02d} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02d} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

TerminalMonitor::TerminalMonitor(bool quiet)
    : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1), last_shown_(Clock::now()) {}

TerminalMonitor::~TerminalMonitor() {
  clear_line();
}

void TerminalMonitor::clear_line() {
  if (line_shown_) fmt::print(stderr, "\r\033[K");
  line_shown_ = false;
}

void TerminalMonitor::message(LogLevel level, std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (log_ != nullptr) {
    log_->log(level == LogLevel::debug  ? spdlog::level::debug
              : level == LogLevel::info ? spdlog::level::info
                                        : spdlog::level::warn,
              "{}", text);
  }
  if (level == LogLevel::debug || (quiet_ && level != LogLevel::warning)) return;
  clear_line();
  fmt::print(stderr, "{}{}\n", level == LogLevel::warning ? "warning: " : "", text);
  std::fflush(stderr);
}

std::string TerminalMonitor::eta(Task& task, std::size_t done, std::size_t total) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - task.start).count();
  const std::size_t worked = done - task.first;
  if (done >= total || worked == 0 || elapsed < 1.0) return "";
  return fmt::format(
      ", {} left", duration_text(elapsed * static_cast<double>(total - done) / static_cast<double>(worked)));
}

void TerminalMonitor::progress(std::string_view name, std::size_t done, std::size_t total,
                               std::string_view detail) {
  const std::lock_guard lock(mutex_);
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  auto found = tasks_.find(name);
  // Less done than before: the same task again, as the trainings of a scan.
  if (found == tasks_.end() || done < found->second.done) {
    found = tasks_.insert_or_assign(std::string(name), Task{now, done, done}).first;
  }
  found->second.done = done;
  if (now - last_shown_ < (terminal_ ? kTerminalGap : kPlainGap)) return;
  last_shown_ = now;
  const double percent = total > 0 ? 100.0 * static_cast<double>(done) / static_cast<double>(total) : 0.0;
  const std::string line = fmt::format("{}: {} of {} ({:.0f} %){}{}{}", name, done, total, percent,
                                       eta(found->second, done, total), detail.empty() ? "" : ", ", detail);
  if (terminal_) {
    fmt::print(stderr, "\r\033[K{}", line);
    line_shown_ = true;
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
}

bool TerminalMonitor::stop_requested() const {
  return stop_signal() != 0;
}

void TerminalMonitor::log_to(const std::filesystem::path& file, bool append) {
  try {
    const auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string(), !append);
    const std::lock_guard lock(mutex_);
    log_ = std::make_shared<spdlog::logger>("run", sink);
    log_->set_level(spdlog::level::debug);
    log_->set_pattern("%Y-%m-%d %H:%M:%S %l %v");
    log_->flush_on(spdlog::level::debug);
  } catch (const spdlog::spdlog_ex& error) {
    throw EnvironmentError(fmt::format("cannot write '{}': {}", file.string(), error.what()));
  }
}

}  // namespace trueup::cli
