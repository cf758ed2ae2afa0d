// HepMC files: the columns of Pythia's own events come back, whatever the units; what is broken is told with its event.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include <HepMC3/ReaderAscii.h>
#include <HepMC3/WriterAscii.h>
#include <HepMC3/WriterAsciiHepMC2.h>
#include <Pythia8Plugins/HepMC3.h>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "pythia_card.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"

namespace trueup {
namespace {

using testing_support::TempDir;

constexpr std::size_t kEvents = 60;
constexpr std::uint64_t kSeed = 3;

const std::vector<std::string> kSmall{"source.events=60", "source.block_events=25",
                                      "output.groups=[\"gen_jets\", \"gen_constituents\"]"};

/// Pythia's events as simulate() makes them, through `write`.
template <class Write>
void pythias_events(const Write& write) {
  const sim::PythiaFactory factory(pythia_card(kSmall));
  const sim::PythiaPtr pythia = factory.make({});
  HepMC3::Pythia8ToHepMC3 convert;
  for (std::size_t i = 0; i < kEvents; ++i) {
    if (i % 25 == 0) sim::seed_block(*pythia, kSeed, i / 25);
    ASSERT_TRUE(pythia->next());
    HepMC3::GenEvent event(HepMC3::Units::GEV, HepMC3::Units::MM);
    convert.fill_next_event(*pythia, &event);
    write(event);
  }
}

std::string write_hepmc(const TempDir& dir, const std::string& name = "events.hepmc") {
  const std::string path = dir / name;
  HepMC3::WriterAscii writer(path);
  pythias_events([&](HepMC3::GenEvent& event) { writer.write_event(event); });
  writer.close();
  return path;
}

SimulationCard hepmc_card(const std::string& path, const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all{"source.path=\"" + path + "\""};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return parse_simulation_card(R"(
[source]
type = "hepmc3"
block_events = 7
[detector]
type = "tracker"
[output]
groups = ["gen_jets", "gen_constituents"]
)",
                               "test.toml", all);
}

void expect_near(const Table& a, const Table& b, const std::string& prefix) {
  ASSERT_EQ(a.rows(), b.rows());
  ASSERT_EQ(a.column_names(), b.column_names());
  for (const Column& c : a.columns()) {
    if (!c.name.starts_with(prefix)) continue;
    const auto other = b.values(c.name);
    for (std::size_t i = 0; i < other.size(); ++i) {
      // A K0S counts at one of its products; which one depends on their order in the record, which may differ.
      const bool carried = c.name.ends_with("_kaons") && c.name.find("jet") != std::string::npos;
      if (!carried) {
        EXPECT_NEAR(c.values[i], other[i], 2e-5f * std::max(1.0f, std::fabs(other[i]))) << c.name << " " << i;
      }
    }
  }
}

TEST(HepMc, RoundTripGivesTheSameColumns) {
  const TempDir dir;
  const std::string path = write_hepmc(dir);
  const Table own = simulate(pythia_card(kSmall), {0, kSeed, 1}, silent_monitor());
  const Table back = simulate(hepmc_card(path), {0, kSeed, 1}, silent_monitor());
  expect_near(own, back, "gen_");
  const JaggedGroup &a = own.group("gen_constituents"), &b = back.group("gen_constituents");
  EXPECT_EQ(a.offsets, b.offsets);
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    for (std::size_t m = 0; m < a.members(); ++m) {
      EXPECT_NEAR(a.columns[c].values[m], b.columns[c].values[m], 1e-4f) << a.columns[c].name;
    }
  }
  // The tracks come from other random numbers where the record's order differs; they are as many on average.
  double first = 0.0, second = 0.0;
  for (std::size_t i = 0; i < kEvents; ++i) {
    first += static_cast<double>(own.values("det_charged")[i]);
    second += static_cast<double>(back.values("det_charged")[i]);
  }
  EXPECT_NEAR(first / kEvents, second / kEvents, 4.0 * 2.0 / std::sqrt(double{kEvents}));
  EXPECT_EQ(back.metadata().at("source"), "hepmc3");
}

TEST(HepMc, SameForEveryThreadCountAndInParts) {
  const TempDir dir;
  const SimulationCard card = hepmc_card(write_hepmc(dir));
  const Table one = simulate(card, {0, kSeed, 1}, silent_monitor());
  for (const int threads : {2, 3}) {
    const Table more = simulate(card, {0, kSeed, threads}, silent_monitor());
    for (const Column& c : one.columns()) EXPECT_EQ(c.values, more.column(c.name).values) << c.name;
    EXPECT_EQ(one.group("gen_constituents").columns[0].values,
              more.group("gen_constituents").columns[0].values);
  }
  const Table few = simulate(card, {20, kSeed, 2}, silent_monitor());
  EXPECT_EQ(few.rows(), 20u);
  EXPECT_EQ(few.column("det_thrust").values, one.slice(0, 20).column("det_thrust").values);
}

