// How much of the processors' time the host of a virtual machine took for others.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>

namespace trueup::bench {

/// Time since the machine started, summed over its processors, in the ticks of /proc/stat (1/100 s).
struct ProcessorTicks {
  std::uint64_t busy = 0;    ///< in programs, the system and interrupts
  std::uint64_t stolen = 0;  ///< something was to be done, and the host ran others
};

/// From the format of /proc/stat (proc(5)); none where its first line is not of that form, or has no stolen time.
std::optional<ProcessorTicks> read_processor_ticks(std::istream& stat);

/// The share of stolen time in the time in which the processors had something to do, of any program, since this was made.
class HostSteal {
 public:
  HostSteal();
  /// In [0, 1]; none without /proc/stat, or before a tick has passed.
  std::optional<double> share() const;

 private:
  std::optional<ProcessorTicks> start_;
};

/// stolen / (busy + stolen) between two readings.
std::optional<double> stolen_share(const ProcessorTicks& before, const ProcessorTicks& after);

}  // namespace trueup::bench
