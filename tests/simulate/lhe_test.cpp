// Les Houches event files: showered the same for every number of threads, and refused with the event when broken.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include <zlib.h>

#include <fmt/format.h>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/simulate.hpp>

#include "simulate/lhe_file.hpp"

namespace trueup {
namespace {

using testing_support::TempDir;

constexpr double kEnergy = 45.6;

std::string particle(int id, int status, int mother1, int mother2, int colour, int anticolour, double px,
                     double py, double pz, double e, double m) {
  return fmt::format("{} {} {} {} {} {} {:.10e} {:.10e} {:.10e} {:.10e} {:.10e} 0. 9.\n", id, status, mother1,
                     mother2, colour, anticolour, px, py, pz, e, m);
}

/// e+e- -> Z -> q qbar with q uniform among d, u, s, and weight 1 + event number.
std::string event(std::size_t number, RandomStream& stream) {
  const double z = stream.uniform(-1.0, 1.0), phi = stream.uniform(0.0, 2.0 * std::numbers::pi);
  const double x = std::sqrt(1.0 - z * z) * std::cos(phi), y = std::sqrt(1.0 - z * z) * std::sin(phi);
  const int q = 1 + static_cast<int>(stream.below(3));
  return fmt::format("<event>\n5 1 {:.6e} 91.2 0.0078 0.118\n", 1.0 + static_cast<double>(number)) +
         particle(11, -1, 0, 0, 0, 0, 0, 0, kEnergy, kEnergy, 0) +
         particle(-11, -1, 0, 0, 0, 0, 0, 0, -kEnergy, kEnergy, 0) +
         particle(23, 2, 1, 2, 0, 0, 0, 0, 0, 2 * kEnergy, 2 * kEnergy) +
         particle(q, 1, 3, 3, 501, 0, kEnergy * x, kEnergy * y, kEnergy * z, kEnergy, 0) +
         particle(-q, 1, 3, 3, 0, 501, -kEnergy * x, -kEnergy * y, -kEnergy * z, kEnergy, 0) + "</event>\n";
}

std::string lhe_text(std::size_t events, int strategy = 4) {
  RandomStream stream(1, "lhe test");
  std::string text = fmt::format(
      "<LesHouchesEvents version=\"1.0\">\n<!-- made by hand -->\n<init>\n11 -11 {} {} 0 0 0 0 {} 1\n1.0 0.1 "
      "1.0 "
      "1\n</init>\n",
      kEnergy, kEnergy, strategy);
  for (std::size_t i = 0; i < events; ++i) text += event(i, stream);
  return text + "</LesHouchesEvents>\n";
}

std::string write_text(const TempDir& dir, const std::string& text, const std::string& name = "events.lhe") {
  const std::string path = dir / name;
  std::ofstream(path) << text;
  return path;
}

SimulationCard lhe_card(const std::string& path, const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all{"source.path=\"" + path + "\""};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return parse_simulation_card(R"(
[source]
type = "lhe"
block_events = 20
[pythia]
"PDF:lepton" = "off"
[detector]
type = "tracker"
[output]
groups = ["gen_jets"]
)",
                               "test.toml", all);
}

TEST(Lhe, EventsAreShowered) {
  const TempDir dir;
  const Table t = simulate(lhe_card(write_text(dir, lhe_text(150))), {0, 1, 2}, silent_monitor());
  ASSERT_EQ(t.rows(), 150u);
  double charged = 0.0, weight = 0.0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    charged += static_cast<double>(t.values("gen_charged")[i]) / 150.0;
    weight += static_cast<double>(t.weights()[i]);
    // As the file has them, in order, up to Pythia's unit.
    EXPECT_NEAR(t.weights()[i] / t.weights()[0], 1.0f + static_cast<float>(i),
                1e-3f * static_cast<float>(i + 1));
  }
  // Without b quarks a little below LEP's 20.8; the spread of an event is 6.4.
  EXPECT_NEAR(charged, 20.0, 1.0 + 4.0 * 6.4 / std::sqrt(150.0));
  EXPECT_GT(weight, 0.0);
  EXPECT_EQ(t.metadata().at("pythia.failed_events"), "0");
}

