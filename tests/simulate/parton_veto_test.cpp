// Events given up in the middle of their shower: only those that would have had no row, and no others change.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <simulate/jets.hpp>
#include <simulate/pythia_block.hpp>
#include <simulate/pythia_settings.hpp>
#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "same_tables.hpp"

namespace trueup {
namespace {

using testing_support::expect_same_tables;

constexpr const char* kTop = R"(
[source]
type = "pythia"
events = 240
block_events = 40
[pythia]
"Beams:eCM" = 13000.0
"Top:gg2ttbar" = "on"
"Top:qqbar2ttbar" = "on"
"PartonLevel:MPI" = "off"
[substructure]
radius = 0.8
min_pt = 200.0
[detector]
type = "cms"
[output]
columns = ["gen_fatjet1_pt", "det_fatjet1_pt"]
require = ["gen_fatjet1_pt"]
)";

SimulationCard card(const std::vector<std::string>& overrides = {}) {
  return parse_simulation_card(kTop, "test.toml", overrides);
}

Table make(const SimulationCard& c, int threads = 2) {
  return simulate(c, {0, 7, threads}, silent_monitor());
}

/// The hardest jets of an event's partons and of its visible particles, in GeV.
struct Pair {
  double partons = 0.0, particles = 0.0;
};

std::vector<Pair> look_at(const SimulationCard& c, std::size_t events) {
  const auto veto = sim::make_parton_veto({true, 0.0, 10.0, 1.0});
  const sim::PythiaPtr pythia = sim::PythiaFactory(c).make({}, veto);
  const auto finder = sim::make_jet_finder({"antikt", 0.8, 20.0});
  sim::seed_block(*pythia, 3, 0);
  sim::PythiaEvents source(*pythia, false, veto.get());
  sim::GeneratorEvent event;
  std::vector<sim::Jet> jets;
  std::vector<Pair> out;
  for (std::size_t i = 0; i < events; ++i) {
    EXPECT_TRUE(source.next(event));
    finder->find(event.particles, jets);
    out.push_back({veto->hardest_pt(), jets.empty() ? 0.0 : jets.front().pt});
  }
  return out;
}

TEST(PartonVeto, LooksAtTheJetsThatWillBe) {
  int hard = 0;
  double off = 0.0;
  int lost = 0;
  for (const Pair& p : look_at(card(), 2000)) {
    EXPECT_GT(p.partons, 0.0);
    if (p.particles < 200.0) continue;
    ++hard;
    lost += p.partons < 160.0;
    off += p.partons / p.particles - 1.0;
  }
  EXPECT_GT(hard, 200);
  EXPECT_LE(lost, 1);  // six in ten thousand
  // Partons are hardly softer than what becomes of them, and not much harder: a wider jet takes in more.
  EXPECT_GT(off / hard, -0.05);
  EXPECT_LT(off / hard, 0.3);
}

TEST(PartonVeto, OfNothingChangesNothing) {
  const Table without = make(card()), with = make(card({"parton_veto.min_pt=0"}));
  EXPECT_GT(with.rows(), 10u);
  for (const char* name : {"gen_fatjet1_pt", "det_fatjet1_pt"})
    EXPECT_EQ(without.column(name).values, with.column(name).values);
}

TEST(PartonVeto, GivenUpEventsHaveNoRowAndAreCounted) {
  const SimulationCard c = card({"parton_veto.min_pt=160", "source.events=600"});
  const Table t = make(c);
  EXPECT_EQ(t.metadata().at("events"), "600");
  const int given_up = std::stoi(t.metadata().at("pythia.given_up_events"));
  EXPECT_GT(given_up, 330);  // two thirds
  EXPECT_LT(given_up, 470);
  EXPECT_EQ(t.metadata().at("pythia.failed_events"), "0");
  EXPECT_FALSE(t.has_weights());
  EXPECT_GT(t.rows(), 40u);
  EXPECT_LT(t.rows(), 180u);
  for (const float pt : t.values("gen_fatjet1_pt")) EXPECT_GE(pt, 200.0f);
  expect_same_tables(t, make(c, 1));
  expect_same_tables(t, make(c, 5));
}

TEST(PartonVeto, ALargeOneLeavesNothing) {
  EXPECT_EQ(make(card({"parton_veto.min_pt=4000", "substructure.min_pt=5000"})).rows(), 0u);
}

// Each block has a Pythia of its own then, and the next one's partons are looked at by the same hooks.
TEST(PartonVeto, ScannedSamplesAreTheSameInParts) {
  const SimulationCard c = card({"parton_veto.min_pt=160", "scan.mt.setting=\"6:m0\"",
                                 "scan.mt.range=[170, 180]", "source.block_events=40"});
  const Table whole = make(c, 1);
  EXPECT_GT(whole.rows(), 15u);
  expect_same_tables(whole, make(c, 3));
  const Table last = simulate(c, {120, 7, 2, 120}, silent_monitor());
  ASSERT_GT(last.rows(), 5u);
  for (const char* name : {"gen_fatjet1_pt", "mt"}) {
    const auto all = whole.values(name), part = last.values(name);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), all.end() - static_cast<std::ptrdiff_t>(part.size())));
  }
}

TEST(PartonVeto, IsRefusedWhereItsEventsWouldBeMissed) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& what) {
    try {
      card(overrides);
      ADD_FAILURE() << "no error about " << what;
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
    }
  };
  says({"parton_veto.min_pt=160", "output.require=[]"}, "output.require must name a generator-level column");
  says({"parton_veto.min_pt=160", "output.require=[\"gen_multiplicity\"]"}, "gen_fatjet1_pt");
  says({"parton_veto.min_pt=160", "output.require=[\"gen_jet1_pt\"]", "jets.min_pt=20"}, "above 20 GeV");
  says({"parton_veto.min_pt=200"},
       "above 200 GeV with radius 0.8 ([substructure]), the veto's are above 200 GeV with radius 1");
  says({"parton_veto.min_pt=160", "parton_veto.radius=0.4"}, "no wider");
  says({"parton_veto.min_pt=160", "output.require=[\"det_fatjet1_pt\"]"}, "gen_fatjet1_pt");
  says({"parton_veto.min_pt=160", "output.require=[\"gen_fatjet1_neighbour_dr\"]"}, "gen_fatjet1_pt");
  says({"parton_veto.min_pt=160", "parton_veto.scale=41"}, "a quarter of min_pt");
  EXPECT_NO_THROW(card({"parton_veto.min_pt=160", "output.require=[\"gen_nfatjets\"]"}));
  says({"parton_veto.min_pt=-1"}, "negative");
  says({"parton_veto.scale=20"}, "min_pt");
  says({"parton_veto.min_pt=160", "parton_veto.radius=0"}, "positive");
  says({"parton_veto.min_pt=160", "parton_veto.pt=1"}, "unknown key");
  says({"parton_veto.min_pt=160", "source.type=\"hepmc3\"", "source.path=\"a.hepmc\""},
       "source 'pythia' only");
}

}  // namespace
}  // namespace trueup
