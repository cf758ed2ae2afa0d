// An interrupted generation goes on from its finished blocks, with the bits of one that was not interrupted.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <core/temp_dir.hpp>
#include <simulate/block_file.hpp>
#include <trueup/error.hpp>
#include <trueup/resumable.hpp>

#include "pythia_card.hpp"
#include "same_tables.hpp"

namespace trueup {
namespace {

namespace fs = std::filesystem;
using testing_support::expect_same_tables;
using testing_support::TempDir;

constexpr std::size_t kBlock = 20, kEvents = 190;  // ten blocks, the last of half the size

SimulationCard small_card(const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{"source.block_events=20", "output.groups=[\"gen_jets\", \"det_constituents\"]",
                               "scan.alphas.setting=\"TimeShower:alphaSvalue\"",
                               "scan.alphas.range=[0.1, 0.18]"};
  all.insert(all.end(), more.begin(), more.end());
  return pythia_card(all);
}

/// Counts blocks, and asks to stop when `stop_after` are made.
class Blocks : public Monitor {
 public:
  explicit Blocks(std::size_t stop_after = 1000) : stop_after_(stop_after) {}
  void message(LogLevel level, std::string_view text) override {
    if (level == LogLevel::warning) warnings += text;
  }
  void progress(std::string_view, std::size_t done, std::size_t, std::string_view detail) override {
    (detail == "made earlier" ? reused : made) += 1;
    last = done;
  }
  bool stop_requested() const override { return made >= stop_after_; }

  std::size_t made = 0, reused = 0, last = 0;
  std::string warnings;

 private:
  std::size_t stop_after_;
};

Table make(const SimulationCard& card, const fs::path& file, Blocks& monitor, int threads = 1,
           std::uint64_t seed = 7) {
  return simulate_resumable(card, {kEvents, seed, threads}, file, monitor);
}

class Resume : public testing::Test {
 protected:
  void SetUp() override {
    Blocks monitor;
    whole = make(small_card(), {}, monitor);
    EXPECT_EQ(monitor.made, 10u);
  }
  /// Makes some blocks and is interrupted.
  void interrupt(std::size_t blocks, int threads = 1) const {
    Blocks monitor(blocks);
    EXPECT_THROW(make(small_card(), file(), monitor, threads), Interrupted);
    EXPECT_TRUE(fs::exists(file()));
  }
  fs::path file() const { return folder.path() / "events.h5.part"; }

  TempDir folder;
  Table whole;
};

TEST_F(Resume, TheSameBitsAndNoBlockTwice) {
  interrupt(3);
  interrupt(4, 2);  // again, with more threads: one of them may finish a block more
  Blocks last;
  expect_same_tables(whole, make(small_card(), file(), last, 2));
  EXPECT_GE(last.reused, 7u);
  EXPECT_EQ(last.reused + last.made, 10u);
  EXPECT_EQ(last.last, kEvents);
  // All there: nothing is made.
  Blocks none;
  expect_same_tables(whole, make(small_card(), file(), none));
  EXPECT_EQ(none.made, 0u);
}

TEST_F(Resume, ABlockWhoseWritingWasCutOffIsMadeAgain) {
  interrupt(4);
  fs::resize_file(file(), fs::file_size(file()) - 5);
  Blocks monitor;
  expect_same_tables(whole, make(small_card(), file(), monitor));
  EXPECT_EQ(monitor.reused, 3u);
  // What was written after the cut counts.
  Blocks again;
  expect_same_tables(whole, make(small_card(), file(), again));
  EXPECT_EQ(again.made, 0u);
}

TEST_F(Resume, DamagedBlocksAreMadeAgain) {
  interrupt(4);
  std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(fs::file_size(file()) / 2));
  const char before = static_cast<char>(bytes.peek());
  bytes.put(static_cast<char>(before ^ 1));
  bytes.close();
  Blocks monitor;
  expect_same_tables(whole, make(small_card(), file(), monitor));
  EXPECT_LT(monitor.reused, 4u);
}

TEST_F(Resume, BlocksOfAnotherSampleAreNotOverwritten) {
  interrupt(3);
  const auto size = fs::file_size(file());
  Blocks other;
  EXPECT_THROW(make(small_card({"jets.radius=0.5"}), file(), other), ConfigError);
  EXPECT_THROW(make(small_card(), file(), other, 1, 8), ConfigError);
  EXPECT_EQ(other.made, 0u);
  EXPECT_EQ(fs::file_size(file()), size);
  Blocks right;
  expect_same_tables(whole, make(small_card(), file(), right));
  EXPECT_EQ(right.reused, 3u);
}

TEST_F(Resume, AFileOfSomethingElseIsRefusedAndABeginningIsNot) {
  std::ofstream(file()) << "no blocks";
  Blocks foreign;
  EXPECT_THROW(make(small_card(), file(), foreign), ConfigError);
  std::ofstream(file()) << "trueup blocks";  // its writing was cut off
  expect_same_tables(whole, make(small_card(), file(), foreign));
  EXPECT_EQ(foreign.made, 10u);
}

TEST(ResumeFile, WhereItCannotBeWritten) {
  const TempDir folder;
  Blocks monitor;
  EXPECT_THROW(make(small_card(), folder.path() / "absent" / "x.part", monitor), EnvironmentError);
}

TEST(ResumeFile, BlocksComeBackInTheOrderOfTheirWriting) {
  const TempDir folder;
  const fs::path path = folder.path() / "blocks";
  std::string seen;
  const auto take = [&](std::size_t block, std::string_view bytes) {
    seen += std::to_string(block) + std::string(bytes) + " ";
    return block != 9;
  };
  const auto nothing = [](std::size_t, std::string_view) { return true; };
  {
    sim::BlockFile file(path, "key", nothing, silent_monitor());
    file.add(5, "five");
    file.add(2, "");
    file.add(9, "nine");
    file.add(3, "three");
  }
  { const sim::BlockFile file(path, "key", take, silent_monitor()); }
  EXPECT_EQ(seen, "5five 2 9nine ");  // refused: it and what comes after are forgotten
  seen.clear();
  { const sim::BlockFile file(path, "key", take, silent_monitor()); }
  EXPECT_EQ(seen, "5five 2 ");
  seen.clear();
  EXPECT_THROW(sim::BlockFile(path, "other", take, silent_monitor()), ConfigError);
  EXPECT_EQ(seen, "");
  { const sim::BlockFile file(path, "key", take, silent_monitor()); }
  EXPECT_EQ(seen, "5five 2 ");
}

}  // namespace
}  // namespace trueup