TEST(Lhe, SameForEveryThreadCountAndInParts) {
  const TempDir dir;
  const SimulationCard card = lhe_card(write_text(dir, lhe_text(150)));
  const Table one = simulate(card, {0, 1, 1}, silent_monitor());
  for (const int threads : {2, 3, 8}) {
    const Table more = simulate(card, {0, 1, threads}, silent_monitor());
    for (const Column& c : one.columns()) EXPECT_EQ(c.values, more.column(c.name).values) << c.name;
    EXPECT_EQ(one.weights_or_ones(), more.weights_or_ones());
  }
  const Table few = simulate(card, {50, 1, 2}, silent_monitor());
  EXPECT_EQ(few.column("gen_thrust").values, one.slice(0, 50).column("gen_thrust").values);
}

TEST(Lhe, SettingsOfTheShowerCanBeScanned) {
  const TempDir dir;
  const SimulationCard card =
      lhe_card(write_text(dir, lhe_text(100)),
               {"scan.alphas.setting=\"TimeShower:alphaSvalue\"", "scan.alphas.range=[0.10,0.18]"});
  const Table one = simulate(card, {0, 1, 1}, silent_monitor()),
              two = simulate(card, {0, 1, 2}, silent_monitor());
  EXPECT_EQ(one.column("gen_thrust").values, two.column("gen_thrust").values);
  EXPECT_NE(one.values("alphas")[0], one.values("alphas")[99]);
  EXPECT_EQ(one.values("alphas")[20], one.values("alphas")[39]);
}

TEST(Lhe, CompressedFilesAreRead) {
  const TempDir dir;
  const std::string text = lhe_text(40), path = dir / "events.lhe.gz";
  const gzFile out = gzopen(path.c_str(), "wb");
  ASSERT_EQ(gzwrite(out, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
  gzclose(out);
  const Table packed = simulate(lhe_card(path), {0, 1, 1}, silent_monitor());
  const Table plain = simulate(lhe_card(write_text(dir, text)), {0, 1, 1}, silent_monitor());
  EXPECT_EQ(packed.column("gen_thrust").values, plain.column("gen_thrust").values);
}

TEST(Lhe, BrokenFilesAreToldWithTheirEvent) {
  const TempDir dir;
  const std::string good = lhe_text(10);
  const auto says = [&](const std::string& text, const std::string& word) {
    const std::string path = write_text(dir, text, "broken.lhe");
    try {
      simulate(lhe_card(path), {0, 1, 1}, silent_monitor());
      FAIL() << "accepted, expected " << word;
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    }
  };
  std::size_t fifth = 0;
  for (int i = 0; i < 5; ++i) fifth = good.find("<event>", fifth + 1);
  const std::size_t head = good.find('\n', fifth) + 1, first = good.find('\n', head) + 1,
                    second = good.find('\n', first) + 1;
  says("", "no line '<LesHouchesEvents");
  says("<LesHouchesEvents version=\"1.0\">\n", "<init>");
  says(lhe_text(10, 1), "IDWTUP = 1");
  says(good.substr(0, fifth), "after event 4");
  says(good.substr(0, second + 5), "event 5");
  says(good.substr(0, good.find("</event>", fifth)), "event 5");
  std::string text = good;
  says(text.replace(head, 1, "x"), "event 5");
  text = good;
  says(text.replace(first, second - first, "11 -1 0 0 0 0 0 0 nan 45.6 0 0 9\n"), "particle 1 of 5");
  text = good;
  says(text.erase(first, second - first), "particle 5 of 5");
  text = good;
  says(text.replace(head, 1, "0"), "impossible number");
  says(lhe_text(0), "no events");
  try {
    simulate(lhe_card(write_text(dir, good), {"source.events=11"}), {0, 1, 1}, silent_monitor());
    FAIL() << "accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("has 10 events, 11"), std::string::npos) << error.what();
  }
  EXPECT_THROW(sim::check_lhe(dir / "none.lhe"), DataError);
}

TEST(Lhe, CardsThatMakeNoSense) {
  EXPECT_THROW(lhe_card(""), ConfigError);
  EXPECT_THROW(lhe_card("x", {"source.weight=\"nominal\""}), ConfigError);
  const TempDir dir;
  const std::string path = write_text(dir, lhe_text(3));
  EXPECT_THROW(simulate(lhe_card(path, {"pythia.\"Beams:LHEF\"=\"other.lhe\""}), {0, 1, 1}, silent_monitor()),
               ConfigError);
}

}  // namespace
}  // namespace trueup
