// Substructure of small jets against the formulas written out, and of Pythia's jets for every number of threads.
#include "simulate/substructure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/simulate.hpp>

#include "pythia_card.hpp"
#include "simulate_particles.hpp"

namespace trueup::sim {
namespace {

SubstructureCard small_card() {
  SubstructureCard card;
  card.wanted = true;
  card.min_pt = 10.0;
  card.neighbour_min_pt = 2.0;
  card.nsubjettiness.n = {1, 2, 3};
  card.correlators.n = {2, 3, 4};
  card.soft_drop.wanted = true;
  return card;
}

std::map<std::string, double> computed(const SubstructureCard& card, const Particles& event) {
  std::vector<double> values;
  make_substructure(card)->compute(event, values);
  const std::vector<SubstructureColumn> columns = substructure_columns(card);
  EXPECT_EQ(values.size(), columns.size());
  std::map<std::string, double> named;
  for (std::size_t c = 0; c < columns.size(); ++c) named[columns[c].name] = values[c];
  return named;
}

struct Axis {
  double rapidity = 0.0;
  double phi = 0.0;
};

double rapidity_of(const Particle& p) {
  return 0.5 * std::log((p.e + p.pz) / (p.e - p.pz));
}

double distance(const Particle& p, const Axis& axis) {
  const double phi = std::remainder(std::atan2(p.py, p.px) - axis.phi, 2.0 * std::numbers::pi);
  return std::hypot(rapidity_of(p) - axis.rapidity, phi);
}

/// Along the sum of the particles' momenta.
Axis axis_of(const Particles& particles) {
  Particle sum;
  for (const Particle& p : particles) sum.px += p.px, sum.py += p.py, sum.pz += p.pz, sum.e += p.e;
  return {rapidity_of(sum), std::atan2(sum.py, sum.px)};
}

double tau(const Particles& jet, const std::vector<Axis>& axes, double beta, double radius) {
  double sum = 0.0, norm = 0.0;
  for (const Particle& p : jet) {
    double nearest = 1e9;
    for (const Axis& a : axes) nearest = std::min(nearest, distance(p, a));
    sum += p.pt() * std::pow(nearest, beta);
    norm += p.pt() * std::pow(radius, beta);
  }
  return sum / norm;
}

double pair_distance(const Particle& a, const Particle& b) {
  return distance(a, {rapidity_of(b), std::atan2(b.py, b.px)});
}

/// Σ over sets of n particles, written as n nested choices.
double correlator(const Particles& jet, std::size_t n, double beta) {
  double total = 0.0, norm = 0.0;
  for (const Particle& p : jet) norm += p.pt();
  std::vector<std::size_t> chosen;
  const auto choose = [&](auto&& self, std::size_t from) -> void {
    if (chosen.size() == n) {
      double product = 1.0;
      for (std::size_t i = 0; i < n; ++i) {
        product *= jet[chosen[i]].pt();
        for (std::size_t j = 0; j < i; ++j)
          product *= std::pow(pair_distance(jet[chosen[i]], jet[chosen[j]]), beta);
      }
      total += product;
      return;
    }
    for (std::size_t i = from; i < jet.size(); ++i) {
      chosen.push_back(i);
      self(self, i + 1);
      chosen.pop_back();
    }
  };
  choose(choose, 0);
  return total / std::pow(norm, static_cast<double>(n));
}

Particles random_jet(std::uint64_t seed, std::size_t size) {
  RandomStream stream(seed, "jet");
  Particles jet;
  for (std::size_t i = 0; i < size; ++i) {
    jet.push_back(massless(stream.uniform(2.0, 30.0), stream.uniform(0.1, 0.6), stream.uniform(2.9, 3.4),
                           static_cast<int>(i % 2)));
  }
  return jet;
}

// Two pairs and a particle alone: for kt axes, the pairs come together first, then the two on the left.
const Particles kPairs{massless(40, 0.00, 0.00), massless(20, 0.02, 0.03), massless(30, 0.50, 0.10),
                       massless(25, 0.53, 0.12), massless(15, 0.15, 0.35)};

TEST(Substructure, NsubjettinessWithAxesOfKtJets) {
  for (const double beta : {0.9, 1.0, 2.0}) {
    SubstructureCard card = small_card();
    card.nsubjettiness.axes = "kt";
    card.nsubjettiness.beta = beta;
    auto found = computed(card, kPairs);
    const Particles left{kPairs[0], kPairs[1]}, right{kPairs[2], kPairs[3]}, alone{kPairs[4]};
    const Particles left_and_alone{kPairs[0], kPairs[1], kPairs[4]};
    EXPECT_NEAR(found["fatjet1_tau1"], tau(kPairs, {axis_of(kPairs)}, beta, 0.8), 1e-10);
    EXPECT_NEAR(found["fatjet1_tau2"], tau(kPairs, {axis_of(left_and_alone), axis_of(right)}, beta, 0.8),
                1e-10);
    EXPECT_NEAR(found["fatjet1_tau3"],
                tau(kPairs, {axis_of(left), axis_of(right), axis_of(alone)}, beta, 0.8), 1e-10);
  }
}

TEST(Substructure, OnePassAxesMinimise) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Particles jet = random_jet(seed, 12);
    SubstructureCard card = small_card();
    card.nsubjettiness.axes = "kt";
    auto fixed = computed(card, jet);
    card.nsubjettiness.axes = "onepass_kt";
    auto moved = computed(card, jet);
    for (const char* n : {"fatjet1_tau1", "fatjet1_tau2", "fatjet1_tau3"})
      EXPECT_LE(moved[n], fixed[n] + 1e-12);
    EXPECT_LT(moved["fatjet1_tau1"], fixed["fatjet1_tau1"]);
    // One axis at beta 1 is the geometric median (Weiszfeld's iteration), at beta 2 the mean.
    Axis median = axis_of(jet);
    for (int i = 0; i < 2000; ++i) {
      double sum = 0.0, rapidity = 0.0, phi = 0.0;
      for (const Particle& p : jet) {
        const double weight = p.pt() / distance(p, median);
        sum += weight;
        rapidity += weight * rapidity_of(p);
        phi += weight * std::remainder(std::atan2(p.py, p.px) - median.phi, 2.0 * std::numbers::pi);
      }
      median = {rapidity / sum, median.phi + phi / sum};
    }
    EXPECT_NEAR(moved["fatjet1_tau1"], tau(jet, {median}, 1.0, 0.8), 2e-4 * moved["fatjet1_tau1"]);
    card.nsubjettiness.beta = 2.0;
    double sum = 0.0, rapidity = 0.0, phi = 0.0;
    for (const Particle& p : jet) {
      sum += p.pt();
      rapidity += p.pt() * rapidity_of(p);
      phi += p.pt() * std::remainder(std::atan2(p.py, p.px) - 3.0, 2.0 * std::numbers::pi);
    }
    EXPECT_NEAR(computed(card, jet)["fatjet1_tau1"], tau(jet, {{rapidity / sum, 3.0 + phi / sum}}, 2.0, 0.8),
                1e-6);
  }
}

