// A small thread pool whose unit of work is a numbered piece, so that results never depend on the thread count.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace trueup {

/// Number of hardware threads, at least 1.
int hardware_threads();

/// Runs numbered pieces on a fixed set of threads. The caller cuts the work into pieces in a way that does not
/// depend on `threads()`, lets each piece write only what it owns, and reduces in the order of the pieces.
class ThreadPool {
 public:
  /// `threads` <= 0 means all hardware threads. The calling thread is one of them.
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const noexcept;

  /// Calls work(piece, worker) once for each piece in [0, pieces); worker in [0, threads()). Returns when all are
  /// done; the first exception thrown by a piece is rethrown here. Not reentrant.
  void run(std::size_t pieces, const std::function<void(std::size_t piece, int worker)>& work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trueup
