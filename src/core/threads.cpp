// The thread pool: workers claim numbered pieces from one counter, and spin briefly before they sleep.
#include <trueup/threads.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace trueup {
namespace {

/// Training calls run() about every 0.3 ms: longer than the gap between two calls, far shorter than a human notices.
constexpr std::chrono::microseconds kSpin{100};
constexpr std::uint64_t kStop = ~std::uint64_t{0};
constexpr std::size_t kNone = ~std::size_t{0};

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Spins until ready() or the time is up; returns ready().
template <typename Ready>
bool spin_until(std::chrono::microseconds limit, const Ready& ready) {
  if (ready()) return true;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    for (int i = 0; i < 32; ++i) {
      if (ready()) return true;
      relax();
    }
  }
  return ready();
}

}  // namespace

int hardware_threads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// One job at a time. `remaining` alone decides who owns a piece: lowering it from r to r-1 claims piece
/// pieces-r. A job ends only when all its pieces are counted in `done`, so whoever holds a claim may read `work` and
/// `pieces`; a worker that comes late finds nothing to claim and touches neither.
struct ThreadPool::State {
  alignas(64) std::atomic<std::uint64_t> remaining{0};
  alignas(64) std::atomic<std::uint64_t> done{0};
  alignas(64) std::atomic<int> sleepers{0};
  std::atomic<bool> caller_sleeps{false};
  std::atomic<bool> running{false};
  std::atomic<std::size_t> failed_piece{kNone};

  std::size_t pieces = 0;
  const std::function<void(std::size_t, int)>* work = nullptr;
  std::exception_ptr error;
  std::mutex error_mutex;

  std::mutex mutex;
  std::condition_variable work_ready, job_done;
  std::chrono::microseconds spin{0};
  std::vector<std::thread> workers;

  bool claim(std::size_t& piece);
  void run_piece(std::size_t piece, int worker);
  void work_off(int worker);
  void wait_for_work();
  void wait_for_end();
  void worker_loop(int worker);
  void publish(std::uint64_t count);
  void run_alone(std::size_t count, const std::function<void(std::size_t, int)>& job) const;
};

bool ThreadPool::State::claim(std::size_t& piece) {
  std::uint64_t left = remaining.load();
  while (left != 0 && left != kStop) {
    if (remaining.compare_exchange_weak(left, left - 1)) {
      piece = pieces - static_cast<std::size_t>(left);
      return true;
    }
  }
  return false;
}

void ThreadPool::State::run_piece(std::size_t piece, int worker) {
  // After a failure later pieces are skipped, earlier ones are not: so the error rethrown is that of the lowest
  // failing piece, whatever the number of threads.
  if (piece < failed_piece.load()) {
    try {
      (*work)(piece, worker);
    } catch (...) {
      const std::lock_guard lock(error_mutex);
      if (piece < failed_piece.load()) {
        failed_piece.store(piece);
        error = std::current_exception();
      }
    }
  }
}

void ThreadPool::State::work_off(int worker) {
  std::size_t piece = 0;
  while (claim(piece)) {
    run_piece(piece, worker);
    const std::size_t all = pieces;  // not ours to read once the last piece is counted
    if (done.fetch_add(1) + 1 == all && caller_sleeps.load()) {
      const std::lock_guard lock(mutex);
      job_done.notify_one();
    }
  }
}

void ThreadPool::State::wait_for_work() {
  const auto ready = [this] { return remaining.load() != 0; };
  if (spin_until(spin, ready)) return;
  std::unique_lock lock(mutex);
  ++sleepers;  // before the check below: publish() either sees this or its value is seen there
  work_ready.wait(lock, ready);
  --sleepers;
}

void ThreadPool::State::wait_for_end() {
  const auto ready = [this] { return done.load() == pieces; };
  if (spin_until(spin, ready)) return;
  std::unique_lock lock(mutex);
  caller_sleeps.store(true);
  job_done.wait(lock, ready);
  caller_sleeps.store(false);
}

void ThreadPool::State::worker_loop(int worker) {
  for (;;) {
    wait_for_work();
    if (remaining.load() == kStop) return;
    work_off(worker);
  }
}

void ThreadPool::State::publish(std::uint64_t count) {
  remaining.store(count);
  if (sleepers.load() == 0) return;
  const std::lock_guard lock(mutex);
  work_ready.notify_all();
}

void ThreadPool::State::run_alone(std::size_t count, const std::function<void(std::size_t, int)>& job) const {
  for (std::size_t piece = 0; piece < count; ++piece) job(piece, 0);
}

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  if (threads <= 0) threads = hardware_threads();
  // With more threads than cores a spinning thread keeps a working one from its core.
  if (threads <= hardware_threads()) state_->spin = kSpin;
  for (int worker = 1; worker < threads; ++worker) {
    state_->workers.emplace_back([state = state_.get(), worker] { state->worker_loop(worker); });
  }
}

ThreadPool::~ThreadPool() {
  state_->publish(kStop);
  for (std::thread& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const noexcept {
  return static_cast<int>(state_->workers.size()) + 1;
}

void ThreadPool::run(std::size_t pieces, const std::function<void(std::size_t, int)>& work) {
  State& state = *state_;
  if (state.running.exchange(true))
    throw std::logic_error("ThreadPool::run called while the pool is at work");
  struct Release {
    std::atomic<bool>& flag;
    ~Release() { flag.store(false); }
  } release{state.running};
  if (pieces <= 1 || state.workers.empty()) {
    state.run_alone(pieces, work);
    return;
  }
  state.pieces = pieces;
  state.work = &work;
  state.error = nullptr;
  state.failed_piece.store(kNone);
  state.done.store(0);
  state.publish(pieces);
  state.work_off(0);
  state.wait_for_end();
  if (state.error) std::rethrow_exception(std::exchange(state.error, nullptr));
}

}  // namespace trueup