TEST(Substructure, CorrelatorsByBruteForce) {
  for (const double beta : {0.5, 1.0, 4.0}) {
    const Particles jet = random_jet(7, 9);
    SubstructureCard card = small_card();
    card.correlators.beta = beta;
    auto found = computed(card, jet);
    for (const int n : {2, 3, 4}) {
      const double expected = correlator(jet, static_cast<std::size_t>(n), beta);
      EXPECT_NEAR(found["fatjet1_ecf" + std::to_string(n)] / expected, 1.0, 1e-9) << n << " " << beta;
    }
  }
}

TEST(Substructure, SoftDropByHand) {
  // Cambridge undoes the widest angle first: the soft one at 0.5 goes (z = 0.09), the pair stays (z = 0.4).
  const Particles jet{massless(60, 0.0, 0.0), massless(40, 0.2, 0.0), massless(10, 0.5, 0.3)};
  SubstructureCard card = small_card();
  auto found = computed(card, jet);
  EXPECT_NEAR(found["fatjet1_softdrop_mass"], std::sqrt(2.0 * 60.0 * 40.0 * (std::cosh(0.2) - 1.0)), 1e-9);
  EXPECT_NEAR(found["fatjet1_softdrop_pt"], 100.0, 1e-9);
  EXPECT_NEAR(found["fatjet1_softdrop_dr"], 0.2, 1e-9);
  EXPECT_NEAR(found["fatjet1_softdrop_z"], 0.4, 1e-9);
  card.soft_drop.zcut = 0.05;  // now it stays
  EXPECT_NEAR(computed(card, jet)["fatjet1_softdrop_mass"], computed(card, jet)["fatjet1_mass"], 1e-9);
  card.soft_drop = {true, 2.0, 0.2};  // 0.2 (ΔR/0.8)² is 0.083 at the soft one's distance: below its 0.09
  EXPECT_NEAR(computed(card, jet)["fatjet1_softdrop_pt"], computed(card, jet)["fatjet1_pt"], 1e-9);
  card.soft_drop.zcut = 0.45;  // 0.19 there: it goes
  EXPECT_NEAR(computed(card, jet)["fatjet1_softdrop_pt"], 100.0, 1e-9);
}

