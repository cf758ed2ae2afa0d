// Peak memory, from the operating system.
#include "result/stopwatch.hpp"

#include <sys/resource.h>

namespace trueup {

std::uint64_t peak_rss_bytes() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace trueup
