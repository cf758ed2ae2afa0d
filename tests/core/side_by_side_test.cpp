// Tasks side by side: each once, one report for all, errors and interruption stop the rest.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <core/side_by_side.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Notes what it is told, and whether two threads ever told it something at once.
class Notes : public Monitor {
 public:
  void message(LogLevel, std::string_view text) override {
    const Alone alone(*this);
    messages.emplace_back(text);
  }
  void progress(std::string_view task, std::size_t done, std::size_t total,
                std::string_view detail) override {
    const Alone alone(*this);
    names.emplace_back(task), last_detail = detail;
    if (done < last_done) went_back = true;
    last_done = done, last_total = total;
  }
  bool stop_requested() const override {
    const Alone alone(*this);
    return stop;
  }

  std::vector<std::string> messages, names;
  std::string last_detail;
  std::size_t last_done = 0, last_total = 0;
  std::atomic<bool> stop{false};
  bool went_back = false;
  mutable std::atomic<bool> clash{false};

 private:
  struct Alone {
    explicit Alone(const Notes& of) : notes(of) {
      if (notes.inside++ != 0) notes.clash = true;
      std::this_thread::yield();
    }
    ~Alone() { --notes.inside; }
    const Notes& notes;
  };
  mutable std::atomic<int> inside{0};
};

class Tasks : public testing::TestWithParam<std::tuple<int, Turns>> {
 protected:
  ThreadPool pool_{std::get<0>(GetParam())};
  Turns turns_ = std::get<1>(GetParam());
  Notes notes_;
};

TEST_P(Tasks, AreWorkedOnceAndReportedAsOne) {
  std::vector<int> worked(7);
  std::atomic<int> pieces{0};
  run_tasks("all", worked.size(), turns_, pool_, notes_, [&](std::size_t task, Monitor& monitor) {
    ++worked[task];
    for (std::size_t epoch = 1; epoch <= 10; ++epoch) {
      pool_.run(4, [&](std::size_t, int) { ++pieces; });
      EXPECT_FALSE(monitor.stop_requested());
      monitor.progress("own name", epoch, task == 2 ? 20 : 10, "");
    }
    monitor.message(LogLevel::info, std::to_string(task));
  });
  EXPECT_EQ(worked, std::vector<int>(7, 1));
  EXPECT_EQ(pieces, 7 * 10 * 4);
  EXPECT_EQ(notes_.messages.size(), 7u);
  EXPECT_EQ(notes_.names, std::vector<std::string>(77, "all"));
  // Task 2 ended half way, as a training that stops early does: what it left counts as done.
  EXPECT_EQ(notes_.last_total, 80u);
  EXPECT_EQ(notes_.last_done, 80u);
  EXPECT_EQ(notes_.last_detail, "7 of 7 finished");
  EXPECT_FALSE(notes_.went_back);
  EXPECT_FALSE(notes_.clash);
}

TEST_P(Tasks, TheFirstErrorStopsTheOthersAndIsRethrown) {
  std::atomic<int> interrupted{0};
  std::atomic<bool> thrown{false};
  try {
    run_tasks("all", 3, turns_, pool_, notes_, [&](std::size_t task, Monitor& monitor) {
      if (task == 1) {
        thrown = true;
        throw DataError("task 1");
      }
      const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (thrown && std::chrono::steady_clock::now() < end) {
        try {
          check_interrupt(monitor, "task");
        } catch (...) {
          ++interrupted;
          throw;
        }
      }
    });
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "task 1");
  }
  EXPECT_LE(interrupted, 1);
}

TEST_P(Tasks, AreInterruptedTogether) {
  std::atomic<int> begun{0};
  EXPECT_THROW(run_tasks("all", 50, turns_, pool_, notes_,
                         [&](std::size_t, Monitor& monitor) {
                           ++begun;
                           notes_.stop = true;
                           check_interrupt(monitor, "task");
                         }),
               Interrupted);
  EXPECT_LE(begun, pool_.threads());
}

TEST_P(Tasks, NoneIsNoWork) {
  run_tasks("all", 0, turns_, pool_, notes_, [](std::size_t, Monitor&) { FAIL(); });
}

INSTANTIATE_TEST_SUITE_P(Threads, Tasks,
                         testing::Combine(testing::Values(1, 2, 3, 8),
                                          testing::Values(Turns::side_by_side, Turns::one_after_another)));

}  // namespace
}  // namespace trueup
