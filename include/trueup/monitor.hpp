// How long work reports back: messages, progress, and the question whether to stop. The library itself never prints.
#pragma once

#include <cstddef>
#include <string_view>

namespace trueup {

enum class LogLevel { debug, info, warning };

/// Callbacks of long-running functions. They may come from any thread, one at a time per task.
class Monitor {
 public:
  virtual ~Monitor() = default;
  virtual void message(LogLevel level, std::string_view text) = 0;
  /// `done` of `total` units of the task named; `detail` is one short phrase such as a loss or a rate.
  virtual void progress(std::string_view task, std::size_t done, std::size_t total,
                        std::string_view detail) = 0;
  /// True when the user asked to stop: the function then throws Interrupted at the next safe point.
  virtual bool stop_requested() const = 0;
};

/// A monitor that says nothing and never stops.
Monitor& silent_monitor();

/// Throws Interrupted when the monitor asks to stop. `where` says what was interrupted.
void check_interrupt(const Monitor& monitor, std::string_view where);

}  // namespace trueup
