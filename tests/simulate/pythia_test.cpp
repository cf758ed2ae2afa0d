// Pythia's events: reproducible for every thread count and history, right in their averages, refused when set up wrong.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "pythia_card.hpp"
#include "same_tables.hpp"

namespace trueup {
namespace {

using testing_support::expect_same_tables;

const std::vector<std::string> kScan{"scan.alphas.setting=\"TimeShower:alphaSvalue\"",
                                     "scan.alphas.range=[0.10,0.18]"};

Table make(const SimulationCard& c, std::uint64_t seed, int threads) {
  return simulate(c, {0, seed, threads}, silent_monitor());
}

double mean(std::span<const float> values) {
  double sum = 0.0;
  for (const float v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

TEST(Pythia, SameForEveryThreadCount) {
  const SimulationCard c = pythia_card();
  const Table one = make(c, 3, 1);
  expect_same_tables(one, make(c, 3, 2));
  expect_same_tables(one, make(c, 3, 3));
  // 20 threads: most blocks are the first of a fresh Pythia, so that nothing of a block's history may matter.
  expect_same_tables(one, make(c, 3, 20));
}

TEST(Pythia, SameForEveryThreadCountWithBeamSpectra) {
  // Beams with structure need a phase-space search, whose maxima are Pythia's best known memory.
  const SimulationCard c = pythia_card({"pythia.\"PDF:lepton\"=\"on\"", "source.events=1000"});
  expect_same_tables(make(c, 3, 1), make(c, 3, 10));
}

TEST(Pythia, ScanIsConstantPerBlockAndUniform) {
  std::vector<std::string> overrides = kScan;
  overrides.insert(overrides.end(), {"source.events=420", "source.block_events=10",
                                     "output.levels=[\"generator\"]", "output.groups=[\"gen_jets\"]"});
  const SimulationCard c = pythia_card(overrides);
  const Table t = make(c, 3, 1);
  expect_same_tables(t, make(c, 3, 3));
  const auto alphas = t.values("alphas");
  std::set<float> values;
  for (std::size_t i = 0; i < alphas.size(); ++i) {
    EXPECT_EQ(alphas[i], alphas[i / 10 * 10]);
    EXPECT_GE(alphas[i], 0.10f);
    EXPECT_LE(alphas[i], 0.18f);
    values.insert(alphas[i]);
  }
  EXPECT_EQ(values.size(), 42u);
  EXPECT_NEAR(mean(alphas), 0.14, 4.0 * 0.08 / std::sqrt(12.0 * 42.0));
}

TEST(Pythia, AScannedBlockIsTheBlockOfThatFixedValue) {
  std::vector<std::string> overrides = kScan;
  overrides.push_back("source.events=100");
  Table scanned = make(pythia_card(overrides), 4, 1);
  char value[64];
  std::snprintf(value, sizeof value, "fixed.a.value=%.17g", static_cast<double>(scanned.values("alphas")[0]));
  const Table fixed =
      make(pythia_card({"source.events=100", "fixed.a.setting=\"TimeShower:alphaSvalue\"", value}), 4, 1);
  for (const Column& c : fixed.columns()) EXPECT_EQ(c.values, scanned.column(c.name).values) << c.name;
}

TEST(Pythia, TheShortcutInInitialisationChangesNoEvent) {
  // A scan of the Higgs' mass initialises Pythia in full for each block, no scan takes the shortcut. The mass itself
  // does not matter to e+e- -> Z.
  const Table full = make(
      pythia_card({"source.events=300", "scan.h.setting=\"25:m0\"", "scan.h.range=[125.0,125.1]"}), 4, 1);
  const Table shortcut = make(pythia_card({"source.events=300"}), 4, 1);
  for (const Column& c : shortcut.columns()) EXPECT_EQ(c.values, full.column(c.name).values) << c.name;
}

TEST(Pythia, SeedsAreDifferentSamples) {
  const SimulationCard c = pythia_card({"source.events=300"});
  const Table a = make(c, 1, 2), b = make(c, 2, 2);
  EXPECT_NE(a.column("gen_thrust").values, b.column("gen_thrust").values);
  // No block repeats another's events.
  const auto thrust = a.values("gen_thrust");
  EXPECT_EQ(std::set<float>(thrust.begin(), thrust.end()).size(), thrust.size());
}

TEST(Pythia, MoreEventsBeginWithTheSameOnes) {
  const Table few = make(pythia_card({"source.events=250"}), 1, 2),
              many = make(pythia_card({"source.events=400"}), 1, 2);
  const Table head = many.slice(0, 250);
  EXPECT_EQ(few.column("gen_thrust").values, head.column("gen_thrust").values);
  EXPECT_EQ(few.column("det_thrust").values, head.column("det_thrust").values);
}

TEST(Pythia, AveragesOfZDecays) {
  const Table t = make(pythia_card({"source.events=10000", "source.block_events=250"}), 1, 2);
  // LEP: charged multiplicity 20.76 ± 0.16 with K0S and Lambda decays (PDG); the tune is 1 % below. Kaons: K+- 2.24,
  // K0 2.05 an event; the tune makes 2.3 of each. Tune values carry the sample's error, spread 6.4 and 2.65 an event.
  EXPECT_NEAR(mean(t.values("gen_charged")), 20.76, 0.35 + 4.0 * 0.064);
  EXPECT_NEAR(mean(t.values("gen_kaons")), 4.29, 0.35 + 4.0 * 0.027);
  EXPECT_NEAR(mean(t.values("gen_thrust")), 0.932, 0.005);  // LEP: <1 - T> = 0.068
  // The tracks that the detector sees are as many as their efficiencies say.
  EXPECT_NEAR(mean(t.values("det_charged")), mean(t.values("gen_expected_tracks")), 4.0 * 2.0 / 100.0);
  EXPECT_FALSE(t.has_weights());
}

TEST(Pythia, JetsGroupAgreesWithTheLeadingJets) {
  const Table t = make(pythia_card({"source.events=200"}), 1, 2);
  const JaggedGroup& jets = t.group("gen_jets");
  const auto count = t.values("gen_njets"), pt = t.values("gen_jet1_pt"), kaons = t.values("gen_kaons");
  ASSERT_EQ(jets.rows(), t.rows());
  for (std::size_t row = 0; row < t.rows(); ++row) {
    EXPECT_EQ(static_cast<float>(jets.offsets[row + 1] - jets.offsets[row]), count[row]);
    EXPECT_EQ(count[row] > 0 ? jets.columns[0].values[jets.offsets[row]] : 0.0f, pt[row]);
    float in_jets = 0.0f;
    for (auto m = jets.offsets[row]; m < jets.offsets[row + 1]; ++m) in_jets += jets.columns[6].values[m];
    EXPECT_LE(in_jets, kaons[row]);
  }
}

TEST(Pythia, BiasedSelectionGivesWeights) {
  const Table t =
      make(pythia_card({"source.events=200", "pythia.\"WeakSingleBoson:ffbar2gmZ\"=\"off\"",
                        "pythia.\"Beams:eCM\"=250.0", "pythia.\"WeakDoubleBoson:ffbar2gmZgmZ\"=\"on\"",
                        "pythia.\"PhaseSpace:bias2Selection\"=\"on\""}),
           1, 2);
  ASSERT_TRUE(t.has_weights());
  EXPECT_NE(t.weights()[0], t.weights()[1]);
}

TEST(Pythia, FailedEventsAreMadeAnewAndCounted) {
  const std::vector<std::string> strict{"source.events=200", "pythia.\"Check:epTolErr\"=1e-15",
                                        "pythia.\"Check:epTolWarn\"=1e-15"};
  const Table t = make(pythia_card(strict), 1, 2);
  EXPECT_EQ(t.rows(), 200u);
  EXPECT_GT(std::stoi(t.metadata().at("pythia.failed_events")), 0);
  expect_same_tables(t, make(pythia_card(strict), 1, 1));
  EXPECT_THROW(
      make(pythia_card({"pythia.\"Check:epTolErr\"=1e-17", "pythia.\"Check:epTolWarn\"=1e-17"}), 1, 2),
      ConfigError);
}

TEST(Pythia, RefusesWrongSettings) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& word) {
    try {
      make(pythia_card(overrides), 1, 1);
      FAIL() << overrides[0] << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  };
  testing::internal::CaptureStdout();
  says({"pythia.\"TimeShower:alphaSvalu\"=0.12"}, "did you mean 'TimeShower:alphaSvalue'");
  says({"pythia.\"TimeShower:alphaSvalue\"=12.0"}, "from 0.06 up to 0.25");
  says({"pythia.\"TimeShower:alphaSvalue\"=\"0.12x\""}, "0.12x");
  says({"pythia.\"PDF:lepton\"=\"maybe\""}, "'on' or 'off'");
  says({"pythia.\"Beams:idA\"=2.5"}, "whole number");
  says({"pythia.settings=[\"999999:mayDecay = off\"]"}, "999999");
  says({"pythia.settings=[\"nonsense\"]"}, "Group:name = value");
  says({"pythia.\"Random:seed\"=3"}, "give the seed to trueup");
  says({"pythia.\"PhaseSpace:increaseMaximum\"=\"on\""}, "events would depend");
  says({"pythia.\"WeakSingleBoson:ffbar2gmZ\"=\"off\""}, "no process switched on");
  says({"scan.a.setting=\"TimeShower:alphaSvalue\"", "scan.a.range=[0.1,0.9]"}, "from 0.06 up to 0.25");
  says({"scan.a.setting=\"Beams:idA\"", "scan.a.range=[1.0,2.0]"}, "cannot be scanned");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

class Stopping : public Monitor {
 public:
  void message(LogLevel, std::string_view) override {}
  void progress(std::string_view, std::size_t done, std::size_t total, std::string_view rate) override {
    EXPECT_LE(done, total);
    EXPECT_NE(rate.find("events/s"), std::string_view::npos);
    seen_ = true;
  }
  bool stop_requested() const override { return seen_; }

 private:
  bool seen_ = false;
};

TEST(Pythia, ReportsProgressAndStops) {
  Stopping monitor;
  EXPECT_THROW(simulate(pythia_card(), {0, 1, 1}, monitor), Interrupted);
}

TEST(Pythia, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  make(pythia_card({"source.events=200"}), 1, 2);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace trueup
