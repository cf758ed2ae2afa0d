// Wall time of a piece of work, and the process's peak memory.
#pragma once

#include <chrono>
#include <cstdint>

namespace trueup {

class Stopwatch {
 public:
  Stopwatch() : start_(std::chrono::steady_clock::now()) {}
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_;
};

/// Largest resident size of this process so far.
std::uint64_t peak_rss_bytes();

}  // namespace trueup
