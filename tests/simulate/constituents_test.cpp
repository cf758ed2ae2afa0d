// Constituents relative to their jet: by hand, across the cut in phi, and as groups of simulated events.
#include "simulate/constituents.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include <trueup/error.hpp>

#include "pythia_card.hpp"
#include "simulate/jets.hpp"
#include "simulate_particles.hpp"

namespace trueup::sim {
namespace {

constexpr double kPi = std::numbers::pi;

TEST(Constituents, AreRelativeToTheirJet) {
  const Particles event{massless(10, 0.2, 3.1), massless(99, 5.0, 0.0), massless(30, 0.6, -3.1)};
  const std::vector<std::uint32_t> of_jet{0, 2};
  const auto found = relative_constituents(event, of_jet);
  ASSERT_EQ(found.size(), 2u);
  // Hardest first. Means: eta 0.5; in phi the two are 2π − 6.2 apart, across the cut at π.
  const double apart = 2.0 * kPi - 6.2;
  EXPECT_NEAR(found[0].pt, 0.75, 1e-12);
  EXPECT_NEAR(found[1].pt, 0.25, 1e-12);
  EXPECT_NEAR(found[0].eta, 0.1, 1e-12);
  EXPECT_NEAR(found[1].eta, -0.3, 1e-12);
  EXPECT_NEAR(found[0].phi, 0.25 * apart, 1e-12);
  EXPECT_NEAR(found[1].phi, -0.75 * apart, 1e-12);
}

TEST(Constituents, RotatingAnEventChangesNothing) {
  RandomStream stream(1, "test");
  Particles event, turned;
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < 20; ++i) {
    const double pt = stream.uniform(0.1, 10.0), eta = stream.uniform(-0.4, 0.4),
                 phi = stream.uniform(-0.5, 0.5);
    event.push_back(massless(pt, eta, phi));
    turned.push_back(massless(pt, eta + 1.3, phi + 3.0));
    all.push_back(i);
  }
  const auto a = relative_constituents(event, all), b = relative_constituents(turned, all);
  double sum = 0.0, eta = 0.0, phi = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i].pt, b[i].pt, 1e-12);
    EXPECT_NEAR(a[i].eta, b[i].eta, 1e-12);
    EXPECT_NEAR(a[i].phi, b[i].phi, 1e-12);
    sum += a[i].pt;
    eta += a[i].pt * a[i].eta;
    phi += a[i].pt * a[i].phi;
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(eta, 0.0, 1e-12);
  EXPECT_NEAR(phi, 0.0, 1e-12);
}

TEST(Constituents, NothingFromNothing) {
  EXPECT_TRUE(relative_constituents({}, {}).empty());
}

TEST(Constituents, ClassesOfParticles) {
  EXPECT_EQ(pid_class(22), 0.0f);
  EXPECT_EQ(pid_class(211), 1.0f / 14.0f);
  EXPECT_EQ(pid_class(-13), 13.0f / 14.0f);
  for (const int other : {310, 3122, -3122, 1000010020}) EXPECT_EQ(pid_class(other), 1.0f);
}

const std::vector<std::string> kWithGroups{
    "source.events=600", "output.groups=[\"gen_jets\", \"gen_constituents\", \"det_constituents\"]",
    "constituents.columns=[\"pt\", \"eta\", \"phi\", \"pid\", \"charge\", \"kaon\"]"};

TEST(Constituents, GroupsAgreeWithTheLeadingJet) {
  const Table t = simulate(pythia_card(kWithGroups), {0, 5, 2}, silent_monitor());
  const JaggedGroup& group = t.group("gen_constituents");
  ASSERT_EQ(group.rows(), t.rows());
  ASSERT_EQ(group.columns.size(), 6u);
  const auto multiplicity = t.values("gen_jet1_multiplicity"), charged = t.values("gen_jet1_charged"),
             kaons = t.values("gen_jet1_kaon_particles"), all_kaons = t.values("gen_jet1_kaons");
  std::size_t far = 0;  // slow heavy ones: jets are made in rapidity, not pseudorapidity
  float decayed = 0.0f;
  for (std::size_t row = 0; row < t.rows(); ++row) {
    const auto first = group.offsets[row], last = group.offsets[row + 1];
    EXPECT_EQ(static_cast<float>(last - first), multiplicity[row]);
    float sum = 0.0f, count = 0.0f, flagged = 0.0f;
    for (auto m = first; m < last; ++m) {
      sum += group.columns[0].values[m];
      count += group.columns[4].values[m] != 0.0f;
      flagged += group.columns[5].values[m];
      if (m > first) {
        EXPECT_GE(group.columns[0].values[m - 1], group.columns[0].values[m]);
      }
      far += std::hypot(group.columns[1].values[m], group.columns[2].values[m]) > 2.0f;
    }
    if (last > first) {
      EXPECT_NEAR(sum, 1.0f, 1e-5f);
    }
    EXPECT_EQ(count, charged[row]);
    EXPECT_EQ(flagged, kaons[row]);
    EXPECT_GE(all_kaons[row], flagged);
    decayed += all_kaons[row] - flagged;
  }
  EXPECT_LE(far, group.members() / 100);
  EXPECT_GT(decayed, 0.0f);
  // The tracker makes tracks of charged particles only.
  const JaggedGroup& tracks = t.group("det_constituents");
  for (const float charge : tracks.columns[4].values) EXPECT_NE(charge, 0.0f);
}

TEST(Constituents, SameForEveryThreadCount) {
  const SimulationCard card = pythia_card(kWithGroups);
  const Table one = simulate(card, {0, 5, 1}, silent_monitor());
  for (const int threads : {2, 3}) {
    const Table more = simulate(card, {0, 5, threads}, silent_monitor());
    for (const JaggedGroup& g : one.groups()) {
      EXPECT_EQ(g.offsets, more.group(g.name).offsets);
      for (std::size_t c = 0; c < g.columns.size(); ++c) {
        EXPECT_EQ(g.columns[c].values, more.group(g.name).columns[c].values) << g.name;
      }
    }
  }
}

TEST(Constituents, AskingForThemDoesNotChangeTheColumns) {
  const Table with = simulate(pythia_card(kWithGroups), {0, 5, 1}, silent_monitor());
  const Table without = simulate(pythia_card({"source.events=600"}), {0, 5, 1}, silent_monitor());
  for (const Column& c : without.columns()) EXPECT_EQ(c.values, with.column(c.name).values) << c.name;
}

TEST(Constituents, CardRefusesWhatItDoesNotKnow) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& word) {
    try {
      pythia_card(overrides);
      FAIL() << overrides[0] << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  };
  says({"constituents.columns=[\"p_t\"]"}, "did you mean 'pt'");
  says({"constituents.columns=[\"pt\", \"pt\"]"}, "twice");
  says({"constituents.columns=[]"}, "no column");
  says({"output.groups=[\"gen_constituent\"]"}, "gen_constituents");
  says({"output.levels=[\"generator\"]", "output.groups=[\"det_constituents\"]"}, "needs the level");
}

}  // namespace
}  // namespace trueup::sim
