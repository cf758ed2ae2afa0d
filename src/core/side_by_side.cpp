// Long tasks side by side, reported as one.
#include <core/side_by_side.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

/// What the tasks share: the outer monitor, how far each is, and what went wrong.
class Board {
 public:
  Board(std::string name, std::size_t tasks, Monitor& monitor)
      : name_(std::move(name)), monitor_(monitor), tasks_(tasks) {}

  void message(LogLevel level, std::string_view text) {
    const std::lock_guard lock(mutex_);
    monitor_.message(level, text);
  }
  void progress(std::size_t task, std::size_t done, std::size_t total) {
    const std::lock_guard lock(mutex_);
    // A task may have several parts that count from 1 again: it never goes back.
    tasks_[task].done = std::max(tasks_[task].done, done);
    tasks_[task].total = std::max(tasks_[task].total, total);
    report();
  }
  void ended(std::size_t task) {
    const std::lock_guard lock(mutex_);
    tasks_[task].ended = true;
    report();
  }
  void failed(std::size_t task, std::exception_ptr error, bool interrupted) {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    // Interruptions may be the consequence of another task's error, so any error comes before them.
    const bool first = !error_ || (interrupted == interrupted_ ? task < failed_ : interrupted_);
    if (first) error_ = std::move(error), failed_ = task, interrupted_ = interrupted;
  }
  bool stop_requested() {
    const std::lock_guard lock(mutex_);
    return stop_ || monitor_.stop_requested();
  }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  struct Task {
    std::size_t done = 0;
    std::size_t total = 0;
    bool ended = false;
  };

  void report() {
    std::size_t largest = 1;
    for (const Task& task : tasks_) largest = std::max(largest, task.total);
    std::size_t done = 0, total = 0, ended = 0;
    for (const Task& task : tasks_) {
      const std::size_t size = task.total > 0 ? task.total : largest;
      total += size;
      done += task.ended ? size : task.done;
      ended += task.ended ? 1 : 0;
    }
    monitor_.progress(name_, done, total, fmt::format("{} of {} finished", ended, tasks_.size()));
  }

  std::string name_;
  Monitor& monitor_;
  std::vector<Task> tasks_;
  std::mutex mutex_;
  bool stop_ = false;
  std::exception_ptr error_;
  std::size_t failed_ = 0;
  bool interrupted_ = false;
};

/// What one task sees of the board.
class TaskMonitor final : public Monitor {
 public:
  TaskMonitor(Board& board, std::size_t task) : board_(board), task_(task) {}
  void message(LogLevel level, std::string_view text) override { board_.message(level, text); }
  void progress(std::string_view, std::size_t done, std::size_t total, std::string_view) override {
    board_.progress(task_, done, total);
  }
  bool stop_requested() const override { return board_.stop_requested(); }

 private:
  Board& board_;
  std::size_t task_;
};

}  // namespace

void run_tasks(const std::string& name, std::size_t tasks, Turns turns, ThreadPool& pool, Monitor& monitor,
               const std::function<void(std::size_t, Monitor&)>& work) {
  Board board(name, tasks, monitor);
  const auto run_one = [&](std::size_t task, int) {
    TaskMonitor own(board, task);
    try {
      check_interrupt(own, name);
      work(task, own);
      board.ended(task);
    } catch (const Interrupted&) {
      board.failed(task, std::current_exception(), true);
    } catch (...) {
      board.failed(task, std::current_exception(), false);
    }
  };
  if (turns == Turns::side_by_side) {
    pool.run(tasks, run_one);
  } else {
    for (std::size_t task = 0; task < tasks; ++task) run_one(task, 0);
  }
  board.rethrow();
}

}  // namespace trueup
