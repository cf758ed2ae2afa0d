// The silent monitor, and the check that long loops make at safe points.
#include <trueup/monitor.hpp>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

class SilentMonitor final : public Monitor {
 public:
  void message(LogLevel, std::string_view) override {}
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  bool stop_requested() const override { return false; }
};

}  // namespace

Monitor& silent_monitor() {
  static SilentMonitor monitor;
  return monitor;
}

void check_interrupt(const Monitor& monitor, std::string_view where) {
  if (monitor.stop_requested()) throw Interrupted(fmt::format("interrupted during {}", where));
}

}  // namespace trueup
