// Work on a thread of its own, while the thread that called from Python answers for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>

#include <trueup/monitor.hpp>

namespace trueup::python {

namespace nb = nanobind;

/// The library works without the GIL on another thread. The calling thread delivers messages and progress to Python ten
/// times a second, sees Ctrl-C, and makes the calls of Python functions that the work asks for: so callbacks run where
/// a user expects them, also in a notebook, and a signal is seen wherever the work happens to be.
class Caller final : public Monitor {
 public:
  /// `listener`: None, or an object with message(level, text) and progress(task, done, total, detail).
  explicit Caller(nb::object listener) : listener_(std::move(listener)) {}

  /// Returns when the work has ended. A Python exception of a signal or a callback stops the work and is thrown here;
  /// otherwise what the work threw.
  void run(const std::function<void()>& work);

  /// The same, with what the work returns.
  template <class Value>
  Value get(const std::function<Value()>& work) {
    std::optional<Value> value;
    run([&] { value.emplace(work()); });
    return std::move(*value);
  }

  /// For the work: has `call` made by the calling thread, which holds the GIL, and waits for it. An error of the library that
  /// it throws is thrown here; a Python exception stops the work: Interrupted.
  void ask(const std::function<void()>& call);

  void message(LogLevel level, std::string_view text) override;
  void progress(std::string_view task, std::size_t done, std::size_t total, std::string_view detail) override;
  bool stop_requested() const override;

 private:
  struct Message {
    LogLevel level;
    std::string text;
  };
  struct Progress {
    std::size_t done = 0;
    std::size_t total = 0;
    std::string detail;
  };
  struct Call {
    const std::function<void()>* function = nullptr;
    std::exception_ptr failure;
    bool answered = false;
  };
  /// What the calling thread has to do.
  struct Duties {
    std::vector<Message> messages;
    std::map<std::string, Progress> progress;  ///< the latest of each task
    Call* call = nullptr;
    bool done = false;
  };

  void serve();
  Duties wait();
  void deliver(const Duties& duties);
  void answer(Call& call);
  /// Keeps the first Python exception of `action`, and asks the work to stop.
  void guarded(const std::function<void()>& action);

  nb::object listener_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Duties duties_;
  std::atomic<bool> stop_ = false;
  std::exception_ptr failure_;
};

}  // namespace trueup::python