TEST(HepMc, UnitsAndVersionsMakeNoDifference) {
  const TempDir dir;
  const Table own = simulate(hepmc_card(write_hepmc(dir)), {0, kSeed, 1}, silent_monitor());
  const std::string mev = dir / "mev.hepmc", second = dir / "second.hepmc";
  HepMC3::WriterAscii writer(mev);
  HepMC3::WriterAsciiHepMC2 old(second);
  pythias_events([&](HepMC3::GenEvent& event) {
    old.write_event(event);
    event.set_units(HepMC3::Units::MEV, HepMC3::Units::CM);
    writer.write_event(event);
  });
  writer.close();
  old.close();
  std::ifstream in(mev);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(text.find("MEV CM"), std::string::npos);
  expect_near(own, simulate(hepmc_card(mev), {0, kSeed, 1}, silent_monitor()), "");
  expect_near(own, simulate(hepmc_card(second), {0, kSeed, 1}, silent_monitor()), "gen_");
}

TEST(HepMc, WeightsByName) {
  const TempDir dir;
  const std::string path = dir / "weights.hepmc";
  auto info = std::make_shared<HepMC3::GenRunInfo>();
  info->set_weight_names({"nominal", "muR2"});
  {
    HepMC3::WriterAscii writer(path, info);
    double w = 1.0;
    pythias_events([&](HepMC3::GenEvent& event) {
      event.set_run_info(info);
      event.weights() = {w, -2.0 * w};
      w += 0.5;
      writer.write_event(event);
    });
  }
  const Table first = simulate(hepmc_card(path), {0, 1, 2}, silent_monitor());
  const Table other = simulate(hepmc_card(path, {"source.weight=\"muR2\""}), {0, 1, 2}, silent_monitor());
  ASSERT_TRUE(first.has_weights());
  for (std::size_t i = 0; i < kEvents; ++i) {
    EXPECT_FLOAT_EQ(first.weights()[i], 1.0f + 0.5f * static_cast<float>(i));
    EXPECT_FLOAT_EQ(other.weights()[i], -2.0f * first.weights()[i]);
  }
  try {
    simulate(hepmc_card(path, {"source.weight=\"muR\""}), {0, 1, 1}, silent_monitor());
    FAIL() << "accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'muR2'"), std::string::npos) << error.what();
  }
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The error that a file of this text gives.
std::string refusal(const TempDir& dir, const std::string& text) {
  const std::string path = dir / "broken.hepmc";
  std::ofstream(path) << text;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  std::string message = "accepted";
  try {
    simulate(hepmc_card(path), {0, 1, 2}, silent_monitor());
  } catch (const DataError& error) {
    message = error.what();
    EXPECT_NE(message.find(path), std::string::npos) << message;
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  return message;
}

TEST(HepMc, BrokenFilesAreToldWithTheirEvent) {
  const TempDir dir;
  const std::string good = text_of(write_hepmc(dir));
  const auto says = [&](const std::string& text, const std::string& word) {
    const std::string message = refusal(dir, text);
    EXPECT_NE(message.find(word), std::string::npos) << message;
  };
  const auto event_at = [&](int number) { return good.find("\nE " + std::to_string(number) + " ") + 1; };
  const std::size_t fifth = event_at(4), sixth = event_at(5);
  ASSERT_LT(fifth, sixth);
  says("", "not a HepMC file");
  says("Hello\n" + good, "not a HepMC file");
  says(good.substr(0, sixth), "event 5");                // between two events
  says(good.substr(0, (fifth + sixth) / 2), "event 5");  // within one
  says(good.substr(0, sixth), "truncated");
  says(good.substr(0, (fifth + sixth) / 2), "truncated");
  std::string damaged = good;
  const std::size_t particle = damaged.find("\nP ", fifth) + 1;
  damaged.replace(particle, damaged.find('\n', particle) - particle, "P 1 0 garbage");
  says(damaged, "event 5");
  std::string lost = good;
  lost.erase(particle, lost.find('\n', particle) + 1 - particle);
  says(lost, "event 5");
  std::string infinite = good;
  const std::size_t last = infinite.rfind("\nP ", sixth - 2) + 1;
  std::istringstream line(infinite.substr(last, infinite.find('\n', last) - last));
  std::string p, id, mother, pid, px;
  line >> p >> id >> mother >> pid >> px;
  infinite.replace(infinite.find(px, last), px.size(), "inf");
  says(infinite, "event 5");
  says(infinite, "not finite");
  const std::size_t footer = good.find("HepMC::Asciiv3-END");
  says(good.substr(0, event_at(0)) + good.substr(footer), "no events");
  EXPECT_THROW(simulate(hepmc_card(dir / "none.hepmc"), {0, 1, 1}, silent_monitor()), DataError);
}

TEST(HepMc, AskingForMoreThanThereIs) {
  const TempDir dir;
  const std::string path = write_hepmc(dir);
  try {
    simulate(hepmc_card(path, {"source.events=100"}), {0, 1, 1}, silent_monitor());
    FAIL() << "accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("has 60 events, 100"), std::string::npos) << error.what();
  }
}

TEST(HepMc, CardsThatMakeNoSense) {
  EXPECT_THROW(hepmc_card("x", {"fixed.a.setting=\"b\"", "fixed.a.value=1.0"}), ConfigError);
  EXPECT_THROW(hepmc_card(""), ConfigError);
  EXPECT_THROW(hepmc_card("x", {"pythia.\"Beams:eCM\"=91.2"}), ConfigError);
}

}  // namespace
}  // namespace trueup
