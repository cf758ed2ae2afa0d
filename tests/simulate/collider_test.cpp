// Hadron collisions through the CMS-like detector: the same for every thread count, several detectors at once, columns that
// agree with one another.
#include <gtest/gtest.h>

#include <cmath>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

namespace trueup {
namespace {

constexpr const char* kTop = R"(
[source]
type = "pythia"
events = 60
block_events = 15
[pythia]
settings = ["24:onMode = off", "24:onPosIfAny = 13", "24:onNegIfAny = 1 2 3 4 5"]
"Beams:eCM" = 13000.0
"Top:gg2ttbar" = "on"
"Top:qqbar2ttbar" = "on"
"PartonLevel:MPI" = "off"
[jets]
radius = 0.4
min_pt = 20.0
[detector]
type = "cms"
[detector.jets]
tag = "truth"
[detectors.same]
[detectors.fast.ecal.resolution]
constant = [0.1, 0.1, 0.107]
[output]
groups = ["gen_jets", "det_jets", "fast_jets"]
)";

SimulationCard card(const std::vector<std::string>& overrides = {}) {
  return parse_simulation_card(kTop, "test.toml", overrides);
}

Table make(const SimulationCard& c, int threads = 2) {
  return simulate(c, {0, 5, threads}, silent_monitor());
}

void expect_same_columns(const Table& a, const Table& b) {
  ASSERT_EQ(a.column_names(), b.column_names());
  for (const Column& c : a.columns()) EXPECT_EQ(c.values, b.column(c.name).values) << c.name;
  for (const JaggedGroup& g : a.groups()) {
    EXPECT_EQ(g.offsets, b.group(g.name).offsets);
    for (std::size_t c = 0; c < g.columns.size(); ++c)
      EXPECT_EQ(g.columns[c].values, b.group(g.name).columns[c].values) << g.name;
  }
}

TEST(Collider, SameForEveryThreadCount) {
  const Table one = make(card(), 1);
  EXPECT_EQ(one.rows(), 60u);
  expect_same_columns(one, make(card(), 2));
  expect_same_columns(one, make(card(), 3));
}

TEST(Collider, AFurtherDetectorChangesNothingForTheFirst) {
  const Table both = make(card());
  const Table alone = make(card({"detectors={}", "output.groups=[\"det_jets\"]"}));
  for (const Column& c : alone.columns()) EXPECT_EQ(c.values, both.column(c.name).values) << c.name;
  EXPECT_EQ(alone.group("det_jets").offsets, both.group("det_jets").offsets);
  // Equal numbers, other random numbers: an independent look at the same events.
  EXPECT_NE(both.column("det_met").values, both.column("same_met").values);
  const auto generated = both.values("gen_jet1_pt"), first = both.values("det_jet1_pt"),
             second = both.values("same_jet1_pt");
  int close = 0, jets = 0;
  for (std::size_t i = 0; i < both.rows(); ++i) {
    if (!(generated[i] > 60.0f)) continue;
    ++jets;
    close +=
        std::abs(first[i] / generated[i] - 1.0f) < 0.4f && std::abs(second[i] / generated[i] - 1.0f) < 0.4f;
  }
  EXPECT_GT(jets, 20);
  EXPECT_GT(close, jets * 8 / 10);
}

TEST(Collider, ColumnsAgreeWithTheJets) {
  const Table t = make(card());
  for (const std::string level : {"gen_", "det_", "fast_"}) {
    const JaggedGroup& jets = t.group(level + "jets");
    const auto values = [&](const std::string& name) -> const std::vector<float>& {
      for (const Column& c : jets.columns) {
        if (c.name == name) return c.values;
      }
      throw std::runtime_error("no " + name);
    };
    for (std::size_t row = 0; row < t.rows(); ++row) {
      const auto first = jets.offsets[row], last = jets.offsets[row + 1];
      EXPECT_EQ(t.values(level + "njets")[row], static_cast<float>(last - first));
      float tagged = 0.0f;
      for (auto j = first; j < last; ++j) {
        tagged += values("btag")[j];
        // Tagged by truth: flavour b inside |eta| < 2.5.
        EXPECT_EQ(values("btag")[j] == 1.0f,
                  values("flavour")[j] == 5.0f && std::abs(values("eta")[j]) <= 2.5f);
        EXPECT_TRUE(j == first || values("pt")[j - 1] >= values("pt")[j]);
        EXPECT_GE(values("pt")[j], 20.0f);
      }
      EXPECT_EQ(t.values(level + "nbtags")[row], tagged);
      for (std::size_t k = 0; k < 4; ++k) {
        const std::string jet = level + "jet" + std::to_string(k + 1) + "_";
        const bool there = first + k < last;
        for (const std::string what : {"pt", "eta", "phi", "mass", "btag", "flavour"})
          EXPECT_EQ(t.values(jet + what)[row], there ? values(what)[first + k] : 0.0f) << jet << what;
      }
    }
  }
}

TEST(Collider, MassesOfTheTopQuarks) {
  const Table t =
      make(card({"detectors={}", "source.events=300", "source.block_events=75", "output.groups=[]"}));
  const auto selected = t.values("gen_top_selected"), m = t.values("gen_m_b1_mu_nu"),
             muons = t.values("gen_nmuons");
  int n = 0, near = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    EXPECT_TRUE(selected[i] == 0.0f || muons[i] > 0.0f);
    EXPECT_EQ(selected[i] > 0.0f, m[i] > 0.0f);
    if (selected[i] == 0.0f) continue;
    ++n;
    near += std::abs(m[i] - 172.5f) < 25.0f;
  }
  // Most selected events have the right b jet beside the muon.
  EXPECT_GT(n, 40);
  EXPECT_GT(near, n / 2);
}

