// Progress and messages on stderr: one live line with an ETA on a terminal, a plain line now and then elsewhere.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <spdlog/logger.h>

#include <trueup/monitor.hpp>

namespace trueup::cli {

class TerminalMonitor final : public Monitor {
 public:
  explicit TerminalMonitor(bool quiet);
  ~TerminalMonitor() override;

  void message(LogLevel level, std::string_view text) override;
  void progress(std::string_view task, std::size_t done, std::size_t total, std::string_view detail) override;
  bool stop_requested() const override;

  /// Messages from now on go to this file, too, with the time. `append`: after what it holds.
  void log_to(const std::filesystem::path& file, bool append);

 private:
  using Clock = std::chrono::steady_clock;
  struct Task {
    Clock::time_point start;
    std::size_t first = 0;  ///< units done when the task was first seen
    std::size_t done = 0;
  };

  void clear_line();
  std::string eta(Task& task, std::size_t done, std::size_t total) const;

  bool quiet_;
  bool terminal_;
  bool line_shown_ = false;
  Clock::time_point last_shown_;
  std::map<std::string, Task, std::less<>> tasks_;
  std::shared_ptr<spdlog::logger> log_;
  mutable std::mutex mutex_;
};

}  // namespace trueup::cli
