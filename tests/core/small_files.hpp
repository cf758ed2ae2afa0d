// A disk that is full: while it lives, no file of this process may grow beyond 64 kB.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <stdexcept>
#include <string>

#include <core/temp_dir.hpp>

namespace trueup::testing_support {

class SmallFiles {
 public:
  SmallFiles() {
    if (::getrlimit(RLIMIT_FSIZE, &before_) != 0) throw std::runtime_error("no limit on files here");
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small { 65536, before_.rlim_max };
    if (::setrlimit(RLIMIT_FSIZE, &small) != 0) throw std::runtime_error("the limit on files cannot be set");
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  struct rlimit before_ {};
  void (*handler_)(int) = SIG_DFL;
};

/// What `action` throws of type E while the disk is full.
template <typename E, typename Action>
std::string message_on_full_disk(const Action& action) {
  const SmallFiles full;
  return message_of<E>(action);
}

}  // namespace trueup::testing_support
