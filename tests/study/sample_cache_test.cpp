// Kept samples: the same table comes back, another card or seed is another file, and a damaged file is made anew.
#include "study/sample_cache.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>
#include <trueup/resumable.hpp>

namespace trueup {
namespace {

namespace fs = std::filesystem;
using testing_support::TempDir;

SimulationCard card(const std::vector<std::string>& overrides = {}) {
  return parse_simulation_card(R"(
[source]
type = "pythia"
[pythia]
settings = ["23:onMode = off", "23:onIfAny = 1 2 3"]
"Beams:idA" = 11
"Beams:idB" = -11
"Beams:eCM" = 91.2
"PDF:lepton" = "off"
"WeakSingleBoson:ffbar2gmZ" = "on"
[output]
columns = ["gen_multiplicity", "gen_thrust"]
groups = ["gen_constituents"]
)",
                               "test.toml", overrides);
}

class Messages : public Monitor {
 public:
  void message(LogLevel, std::string_view text) override { all += std::string(text) + "\n"; }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view detail) override {
    (detail == "made earlier" ? reused : made) = true;
  }
  bool stop_requested() const override { return stop && made; }

  std::string all;
  bool made = false, reused = false, stop = false;
};

/// TRUEUP_SAMPLES while it lives.
class Folder {
 public:
  explicit Folder(const std::string& value) { setenv("TRUEUP_SAMPLES", value.c_str(), 1); }
  ~Folder() { unsetenv("TRUEUP_SAMPLES"); }
};

void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.column_names(), b.column_names());
  for (const Column& c : a.columns()) EXPECT_EQ(c.values, b.column(c.name).values) << c.name;
  ASSERT_EQ(a.groups().size(), b.groups().size());
  for (const JaggedGroup& g : a.groups()) {
    EXPECT_EQ(g.offsets, b.group(g.name).offsets);
    for (std::size_t c = 0; c < g.columns.size(); ++c)
      EXPECT_EQ(g.columns[c].values, b.group(g.name).columns[c].values);
  }
}

TEST(SampleCache, TheSameTableComesBack) {
  if (!has_pythia()) GTEST_SKIP();
  const TempDir dir;
  const Folder folder(dir / "samples");
  Messages first, second;
  const Table made = kept_sample(card(), {60, 1, 1}, first), kept = kept_sample(card(), {60, 1, 2}, second);
  EXPECT_TRUE(first.made);
  EXPECT_FALSE(second.made) << second.all;
  expect_same(made, kept);
  EXPECT_EQ(made.metadata(), kept.metadata());
  EXPECT_NE(second.all.find("from an earlier run"), std::string::npos);
}

TEST(SampleCache, WhatDecidesTheEventsDecidesTheKey) {
  const std::string key = sample_key(card(), {60, 1, 1});
  EXPECT_EQ(sample_key(card(), {60, 1, 3}), key);  // threads do not
  EXPECT_NE(sample_key(card(), {61, 1, 1}), key);
  EXPECT_NE(sample_key(card(), {60, 2, 1}), key);
  EXPECT_NE(sample_key(card(), {60, 1, 1, 250}), key);
  EXPECT_NE(sample_key(card({"jets.radius=0.4"}), {60, 1, 1}), key);
  EXPECT_NE(sample_key(card({"pythia.\"Beams:eCM\"=91.3"}), {60, 1, 1}), key);
}

TEST(SampleCache, AnInterruptedSampleGoesOn) {
  if (!has_pythia()) GTEST_SKIP();
  const TempDir dir;
  const Folder folder(dir / "samples");
  const SimulationCard blocks = card({"source.block_events=20"});
  Messages stopped, resumed;
  stopped.stop = true;
  EXPECT_THROW(kept_sample(blocks, {60, 1, 1}, stopped), Interrupted);
  const fs::path part = fs::path(dir / "samples") / (sample_key(blocks, {60, 1, 1}) + ".part");
  EXPECT_TRUE(fs::exists(part));
  const Table made = kept_sample(blocks, {60, 1, 1}, resumed);
  EXPECT_TRUE(resumed.reused);
  EXPECT_FALSE(fs::exists(part));
  expect_same(made, simulate(blocks, {60, 1, 1}, silent_monitor()));
}

TEST(SampleCache, DamagedAndForeignFilesAreMadeAnew) {
  if (!has_pythia()) GTEST_SKIP();
  const TempDir dir;
  const Folder folder(dir / "samples");
  const Table made = kept_sample(card(), {60, 1, 1}, silent_monitor());
  const fs::path file = fs::path(dir / "samples") / (sample_key(card(), {60, 1, 1}) + ".h5");
  ASSERT_TRUE(fs::exists(file));
  fs::resize_file(file, fs::file_size(file) / 2);
  Messages damaged;
  expect_same(made, kept_sample(card(), {60, 1, 1}, damaged));
  EXPECT_NE(damaged.all.find("made anew"), std::string::npos) << damaged.all;
  // Another sample under this name.
  kept_sample(card(), {60, 2, 1}, silent_monitor());
  fs::copy_file(fs::path(dir / "samples") / (sample_key(card(), {60, 2, 1}) + ".h5"), file,
                fs::copy_options::overwrite_existing);
  Messages foreign;
  expect_same(made, kept_sample(card(), {60, 1, 1}, foreign));
  EXPECT_NE(foreign.all.find("not the sample of its name"), std::string::npos) << foreign.all;
}

TEST(SampleCache, NothingIsKeptWhereThatIsNotWanted) {
  const TempDir dir;
  {
    const Folder off("off");
    EXPECT_FALSE(sample_folder().has_value());
  }
  const Folder folder(dir / "samples");
  const SimulationCard gaussian = parse_simulation_card("[source]\ntype = \"gaussian\"\n", "test.toml");
  EXPECT_EQ(kept_sample(gaussian, {100, 1, 1}, silent_monitor()).rows(), 100u);
  EXPECT_FALSE(fs::exists(dir / "samples"));
  if (!has_pythia()) return;
  std::ofstream(dir / "file") << "no folder";
  const Folder nowhere(dir / "file");
  Messages messages;
  EXPECT_EQ(kept_sample(card(), {20, 1, 1}, messages).rows(), 20u);
  EXPECT_NE(messages.all.find("not kept"), std::string::npos) << messages.all;
}

}  // namespace
}  // namespace trueup
