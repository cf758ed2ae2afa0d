// The thread pool: each piece once, runs within runs, errors rethrown, no lost wake-up under thousands of short jobs.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/monitor.hpp>
#include <trueup/threads.hpp>

namespace trueup {
namespace {

class Pool : public testing::TestWithParam<int> {};

TEST_P(Pool, RunsEachPieceOnce) {
  ThreadPool pool(GetParam());
  EXPECT_EQ(pool.threads(), GetParam());
  for (const std::size_t pieces : {0U, 1U, 2U, 7U, 1000U}) {
    std::vector<int> count(pieces);
    std::atomic<bool> worker_in_range{true};
    pool.run(pieces, [&](std::size_t piece, int worker) {
      ++count[piece];
      if (worker < 0 || worker >= pool.threads()) worker_in_range = false;
    });
    for (const int c : count) ASSERT_EQ(c, 1);
    EXPECT_TRUE(worker_in_range);
  }
}

TEST_P(Pool, NeverGivesOneWorkerTwoPiecesAtOnce) {
  ThreadPool pool(GetParam());
  std::vector<std::atomic<int>> busy(static_cast<std::size_t>(pool.threads()));
  std::atomic<bool> clash{false};
  pool.run(500, [&](std::size_t, int worker) {
    if (busy[static_cast<std::size_t>(worker)]++ != 0) clash = true;
    std::this_thread::yield();
    --busy[static_cast<std::size_t>(worker)];
  });
  EXPECT_FALSE(clash);
}

TEST_P(Pool, SurvivesManyShortJobs) {
  ThreadPool pool(GetParam());
  std::vector<std::uint64_t> sums(8);  // plain memory: a race would show under the thread sanitizer
  for (int job = 0; job < 3000; ++job) {
    pool.run(sums.size(), [&](std::size_t piece, int) { sums[piece] += piece + 1; });
    // Now and then let the workers fall asleep.
    if (job % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(sums[i], 3000 * (i + 1));
}

TEST_P(Pool, RethrowsTheErrorOfTheLowestPiece) {
  ThreadPool pool(GetParam());
  for (int repeat = 0; repeat < 50; ++repeat) {
    try {
      pool.run(100, [](std::size_t piece, int) {
        if (piece % 10 == 3) throw std::runtime_error(std::to_string(piece));
      });
      FAIL() << "no error";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "3");
    }
  }
  int done = 0;
  pool.run(1, [&](std::size_t, int) { ++done; });
  EXPECT_EQ(done, 1) << "usable after an error";
}

TEST_P(Pool, RunsWithinItself) {
  ThreadPool pool(GetParam());
  std::vector<std::vector<int>> count(9, std::vector<int>(20));
  std::atomic<bool> worker_in_range{true};
  pool.run(count.size(), [&](std::size_t outer, int) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      pool.run(count[outer].size(), [&](std::size_t inner, int worker) {
        ++count[outer][inner];
        if (worker < 0 || worker >= pool.threads()) worker_in_range = false;
      });
    }
  });
  for (const auto& counts : count) {
    for (const int c : counts) ASSERT_EQ(c, 50);
  }
  EXPECT_TRUE(worker_in_range);
}

TEST_P(Pool, NeverGivesOneWorkerTwoPiecesOfAnInnerRunAtOnce) {
  ThreadPool pool(GetParam());
  std::atomic<bool> clash{false};
  pool.run(5, [&](std::size_t, int) {
    std::vector<std::atomic<int>> busy(static_cast<std::size_t>(pool.threads()));
    pool.run(100, [&](std::size_t, int worker) {
      if (busy[static_cast<std::size_t>(worker)]++ != 0) clash = true;
      std::this_thread::yield();
      --busy[static_cast<std::size_t>(worker)];
    });
  });
  EXPECT_FALSE(clash);
}

TEST_P(Pool, RunsDeeperThanOneRunWithinAnother) {
  ThreadPool pool(GetParam());
  std::atomic<int> sum{0};
  pool.run(3, [&](std::size_t, int) {
    pool.run(3, [&](std::size_t, int worker) {
      pool.run(3, [&](std::size_t, int inner_worker) {
        if (inner_worker == worker) ++sum;
      });
    });
  });
  EXPECT_EQ(sum, 27);
}

TEST_P(Pool, AnErrorOfAnInnerRunIsItsCallersToHandle) {
  ThreadPool pool(GetParam());
  std::vector<int> caught(6);
  pool.run(caught.size(), [&](std::size_t outer, int) {
    try {
      pool.run(10, [&](std::size_t inner, int) {
        if (inner == 4 && outer % 2 == 0) throw std::runtime_error("inner");
      });
    } catch (const std::runtime_error&) {
      caught[outer] = 1;
    }
  });
  EXPECT_EQ(caught, (std::vector<int>{1, 0, 1, 0, 1, 0}));
  EXPECT_THROW(
      pool.run(4, [&](std::size_t,
                      int) { pool.run(4, [](std::size_t, int) { throw std::runtime_error("inner"); }); }),
      std::runtime_error);
}

TEST_P(Pool, OtherPoolsMayRunInItsPieces) {
  ThreadPool pool(GetParam());
  std::atomic<int> sum{0};
  pool.run(4, [&](std::size_t, int) {
    ThreadPool own(2);
    own.run(5, [&](std::size_t, int) { ++sum; });
    pool.run(5, [&](std::size_t, int) { ++sum; });
  });
  EXPECT_EQ(sum, 40);
}

TEST_P(Pool, RefusesASecondThread) {
  ThreadPool pool(GetParam());
  pool.run(1, [&](std::size_t, int) {
    std::thread([&] { EXPECT_THROW(pool.run(2, [](std::size_t, int) {}), std::logic_error); }).join();
  });
}

INSTANTIATE_TEST_SUITE_P(Threads, Pool, testing::Values(1, 2, 3, 5));

/// Two pieces that wait for each other: they end only when two threads work them at the same time.
void meet(std::atomic<int>& arrived, std::atomic<bool>& met) {
  ++arrived;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (arrived < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  if (arrived < 2) met = false;
}

TEST(ThreadPool, IdleThreadsHelpWithInnerRuns) {
  ThreadPool pool(2);
  std::atomic<bool> met{true};
  for (const std::size_t outer_pieces : {1U, 3U}) {
    // Of three outer pieces the last runs alone in the end, on whichever thread.
    std::atomic<std::size_t> left{outer_pieces};
    pool.run(outer_pieces, [&](std::size_t, int) {
      std::atomic<int> arrived{0};
      if (--left == 0) pool.run(2, [&](std::size_t, int) { meet(arrived, met); });
    });
  }
  EXPECT_TRUE(met);
}

TEST(ThreadPool, TakesAllHardwareThreadsByDefault) {
  EXPECT_GE(hardware_threads(), 1);
  EXPECT_EQ(ThreadPool().threads(), hardware_threads());
  EXPECT_EQ(ThreadPool(-1).threads(), hardware_threads());
}

TEST(Monitor, InterruptsOnlyWhenAsked) {
  struct Stop final : Monitor {
    void message(LogLevel, std::string_view) override {}
    void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
    bool stop_requested() const override { return true; }
  } stop;
  EXPECT_NO_THROW(check_interrupt(silent_monitor(), "training"));
  EXPECT_THROW(check_interrupt(stop, "training"), Interrupted);
}

}  // namespace
}  // namespace trueup
