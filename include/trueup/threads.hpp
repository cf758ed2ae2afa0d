// A small thread pool whose unit of work is a numbered piece, so that results never depend on the thread count.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace trueup {

/// Number of hardware threads, at least 1.
int hardware_threads();

/// A reference to anything callable as work(piece, worker): handing out work allocates nothing. What it refers to must
/// live until run() returns, which a lambda written in the call does.
class PieceWork {
 public:
  template <typename Work>
  requires(!std::same_as<std::remove_cvref_t<Work>, PieceWork> && std::invocable<Work&, std::size_t, int>)
      PieceWork(Work&& work)  // NOLINT(google-explicit-constructor,bugprone-forwarding-reference-overload)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(work)))),
        call_([](void* object, std::size_t piece, int worker) {
          (*static_cast<std::remove_reference_t<Work>*>(object))(piece, worker);
        }) {}

  void operator()(std::size_t piece, int worker) const { call_(object_, piece, worker); }

 private:
  void* object_;
  void (*call_)(void* object, std::size_t piece, int worker);
};

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

  /// Calls work(piece, worker) once for each piece in [0, pieces); worker in [0, threads()), and no two pieces of one
  /// run() share a worker at the same time. Returns when all are done; the exception of the lowest piece that threw is
  /// rethrown here.
  ///
  /// A piece may call run() itself: threads that have no piece of the outer run left help with the inner ones. So many
  /// trainings can be the pieces of one run, each with its own pieces, and no thread waits while there is work. Inner
  /// runs within inner runs are worked by their caller alone. Another thread may not call run() meanwhile
  /// (std::logic_error).
  void run(std::size_t pieces, PieceWork work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trueup