TEST(Substructure, JetsAndTheirNeighbours) {
  SubstructureCard card = small_card();
  card.jets = 2;
  const Particles event{massless(50, 0.0, 3.1, 1), massless(30, 0.1, 3.0), massless(20, 1.0, -2.8, -1),
                        massless(5, 2.0, -3.0), massless(1, -1.5, 0.0)};
  auto found = computed(card, event);
  EXPECT_EQ(found["nfatjets"], 2.0);
  EXPECT_EQ(found["fatjet1_charged"], 1.0);
  EXPECT_EQ(found["fatjet1_neutral"], 1.0);
  EXPECT_NEAR(found["fatjet2_pt"], 20.0, 1e-9);
  EXPECT_NEAR(found["fatjet2_eta"], 1.0, 1e-9);
  EXPECT_NEAR(found["fatjet2_phi"], -2.8, 1e-9);
  EXPECT_NEAR(found["fatjet1_neighbour_dr"],
              std::hypot(1.0 - found["fatjet1_eta"], 2.0 * std::numbers::pi - 2.8 - found["fatjet1_phi"]),
              1e-9);
  EXPECT_NEAR(found["fatjet2_neighbour_dr"], std::hypot(1.0, 0.2),
              1e-9);  // that of 5 GeV, too soft for columns
  card.neighbour_min_pt = 100.0;
  EXPECT_EQ(computed(card, event)["fatjet2_neighbour_dr"], kNoNeighbour);
}