TEST(Collider, RequiredColumnsDropRows) {
  const Table all = make(card({"detectors={}", "output.groups=[\"det_jets\"]"}));
  const Table some = make(card({"detectors={}", "output.groups=[\"det_jets\"]",
                                "output.require=[\"gen_top_selected\", \"det_top_selected\"]"}));
  std::vector<std::uint8_t> keep;
  for (std::size_t i = 0; i < all.rows(); ++i)
    keep.push_back(all.values("gen_top_selected")[i] > 0.0f && all.values("det_top_selected")[i] > 0.0f);
  expect_same_columns(some, all.filter(keep));
  EXPECT_GT(some.rows(), 0u);
  EXPECT_LT(some.rows(), all.rows());
  EXPECT_EQ(some.metadata().at("events"), "60");
  // A required column needs not be one of the table's.
  const Table few = make(card({"detectors={}", "output.groups=[]", "output.columns=[\"det_met\"]",
                               "output.require=[\"gen_top_selected\", \"det_top_selected\"]"}));
  EXPECT_EQ(few.column_names(), std::vector<std::string>{"det_met"});
  EXPECT_EQ(few.column("det_met").values, some.column("det_met").values);
}

TEST(Collider, PartsOfASampleAreItsRows) {
  const SimulationCard c = card({"detectors={}", "output.groups=[\"det_jets\"]", "scan.mt.setting=\"6:m0\"",
                                 "scan.mt.range=[170.0, 175.0]"});
  const Table all = make(c);
  Table parts = simulate(c, {30, 5, 2}, silent_monitor());
  parts.append(simulate(c, {30, 5, 1, 30}, silent_monitor()));
  expect_same_columns(all, parts);
  EXPECT_THROW(simulate(c, {30, 5, 1, 31}, silent_monitor()), ConfigError);
}

