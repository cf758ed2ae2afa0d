// The calling thread's loop, and what the work's threads leave for it.
#include "python/caller.hpp"

#include <chrono>
#include <thread>

#include <trueup/error.hpp>

namespace trueup::python {
namespace {

constexpr std::chrono::milliseconds kTick{100};

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    default:
      return "warning";
  }
}

}  // namespace

void Caller::run(const std::function<void()>& work) {
  std::exception_ptr thrown;
  std::thread worker([&] {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    duties_.done = true;
    changed_.notify_all();
  });
  serve();
  worker.join();
  if (failure_) std::rethrow_exception(failure_);
  if (thrown) std::rethrow_exception(thrown);
}

void Caller::serve() {
  while (true) {
    const Duties duties = wait();
    deliver(duties);
    if (duties.call != nullptr) answer(*duties.call);
    if (duties.done) return;
  }
}

Caller::Duties Caller::wait() {
  const nb::gil_scoped_release released;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kTick, [&] { return duties_.done || duties_.call != nullptr; });
  Duties taken = std::move(duties_);
  duties_ = {};
  return taken;
}

void Caller::deliver(const Duties& duties) {
  guarded([] {
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
  });
  if (listener_.is_none()) return;
  for (const Message& message : duties.messages)
    guarded([&] { listener_.attr("message")(name_of(message.level), message.text.c_str()); });
  for (const auto& [task, now] : duties.progress)
    guarded([&] { listener_.attr("progress")(task.c_str(), now.done, now.total, now.detail.c_str()); });
}

void Caller::answer(Call& call) {
  std::exception_ptr failure;
  guarded([&] {
    try {
      (*call.function)();
    } catch (const Error&) {
      failure = std::current_exception();
    }
  });
  const std::lock_guard lock(mutex_);
  call.failure = failure;
  call.answered = true;
  changed_.notify_all();
}

void Caller::guarded(const std::function<void()>& action) {
  try {
    action();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    stop_ = true;
  }
}

void Caller::ask(const std::function<void()>& function) {
  Call call;
  call.function = &function;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return duties_.call == nullptr; });
  duties_.call = &call;
  changed_.notify_all();
  changed_.wait(lock, [&] { return call.answered; });
  if (call.failure) std::rethrow_exception(call.failure);
  if (stop_) throw Interrupted("interrupted in a call of a Python function");
}

void Caller::message(LogLevel level, std::string_view text) {
  const std::lock_guard lock(mutex_);
  duties_.messages.push_back({level, std::string(text)});
}

void Caller::progress(std::string_view task, std::size_t done, std::size_t total, std::string_view detail) {
  const std::lock_guard lock(mutex_);
  duties_.progress[std::string(task)] = {done, total, std::string(detail)};
}

bool Caller::stop_requested() const {
  return stop_;
}

}  // namespace trueup::python
