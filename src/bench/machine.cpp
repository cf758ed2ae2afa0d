// The processor's name from /proc/cpuinfo.
#include "bench/machine.hpp"

#include <fstream>

namespace trueup::bench {

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace trueup::bench
