// One thread's use of ROOT, and its messages.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <TError.h>
#include <TFile.h>

namespace trueup::io {

/// ROOT is used by one thread at a time. While a session lives, ROOT's messages are kept instead of printed.
class RootSession {
 public:
  RootSession();
  ~RootSession();
  RootSession(const RootSession&) = delete;
  RootSession& operator=(const RootSession&) = delete;

  /// Throws the first error that ROOT reported since the session began.
  static void check();
  /// That error, or the words given.
  static std::string reason(const char* otherwise);

 private:
  std::lock_guard<std::recursive_mutex> lock_;
  ErrorHandlerFunc_t before_;
};

/// Throws when it is damaged, or was not closed by what wrote it.
std::unique_ptr<TFile> open_root_file(const std::string& path);

}  // namespace trueup::io
