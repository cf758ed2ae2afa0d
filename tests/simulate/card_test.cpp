// Cards: what is read, and what is refused.
#include <gtest/gtest.h>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

namespace trueup {
namespace {

const char* kCard = R"(
[source]
type = "pythia"
events = 1000
[pythia]
settings = ["23:onMode = off", "23:onIfAny = 1 2 3"]
"Beams:eCM" = 91.2
"PDF:lepton" = "off"
[scan.alphas]
setting = "TimeShower:alphaSvalue"
range = [0.10, 0.18]
[detector]
type = "tracker"
)";

SimulationCard with(const std::vector<std::string>& overrides) {
  return parse_simulation_card(kCard, "test.toml", overrides);
}

std::string refusal(const std::vector<std::string>& overrides) {
  try {
    with(overrides);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Card, Defaults) {
  const SimulationCard card = with({});
  EXPECT_EQ(card.source, "pythia");
  EXPECT_EQ(card.events, 1000u);
  EXPECT_EQ(card.block_events, 250u);
  ASSERT_EQ(card.pythia_settings.size(), 4u);
  EXPECT_EQ(card.pythia_settings[1], "23:onIfAny = 1 2 3");
  EXPECT_EQ(card.pythia_settings[2], "Beams:eCM = 91.2");
  ASSERT_EQ(card.scan.size(), 1u);
  EXPECT_EQ(card.scan[0].name, "alphas");
  EXPECT_EQ(card.scan[0].high, 0.18);
  EXPECT_EQ(card.jets.algorithm, "antikt");
  EXPECT_EQ(card.jets.radius, 0.8);
  EXPECT_EQ(card.detector.solenoid.field, 3.8);
  EXPECT_EQ(card.output.levels, (std::vector<std::string>{"generator", "detector"}));
}

TEST(Card, OverridesReachEverything) {
  const SimulationCard card = with({"detector.solenoid.field=2.0", "detector.resolution.muon_a=[0.1,0.2,0.3]",
                                    "jets.radius=0.4", "output.levels=[\"generator\"]"});
  EXPECT_EQ(card.detector.solenoid.field, 2.0);
  EXPECT_EQ(card.detector.resolution.muon_a, (std::vector<double>{0.1, 0.2, 0.3}));
  EXPECT_EQ(card.jets.radius, 0.4);
  for (const SimulatedColumn& c : simulated_columns(card)) EXPECT_FALSE(c.name.starts_with("det_")) << c.name;
}

TEST(Card, ColumnsAreChosenInOrder) {
  const SimulationCard card = with({"output.columns=[\"det_charged\", \"gen_kaons\"]"});
  const std::vector<SimulatedColumn> columns = simulated_columns(card);
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].name, "det_charged");
  EXPECT_EQ(columns[1].name, "gen_kaons");
  EXPECT_EQ(columns[2].name, "alphas");
}

TEST(Card, RefusesWhatMakesNoSense) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& word) {
    const std::string message = refusal(overrides);
    EXPECT_NE(message.find(word), std::string::npos) << overrides[0] << ": " << message;
  };
  says({"jets.radios=1.0"}, "radius");
  says({"jets.radius=-1.0"}, "positive");
  says({"jets.algorithm=\"anti\""}, "antikt");
  says({"source.events=0"}, "at least 1");
  says({"source.type=\"herwig\""}, "pythia");
  says({"detector.efficiency.hadron=[1.0]"}, "4 numbers");
  says({"detector.efficiency.hadron=[0.7,0.95,0.6,1.2]"}, "between 0 and 1");
  says({"detector.efficiency.eta_edges=[2.5,1.5]"}, "rising");
  says({"detector.type=\"none\"", "output.levels=[\"detector\"]"}, "detector");
  says({"output.levels=[\"detecter\"]"}, "detector");
  says({"output.columns=[\"gen_trust\"]"}, "gen_thrust");
  says({"output.groups=[\"jets\"]"}, "gen_jets");
  says({"output.levels=[\"generator\"]", "output.groups=[\"det_jets\"]"}, "det_jets");
  says({"scan.alphas.range=[0.18,0.10]"}, "low < high");
  says({"fixed.alphas.setting=\"x\"", "fixed.alphas.value=1.0"}, "both fixed and scanned");
  says({"gaussian.mean=1.0"}, "gaussian");
}

TEST(Card, ANameThatIsAColumnIsRefused) {
  const std::string message =
      refusal({"scan.gen_kaons.setting=\"StringZ:aLund\"", "scan.gen_kaons.range=[0.1,0.2]"});
  EXPECT_NE(message.find("gen_kaons"), std::string::npos) << message;
}

}  // namespace
}  // namespace trueup
