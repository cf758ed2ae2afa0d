// SIGINT and SIGTERM as a flag.
#include "cli/stop_signal.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace trueup::cli {
namespace {

constexpr int kInterrupted = 130;
std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

void on_signal(int signal) {
  if (received.exchange(signal) != 0) ::_exit(kInterrupted);
}

}  // namespace

void catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

int stop_signal() noexcept {
  return received.load();
}

}  // namespace trueup::cli
