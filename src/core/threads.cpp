// The thread pool: workers claim numbered pieces from counters, and spin briefly before they sleep.
#include <trueup/threads.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <core/thread_job.hpp>

namespace trueup {
namespace {

/// Training calls run() about every 0.3 ms: longer than the gap between two calls, far shorter than a human notices.
constexpr std::chrono::microseconds kSpin{100};

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

constexpr int kOuter = 1;  // depth of the pieces of a run from outside

}  // namespace

int hardware_threads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

struct ThreadPool::State {
  explicit State(int threads) : inner(static_cast<std::size_t>(threads)) {}

  PoolJob outer;
  std::vector<PoolJob> inner;  // of the worker's number
  std::atomic<bool> running{false};
  std::atomic<bool> stopping{false};

  alignas(64) std::atomic<int> sleepers{0};
  std::mutex mutex;
  std::condition_variable changed;  // a job was opened or ended
  std::chrono::microseconds spin{0};
  std::vector<std::thread> workers;

  bool any_open() const;
  template <typename Ready>
  void wait_until(const Ready& ready);
  void wake_sleepers();
  bool run_one(PoolJob& job, PoolPlace place);
  bool help_one(int worker);
  void work_off(PoolJob& job, PoolPlace place);
  void worker_loop(int worker);
  void run_outer(std::size_t count, const PieceWork& work);
  void run_alone(std::size_t count, const PieceWork& work, PoolPlace place) const;
};

bool ThreadPool::State::any_open() const {
  return outer.open() ||
         std::any_of(inner.begin(), inner.end(), [](const PoolJob& job) { return job.open(); });
}

template <typename Ready>
void ThreadPool::State::wait_until(const Ready& ready) {
  if (spin_until(spin, ready)) return;
  std::unique_lock lock(mutex);
  ++sleepers;  // before the check below: wake_sleepers() either sees this or its news is seen there
  changed.wait(lock, ready);
  --sleepers;
}

void ThreadPool::State::wake_sleepers() {
  if (sleepers.load() == 0) return;
  const std::lock_guard lock(mutex);
  changed.notify_all();
}

/// False when the job has no piece left to claim.
bool ThreadPool::State::run_one(PoolJob& job, PoolPlace place) {
  std::size_t piece = 0;
  if (!job.claim(piece)) return false;
  const std::size_t all = job.pieces;  // not ours to read once the last piece is counted
  {
    const PoolVisit visit(place);
    job.call(piece, place.worker);
  }
  if (job.done.fetch_add(1) + 1 == all) wake_sleepers();
  return true;
}

/// One piece of whatever is open: outer ones first, then those of the next workers in turn.
bool ThreadPool::State::help_one(int worker) {
  if (run_one(outer, {this, worker, kOuter})) return true;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    PoolJob& job = inner[(static_cast<std::size_t>(worker) + i) % inner.size()];
    if (run_one(job, {this, worker, kOuter + 1})) return true;
  }
  return false;
}

/// The pieces of one job that nobody else takes, and the wait for those that others took.
void ThreadPool::State::work_off(PoolJob& job, PoolPlace place) {
  while (run_one(job, place)) {
  }
  wait_until([&job] { return job.ended(); });
  if (job.error) std::rethrow_exception(std::exchange(job.error, nullptr));
}

void ThreadPool::State::worker_loop(int worker) {
  while (!stopping.load()) {
    wait_until([this] { return stopping.load() || any_open(); });
    while (help_one(worker)) {
    }
  }
}

void ThreadPool::State::run_outer(std::size_t count, const PieceWork& work) {
  outer.begin(count, work);
  wake_sleepers();
  while (!outer.ended()) {
    if (!help_one(0)) wait_until([this] { return outer.ended() || any_open(); });
  }
  if (outer.error) std::rethrow_exception(std::exchange(outer.error, nullptr));
}

void ThreadPool::State::run_alone(std::size_t count, const PieceWork& work, PoolPlace place) const {
  const PoolVisit visit(place);
  for (std::size_t piece = 0; piece < count; ++piece) work(piece, place.worker);
}

ThreadPool::ThreadPool(int threads) {
  if (threads <= 0) threads = hardware_threads();
  state_ = std::make_unique<State>(threads);
  // With more threads than cores a spinning thread keeps a working one from its core.
  if (threads <= hardware_threads()) state_->spin = kSpin;
  for (int worker = 1; worker < threads; ++worker) {
    state_->workers.emplace_back([state = state_.get(), worker] { state->worker_loop(worker); });
  }
}

ThreadPool::~ThreadPool() {
  state_->stopping.store(true);
  state_->wake_sleepers();
  for (std::thread& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const noexcept {
  return static_cast<int>(state_->workers.size()) + 1;
}

void ThreadPool::run(std::size_t pieces, PieceWork work) {
  State& state = *state_;
  const bool alone = pieces <= 1 || state.workers.empty();
  if (pool_place.pool == &state) {
    const PoolPlace deeper{&state, pool_place.worker, pool_place.depth + 1};
    if (alone || pool_place.depth > kOuter) return state.run_alone(pieces, work, deeper);
    PoolJob& job = state.inner[static_cast<std::size_t>(pool_place.worker)];
    job.begin(pieces, work);
    state.wake_sleepers();
    return state.work_off(job, deeper);
  }
  if (state.running.exchange(true))
    throw std::logic_error("ThreadPool::run called by a second thread while the pool is at work");
  struct Release {
    std::atomic<bool>& flag;
    ~Release() { flag.store(false); }
  } release{state.running};
  if (alone) return state.run_alone(pieces, work, {&state, 0, kOuter});
  state.run_outer(pieces, work);
}

}  // namespace trueup