TEST(Collider, NeutrinosAreTheMissingMomentum) {
  const Table t = make(card({"detectors={}", "source.events=200", "output.groups=[]"}));
  const auto gen = t.values("gen_met"), det = t.values("det_met"), gen_phi = t.values("gen_met_phi"),
             det_phi = t.values("det_met_phi");
  double dx = 0.0, dx2 = 0.0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    EXPECT_GT(gen[i], 0.0f);
    const double d = det[i] * std::cos(det_phi[i]) - gen[i] * std::cos(gen_phi[i]);
    dx += d;
    dx2 += d * d;
  }
  const double n = static_cast<double>(t.rows()), width = std::sqrt(dx2 / n);
  EXPECT_NEAR(dx / n, 0.0, 4.0 * width / std::sqrt(n));
  EXPECT_GT(width, 5.0);  // GeV; published detectors: 15 to 25
  EXPECT_LT(width, 30.0);
}

TEST(Collider, LeadingFatJetsAreMatchedAndHaveRatios) {
  const Table t = make(
      card({"output.groups=[]", "substructure.min_pt=50.0", "substructure.radius=0.8",
            "substructure.nsubjettiness.n=[3, 1, 2]", "detectors.fast.substructure.nsubjettiness.beta=0.9"}));
  int matched = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    const auto at = [&](const std::string& name) { return t.values(name)[i]; };
    for (const std::string level : {"gen_", "det_", "fast_"}) {
      const float one = at(level + "fatjet1_tau1"), two = at(level + "fatjet1_tau2"),
                  three = at(level + "fatjet1_tau3");
      EXPECT_NEAR(at(level + "fatjet1_tau21"), one > 0.0f ? two / one : 0.0f, 1e-5f);
      EXPECT_NEAR(at(level + "fatjet1_tau32"), two > 0.0f ? three / two : 0.0f, 1e-5f);
    }
    for (const std::string level : {"det_", "fast_"}) {
      const float deta = at(level + "fatjet1_eta") - at("gen_fatjet1_eta"),
                  dphi = std::remainder(at(level + "fatjet1_phi") - at("gen_fatjet1_phi"), 6.2831853f);
      const bool both = at("gen_nfatjets") > 0.0f && at(level + "nfatjets") > 0.0f;
      EXPECT_EQ(at(level + "fatjet1_matched") == 1.0f, both && std::hypot(deta, dphi) < 0.4f);
    }
    matched += at("det_fatjet1_matched") > 0.0f;
    // The same jet with another exponent: distances below the radius count for more.
    if (at("det_fatjet1_pt") == at("fast_fatjet1_pt")) {
      EXPECT_GE(at("fast_fatjet1_tau1"), at("det_fatjet1_tau1"));
    }
  }
  EXPECT_GT(matched, 30);
  EXPECT_FALSE(t.has("gen_fatjet1_matched"));
}

TEST(Collider, ZToMuons) {
  const Table t = simulate(parse_simulation_card(R"(
[source]
type = "pythia"
events = 400
block_events = 200
[pythia]
settings = ["23:onMode = off", "23:onIfAny = 13"]
"Beams:eCM" = 13000.0
"WeakSingleBoson:ffbar2gmZ" = "on"
"PhaseSpace:mHatMin" = 60.0
"PartonLevel:MPI" = "off"
[jets]
radius = 0.5
min_pt = 20.0
[detector]
type = "cms"
)",
                                                 "test.toml"),
                           {0, 5, 2}, silent_monitor());
  double gen = 0.0, det = 0.0, sum = 0.0, square = 0.0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    const double m = t.values("gen_dimuon_mass")[i], d = t.values("det_dimuon_mass")[i];
    gen += m > 0.0;
    if (!(m > 0.0 && d > 0.0)) continue;
    det += 1.0;
    sum += d / m;
    square += d / m * (d / m);
  }
  EXPECT_GT(gen, 100.0);
  // Two muons: tracks and identification, (0.98..0.99 · 0.95)², and some lose their isolation.
  EXPECT_NEAR(det / gen, 0.88, 0.08);
  // sigma(m)/m is about sigma(pt)/pt / sqrt(2): 1 to 3 %.
  EXPECT_NEAR(sum / det, 1.0, 0.01);
  EXPECT_LT(std::sqrt(square / det - sum / det * (sum / det)), 0.03);
}

}  // namespace
}  // namespace trueup
