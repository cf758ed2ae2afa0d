// One call of ThreadPool::run(): who owns which piece, when all are done, and where a thread is that works one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <utility>

#include <trueup/threads.hpp>

namespace trueup {

/// One call of run(). `remaining` alone decides who owns a piece: lowering it from r to r-1 claims piece pieces-r. A
/// job ends only when all its pieces are counted in `done`, so whoever holds a claim may read `work` and `pieces`; a
/// worker that comes late finds nothing to claim and touches neither.
struct PoolJob {
  static constexpr std::size_t kNoPiece = std::numeric_limits<std::size_t>::max();

  alignas(64) std::atomic<std::uint64_t> remaining{0};
  alignas(64) std::atomic<std::uint64_t> done{0};
  std::atomic<std::size_t> failed_piece{kNoPiece};
  std::size_t pieces = 0;
  const PieceWork* work = nullptr;
  std::exception_ptr error;
  std::mutex error_mutex;

  bool open() const { return remaining.load() != 0; }
  bool ended() const { return done.load() == pieces; }
  void begin(std::size_t count, const PieceWork& job);
  bool claim(std::size_t& piece);
  void call(std::size_t piece, int worker);
};

inline void PoolJob::begin(std::size_t count, const PieceWork& job) {
  pieces = count;
  work = &job;
  error = nullptr;
  failed_piece.store(kNoPiece);
  done.store(0);
  remaining.store(count);
}

inline bool PoolJob::claim(std::size_t& piece) {
  std::uint64_t left = remaining.load();
  while (left != 0) {
    if (remaining.compare_exchange_weak(left, left - 1)) {
      piece = pieces - static_cast<std::size_t>(left);
      return true;
    }
  }
  return false;
}

inline void PoolJob::call(std::size_t piece, int worker) {
  // After a failure later pieces are skipped, earlier ones are not: so the error rethrown is that of the lowest
  // failing piece, whatever the number of threads.
  if (piece >= failed_piece.load()) return;
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

/// Which worker of which pool this thread is at the moment, and how many runs deep.
struct PoolPlace {
  const void* pool = nullptr;
  int worker = 0;
  int depth = 0;
};

inline thread_local PoolPlace pool_place;

class PoolVisit {
 public:
  explicit PoolVisit(PoolPlace place) : before_(std::exchange(pool_place, place)) {}
  ~PoolVisit() { pool_place = before_; }
  PoolVisit(const PoolVisit&) = delete;
  PoolVisit& operator=(const PoolVisit&) = delete;

 private:
  PoolPlace before_;
};

}  // namespace trueup
