// Stolen time from /proc/stat.
#include "bench/host_steal.hpp"

#include <fstream>
#include <string>

namespace trueup::bench {
namespace {

std::optional<ProcessorTicks> ticks_now() {
  std::ifstream file("/proc/stat");
  return read_processor_ticks(file);
}

}  // namespace

std::optional<ProcessorTicks> read_processor_ticks(std::istream& stat) {
  std::string label;
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, stolen = 0;
  stat >> label >> user >> nice >> system >> idle >> waiting >> interrupts >> soft >> stolen;
  if (!stat || label != "cpu") return std::nullopt;
  return ProcessorTicks{user + nice + system + interrupts + soft, stolen};
}

std::optional<double> stolen_share(const ProcessorTicks& before, const ProcessorTicks& after) {
  // Some kernels let a counter step back by a tick.
  const auto passed = [](std::uint64_t from, std::uint64_t to) { return to > from ? to - from : 0; };
  const auto stolen = static_cast<double>(passed(before.stolen, after.stolen));
  const double all = stolen + static_cast<double>(passed(before.busy, after.busy));
  if (!(all > 0.0)) return std::nullopt;
  return stolen / all;
}

HostSteal::HostSteal() : start_(ticks_now()) {}

std::optional<double> HostSteal::share() const {
  const std::optional<ProcessorTicks> now = ticks_now();
  if (!start_ || !now) return std::nullopt;
  return stolen_share(*start_, *now);
}

}  // namespace trueup::bench
