// A monitor that stops a training, for the tests of checkpoints.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <trueup/monitor.hpp>

namespace trueup::testing_support {

/// Asks to stop at the given question, or dies there as a crash would; notes what it is told.
class Stopper : public Monitor {
 public:
  explicit Stopper(std::size_t at, bool crash = false) : at_(at), crash_(crash) {}
  void message(LogLevel level, std::string_view text) override {
    if (level == LogLevel::warning) warnings.emplace_back(text);
  }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  bool stop_requested() const override {
    ++questions;
    if (crash_ && questions >= at_) throw std::runtime_error("crash");
    return questions >= at_;
  }
  std::vector<std::string> warnings;
  mutable std::size_t questions = 0;

 private:
  std::size_t at_;
  bool crash_;
};

}  // namespace trueup::testing_support