TEST(Substructure, FewParticlesAndNoJets) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto one = computed(small_card(), Particles{massless(50, 0.0, 0.0)});
  EXPECT_EQ(one["fatjet1_tau1"], 0.0);
  EXPECT_EQ(one["fatjet1_tau3"], 0.0);
  EXPECT_EQ(one["fatjet1_ecf3"], 0.0);
  EXPECT_NEAR(one["fatjet1_softdrop_pt"], 50.0, 1e-9);
  EXPECT_EQ(one["fatjet1_softdrop_dr"], 0.0);
  EXPECT_EQ(one["fatjet1_softdrop_z"], 0.0);
  EXPECT_EQ(one["fatjet1_neighbour_dr"], kNoNeighbour);
  for (const Particles& event : {Particles{}, Particles{massless(5, 0.0, 0.0)}}) {
    for (const auto& [name, value] : computed(small_card(), event)) {
      EXPECT_EQ(value, name == "fatjet1_neighbour_dr" ? kNoNeighbour : 0.0) << name;
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

const std::vector<std::string> kSection{"source.events=400",
                                        "output.groups=[]",
                                        "substructure.min_pt=5.0",
                                        "substructure.jets=2",
                                        "substructure.nsubjettiness.n=[1,2,3,4]",
                                        "substructure.correlators.n=[2,3]",
                                        "substructure.soft_drop.zcut=0.1"};

TEST(Substructure, ColumnsOfPythiasEvents) {
  const SimulationCard card = pythia_card(kSection);
  const Table one = simulate(card, {0, 3, 1}, silent_monitor());
  for (const int threads : {2, 3}) {
    const Table more = simulate(card, {0, 3, threads}, silent_monitor());
    for (const Column& c : one.columns()) EXPECT_EQ(c.values, more.column(c.name).values) << c.name;
  }
  for (const std::string level : {"gen_", "det_"}) {
    const auto first = one.values(level + "fatjet1_tau1"), second = one.values(level + "fatjet1_tau2"),
               third = one.values(level + "fatjet1_tau3"), mass = one.values(level + "fatjet1_mass"),
               groomed = one.values(level + "fatjet1_softdrop_mass");
    std::size_t rising = 0;  // axes are local minima: now and then one more is worse
    for (std::size_t i = 0; i < first.size(); ++i) {
      rising += first[i] < second[i] || second[i] < third[i];
      EXPECT_GE(mass[i] + 1e-4f, groomed[i]);
    }
    EXPECT_LE(rising, first.size() / 50);
  }
  // The same clustering as that of [jets] (R 0.8), seen from two sides.
  const auto fat = one.values("gen_fatjet1_pt"), jet = one.values("gen_jet1_pt");
  for (std::size_t i = 0; i < fat.size(); ++i) EXPECT_NEAR(fat[i], jet[i] >= 5.0f ? jet[i] : 0.0f, 1e-3f);
}

TEST(Substructure, OnlyWhatIsAskedFor) {
  std::vector<std::string> overrides = kSection;
  overrides.push_back("output.columns=[\"gen_fatjet2_tau3\", \"gen_thrust\"]");
  const Table few = simulate(pythia_card(overrides), {100, 3, 1}, silent_monitor());
  const Table all = simulate(pythia_card(kSection), {100, 3, 1}, silent_monitor());
  EXPECT_EQ(few.column_names(), (std::vector<std::string>{"gen_fatjet2_tau3", "gen_thrust"}));
  for (const Column& c : few.columns()) EXPECT_EQ(c.values, all.column(c.name).values);
}

TEST(Substructure, FurtherDetectorsHaveWhatTheyDoNotChange) {
  const SimulationCard card = parse_simulation_card(R"(
[source]
type = "pythia"
[pythia]
[substructure]
radius = 0.7
min_pt = 50.0
jets = 2
[substructure.nsubjettiness]
n = [1, 3]
axes = "kt"
[detector]
type = "tracker"
[detectors.fast.substructure.nsubjettiness]
beta = 0.9
)",
                                                    "test.toml");
  ASSERT_EQ(card.variants.size(), 1u);
  const SubstructureCard& fast = card.variants[0].substructure;
  EXPECT_EQ(fast.jets, 2u);
  EXPECT_EQ(fast.radius, 0.7);
  EXPECT_EQ(fast.min_pt, 50.0);
  EXPECT_EQ(fast.nsubjettiness.n, (std::vector<int>{1, 3}));
  EXPECT_EQ(fast.nsubjettiness.axes, "kt");
  EXPECT_EQ(fast.nsubjettiness.beta, 0.9);
}

TEST(Substructure, CardRefusesWhatMakesNoSense) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& word) {
    try {
      pythia_card(overrides);
      FAIL() << overrides[0] << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  };
  says({"substructure.radios=0.8"}, "radius");
  says({"substructure.radius=0.0"}, "positive");
  says({"substructure.jets=0"}, "1 to 10");
  says({"substructure.nsubjettiness.n=[0]"}, "from 1 to 8");
  says({"substructure.nsubjettiness.n=[2,2]"}, "twice");
  says({"substructure.nsubjettiness.axes=\"ktt\""}, "onepass_kt");
  says({"substructure.correlators.n=[5]"}, "from 2 to 4");
  says({"substructure.correlators.beta=-1.0"}, "positive");
  says({"substructure.soft_drop.zcut=0.6"}, "between 0 and 0.5");
  says({"output.columns=[\"gen_fatjet1_pt\"]"}, "gives no column");
}

}  // namespace
}  // namespace trueup::sim
